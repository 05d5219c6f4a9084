package io.webhookmemory.ingress.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Optional;

/** Reads a request's body and no more than is allowed of it. A length that was declared has been looked at before. */
final class BoundedBody {
    private BoundedBody() {}

    /** Empty where the body is larger than the limit; what is beyond is not read. */
    static Optional<byte[]> read(HttpServletRequest request, int maxBytes) throws IOException {
        byte[] body = request.getInputStream().readNBytes(maxBytes + 1);
        return body.length > maxBytes ? Optional.empty() : Optional.of(body);
    }
}
