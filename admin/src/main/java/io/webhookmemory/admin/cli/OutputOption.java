package io.webhookmemory.admin.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.webhookmemory.topics.json.Json;
import java.io.UncheckedIOException;
import picocli.CommandLine.Option;

/** Text for people or JSON for programs, one object per line. */
public final class OutputOption {
    @Option(
            names = "--output",
            description = "text, or json: one object per line (default: ${DEFAULT-VALUE}).",
            paramLabel = "<format>")
    private Format format = Format.text;

    /** Named as on the command line. */
    enum Format {
        text,
        json
    }

    public boolean isJson() {
        return format == Format.json;
    }

    public static String json(Object value) {
        try {
            return Json.MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
