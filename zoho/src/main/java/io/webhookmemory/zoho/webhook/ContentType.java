package io.webhookmemory.zoho.webhook;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parsed {@code Content-Type} header.
 *
 * @param mediaType in lower case; empty if the header has none
 * @param charset empty if the header has none, or one that this JVM does not support
 * @param boundary of a multipart body
 */
record ContentType(String mediaType, Optional<Charset> charset, Optional<String> boundary) {
    private static final Pattern MEDIA_TYPE = Pattern.compile("\\s*([A-Za-z0-9.+/-]{1,100})");
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([A-Za-z0-9._:+-]{1,40})", Pattern.CASE_INSENSITIVE);
    /** RFC 2046 allows 70 characters. */
    private static final Pattern BOUNDARY =
            Pattern.compile(";\\s*boundary\\s*=\\s*(?:\"([^\"]{1,70})\"|([^\\s;,\"]{1,70}))", Pattern.CASE_INSENSITIVE);

    /** @param header nullable */
    static ContentType of(String header) {
        String text = header == null ? "" : header;
        Matcher mediaType = MEDIA_TYPE.matcher(text);
        Matcher boundary = BOUNDARY.matcher(text);
        return new ContentType(
                mediaType.lookingAt() ? Fields.lowerCase(mediaType.group(1)) : "",
                charset(text),
                boundary.find()
                        ? Optional.of(boundary.group(1) == null ? boundary.group(2) : boundary.group(1))
                        : Optional.empty());
    }

    boolean isUrlEncoded() {
        return mediaType.equals("application/x-www-form-urlencoded");
    }

    boolean isMultipart() {
        return mediaType.equals("multipart/form-data") && boundary.isPresent();
    }

    private static Optional<Charset> charset(String header) {
        Matcher charset = CHARSET.matcher(header);
        if (!charset.find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Charset.forName(charset.group(1)));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return Optional.empty();
        }
    }
}
