package io.webhookmemory.zoho.webhook;

/** The marks of UTF-8 that some editors and templates put before a text, more than once when they pass it on. */
public final class ByteOrderMarks {
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private ByteOrderMarks() {}

    /** How many bytes the marks at a body's beginning take; 0 where there is none. */
    public static int length(byte[] body) {
        int start = 0;
        while (start + MARK.length <= body.length
                && body[start] == MARK[0]
                && body[start + 1] == MARK[1]
                && body[start + 2] == MARK[2]) {
            start += MARK.length;
        }
        return start;
    }
}
