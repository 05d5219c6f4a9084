package io.webhookmemory.zoho.webhook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.TooManyFormFieldsException;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import io.webhookmemory.zoho.webhook.Parsed.Unreadable.Reason;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Reads a {@code multipart/form-data} body with Netty's decoder, in memory. */
final class Multipart {
    private static final UnpooledByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);
    private static final boolean TO_DISK = false;
    /** The ingress already limits the size of the body. */
    private static final int NO_LIMIT = -1;

    /** The limit for one part; Netty's parsing time grows faster than the length of the header. */
    private static final int MAX_HEADER = 8 * 1024;

    private Multipart() {}

    /** The fields with wanted names, in the order of the body. */
    static List<FormField> fields(byte[] body, ContentType type, Predicate<String> wanted) throws UnreadableBody {
        String boundary = type.boundary().orElseThrow();
        checkParts(new String(body, StandardCharsets.ISO_8859_1), "--" + boundary);
        Charset charset = type.charset().orElse(StandardCharsets.UTF_8);
        HttpPostMultipartRequestDecoder decoder = null;
        FullHttpRequest request = request(body, boundary);
        try {
            decoder = new HttpPostMultipartRequestDecoder(
                    new DefaultHttpDataFactory(TO_DISK), request, charset, Form.MAX_FIELDS, NO_LIMIT);
            return fields(decoder.getBodyHttpDatas(), wanted);
        } catch (TooManyFormFieldsException e) {
            throw Form.tooMany();
        } catch (DecoderException | IllegalArgumentException | IOException e) {
            throw new UnreadableBody(Reason.BAD_FORM, "the multipart body cannot be read");
        } finally {
            if (decoder != null) {
                decoder.destroy();
            }
            request.release();
        }
    }

    private static List<FormField> fields(List<InterfaceHttpData> parts, Predicate<String> wanted)
            throws UnreadableBody, IOException {
        List<FormField> fields = new ArrayList<>();
        for (InterfaceHttpData part : parts) {
            if (!(part instanceof Attribute field)) {
                throw new UnreadableBody(Reason.BAD_FORM, "it holds a file");
            }
            if (wanted.test(field.getName())) {
                fields.add(new FormField(field.getName(), field.get(), field.getCharset()));
            }
        }
        return fields;
    }

    private static void checkParts(String body, String delimiter) throws UnreadableBody {
        // Netty silently ignores a field that is truncated by the end of the body.
        if (!body.contains(delimiter + "--")) {
            throw new UnreadableBody(Reason.BAD_FORM, "the multipart body has no closing boundary");
        }
        int parts = 0;
        int part = body.indexOf(delimiter);
        while (part >= 0) {
            boolean beginsLine = part == 0 || body.charAt(part - 1) == '\n';
            if (beginsLine && ++parts > Form.MAX_FIELDS + 1) {
                throw Form.tooMany();
            }
            if (beginsLine && !hasShortHeader(body, part)) {
                throw new UnreadableBody(Reason.BAD_FORM, "the header of a part is too long");
            }
            part = body.indexOf(delimiter, part + delimiter.length());
        }
    }

    /** Whether a blank line or the end of the body follows within the limit. */
    private static boolean hasShortHeader(String body, int from) {
        int to = Math.min(body.length(), from + MAX_HEADER);
        for (int i = from; i + 1 < to; i++) {
            if (body.charAt(i) == '\n' && (body.charAt(i + 1) == '\n' || body.startsWith("\r\n", i + 1))) {
                return true;
            }
        }
        return to == body.length();
    }

    private static FullHttpRequest request(byte[] body, String boundary) {
        ByteBuf content = HEAP.buffer(body.length).writeBytes(body);
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/", content);
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, "multipart/form-data; boundary=\"" + boundary + '"');
        return request;
    }
}
