package io.webhookmemory.zoho.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Random;

/** Changes texts at random: parts are replaced, inserted or overwritten, by pieces that mean something to a parser. */
final class Mutations {
    private static final int MOST = 4;
    private static final int LONGEST = 12;

    private final List<String> pieces;
    private final Random random;

    Mutations(List<String> pieces, Random random) {
        this.pieces = pieces;
        this.random = random;
    }

    byte[] of(String text) {
        StringBuilder body = new StringBuilder(text);
        for (int i = random.nextInt(MOST); i >= 0; i--) {
            int from = random.nextInt(body.length());
            int to = Math.min(body.length(), from + random.nextInt(LONGEST));
            switch (random.nextInt(3)) {
                case 0 -> body.replace(from, to, piece());
                case 1 -> body.insert(from, piece());
                default -> body.setCharAt(from, (char) random.nextInt(256));
            }
        }
        return body.toString().getBytes(UTF_8);
    }

    private String piece() {
        return pieces.get(random.nextInt(pieces.size()));
    }
}
