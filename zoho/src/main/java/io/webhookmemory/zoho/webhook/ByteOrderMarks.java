package io.webhookmemory.zoho.webhook;

/** UTF-8 byte order marks, which some editors and templates prepend to a text, in some cases repeatedly. */
public final class ByteOrderMarks {
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private ByteOrderMarks() {}

    /** The number of bytes of the marks at the start of a body; 0 if there are none. */
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
