package io.webhookmemory.cognee;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A {@code multipart/form-data} body (RFC 7578). The JDK's HTTP client lacks one, and 30 lines do not justify a
 * library.
 */
final class MultipartForm {
    private static final String LINE_END = "\r\n";

    // 122 random bits: no text contains this line by chance.
    private final String boundary = "form-" + UUID.randomUUID();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    MultipartForm field(String name, String value) {
        part("form-data; name=\"" + name + "\"", "text/plain; charset=utf-8", value);
        return this;
    }

    MultipartForm file(String name, String fileName, String text) {
        String disposition = "form-data; name=\"" + name + "\"; filename=\"" + escaped(fileName) + "\"";
        part(disposition, "text/plain; charset=utf-8", text);
        return this;
    }

    // As browsers do (WHATWG HTML, "multipart/form-data encoding algorithm"): a record id must not end the header
    // early.
    private static String escaped(String fileName) {
        return fileName.replace("\r", "%0D").replace("\n", "%0A").replace("\"", "%22");
    }

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    byte[] bytes() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(body.toByteArray());
        whole.writeBytes(utf8("--" + boundary + "--" + LINE_END));
        return whole.toByteArray();
    }

    private void part(String disposition, String contentType, String content) {
        body.writeBytes(utf8("--" + boundary + LINE_END + "Content-Disposition: " + disposition + LINE_END
                + "Content-Type: " + contentType + LINE_END + LINE_END));
        body.writeBytes(utf8(content));
        body.writeBytes(utf8(LINE_END));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
