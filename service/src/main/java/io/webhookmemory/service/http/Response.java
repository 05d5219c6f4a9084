package io.webhookmemory.service.http;

import java.util.Arrays;
import java.util.Optional;
import org.apache.hc.core5.http.Header;

/** A response of another system. */
public final class Response {
    private final int status;
    private final String body;
    private final Header[] headers;

    Response(int status, String body, Header[] headers) {
        this.status = status;
        this.body = body;
        this.headers = headers;
    }

    public int status() {
        return status;
    }

    /** Read as UTF-8; empty if there is none. */
    public String body() {
        return body;
    }

    /** The first header of this name, in any case. */
    public Optional<String> header(String name) {
        return Arrays.stream(headers)
                .filter(header -> header.getName().equalsIgnoreCase(name))
                .map(Header::getValue)
                .findFirst();
    }
}
