package io.webhookmemory.service.config;

import java.nio.charset.StandardCharsets;

/** A value that must never reach a log: {@link #toString()} does not show it. */
public record Secret(String value) {

    public byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
