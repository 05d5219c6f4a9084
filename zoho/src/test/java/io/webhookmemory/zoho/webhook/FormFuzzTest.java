package io.webhookmemory.zoho.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mutated forms: whatever comes, the parser gives an answer, and a token that authenticates is not kept. */
class FormFuzzTest {
    private static final int MUTATIONS = 10_000;
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String BOUNDARY = "b7";
    private static final String URL_ENCODED =
            "token=" + TOKEN + "&module=Deals&operation=edit&id=42&Stage=Won%21&Account_Name.id=9&clears=Stage";
    private static final String MULTIPART = part("token", TOKEN) + part("module", "Deals") + part("operation", "edit")
            + part("id", "42") + part("Stage", "W\"o\r\nn") + "--b7--\r\n";
    private static final List<String> PIECES = List.of(
            "%",
            "%zz",
            "%00",
            "&",
            "=",
            "&token=" + TOKEN,
            "\r\n",
            "\r",
            "\n",
            "--b7",
            "--b7--",
            "--",
            ";",
            "\"",
            ":",
            "; filename=\"x\"",
            "Content-Type: text/plain; charset=utf-16\r\n",
            "charset=nonsense",
            "Content-Transfer-Encoding: base64\r\n",
            "Content-Length: 5\r\n",
            "name=\"token\"",
            "name=",
            "\u0000",
            "{");

    private final WebhookParser parser =
            new WebhookParser(WebhookRules.of(Topics.DEFAULT_MODULES), EventBudget.DEFAULT, () -> "new");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_mutated_form_is_answered_and_its_token_is_not_kept(long seed) throws Exception {
        Random random = new Random(seed);
        Mutations mutations = new Mutations(PIECES, random);
        int passed = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            boolean multipart = random.nextBoolean();
            String type = multipart ? "multipart/form-data; boundary=" + BOUNDARY : "application/x-www-form-urlencoded";
            byte[] body = mutations.of(multipart ? MULTIPART : URL_ENCODED);
            Parsed parsed = parser.parse(body, new Delivery(type, null, Sender.of(EventSource.TOKEN), Instant.EPOCH));
            if (parsed instanceof Parsed.Events events) {
                passed++;
                WebhookEvent event = events.events().get(0);
                assertThat(EventCodec.fromBytes(EventCodec.toBytes(event))).isEqualTo(event);
            }
            if (authenticates(body, type)) {
                Optional<byte[]> kept = TokenRedaction.of(body, type);
                assertThat(kept.map(bytes -> new String(bytes, ISO_8859_1)).orElse(""))
                        .doesNotContain(TOKEN);
            }
        }
        assertThat(passed).as("mutations that are still webhooks").isPositive();
    }

    private static boolean authenticates(byte[] body, String type) {
        return TokenParameter.inForm(body, type) instanceof TokenParameter.Found.InForm form
                && form.token()
                        .filter(token -> TOKEN.equals(new String(token, ISO_8859_1)))
                        .isPresent();
    }

    private static String part(String name, String value) {
        return "--b7\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }
}
