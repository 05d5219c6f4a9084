package io.webhookmemory.ingress.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** {@code GET /openapi.yaml}: the OpenAPI 3.1 document of this server's requests and responses. */
final class ApiDocument {
    static final String PATH = "/openapi.yaml";
    /** RFC 9512. */
    private static final String YAML = "application/yaml";

    private final byte[] document;

    ApiDocument() {
        try (InputStream resource = Objects.requireNonNull(ApiDocument.class.getResourceAsStream(PATH))) {
            document = resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void serve(Context ctx) {
        ctx.contentType(YAML).result(document);
    }
}
