package io.webhookmemory.sink.document;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.parser.Parser;

/**
 * Cleans text for a document, so that nothing in it controls how it is displayed or stored. HTML entities are decoded
 * once, because Zoho sends some; all kinds of line breaks become one; control characters, bidirectional controls and
 * unpaired surrogates are dropped.
 */
final class PlainText {
    /** With its semicolon: in a link, {@code &copy=2} is a parameter. */
    private static final Pattern ENTITY =
            Pattern.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});");

    private static final Pattern LINE_BREAK = Pattern.compile("\\R");
    private static final Pattern DROPPED = Pattern.compile(
            "[\\p{Cc}&&[^\\n\\t]]|\\p{Cs}|[\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069\\uFEFF]");
    private static final Pattern BREAKS_AND_TABS = Pattern.compile("[\\n\\t]+");

    private PlainText() {}

    /**
     * One or more lines, separated by {@code
     * }.
     */
    static String lines(String text) {
        String decoded = ENTITY.matcher(text)
                .replaceAll(entity -> Matcher.quoteReplacement(Parser.unescapeEntities(entity.group(), false)));
        String broken = LINE_BREAK.matcher(decoded).replaceAll("\n");
        return DROPPED.matcher(broken).replaceAll("").strip();
    }

    /** One line. */
    static String line(String text) {
        return BREAKS_AND_TABS.matcher(lines(text)).replaceAll(" ");
    }
}
