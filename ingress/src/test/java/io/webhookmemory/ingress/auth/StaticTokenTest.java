package io.webhookmemory.ingress.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webhookmemory.ingress.auth.Verdict.Denied;
import io.webhookmemory.ingress.auth.Verdict.Reason;
import io.webhookmemory.ingress.auth.Verdict.Verified;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.InvalidSettingsException;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.zoho.crm.ChannelTokens;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Static tokens, and the settings that switch them on. */
class StaticTokenTest {
    private static final String SECRET = "a-secret-of-at-least-thirty-two-characters";
    private static final String NEW = "new-token-of-thirty-two-characters!!";
    private static final String OLD = "old-token-of-thirty-two-characters!!";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final byte[] BODY = "{}".getBytes(UTF_8);

    private final Authenticator authenticator = new Authenticator(all(false));

    @Test
    void the_header_is_compared_with_every_token_and_the_verdict_says_which_it_was() {
        assertThat(authenticate(header(NEW), BODY)).isEqualTo(new Verified(Sender.of(EventSource.TOKEN), 0));
        assertThat(authenticate(header(" " + OLD + " "), BODY))
                .isEqualTo(new Verified(Sender.of(EventSource.TOKEN), 1));
        assertThat(authenticate(header(NEW + "x"), BODY)).isEqualTo(new Denied(Reason.MISMATCH));
        assertThat(authenticate(header(NEW.substring(1)), BODY)).isEqualTo(new Denied(Reason.MISMATCH));
        assertThat(authenticate(header(" "), BODY)).isEqualTo(new Denied(Reason.MISSING));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/x-www-form-urlencoded|id=1&token=old-token-of-thirty-two-characters%21%21",
                "application/x-www-form-urlencoded|%74oken=old-token-of-thirty-two-characters!!",
                "application/json|{\"id\":\"1\",\"token\":\"old-token-of-thirty-two-characters!!\"}",
                "application/x-www-form-urlencoded|{\"token\":\"old-token-of-thirty-two-characters!!\"}",
                "|{\"token\":\"old-token-of-thirty-two-characters!!\",\"note\":\"broken \"here\"\"}",
            })
    void a_form_or_json_may_carry_it(String contentType, String body) {
        assertThat(authenticate(body(contentType), body.getBytes(UTF_8)))
                .isEqualTo(new Verified(Sender.of(EventSource.TOKEN), 1));
    }

    @Test
    void line_breaks_before_it_do_not_hide_it() {
        byte[] body = ("{\"note\":\"a\nb\",\"token\":\"" + NEW + "\"}").getBytes(UTF_8);

        assertThat(authenticate(body(null), body)).isInstanceOf(Verified.class);
    }

    @Test
    void a_part_may_carry_it() {
        byte[] body = ("--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n" + NEW + "\r\n--b--\r\n")
                .getBytes(UTF_8);

        assertThat(authenticate(body("multipart/form-data; boundary=b"), body)).isInstanceOf(Verified.class);
        assertThat(authenticate(body("multipart/form-data; boundary=c"), body)).isEqualTo(new Denied(Reason.MALFORMED));
        assertThat(authenticate(body("multipart/form-data"), body)).isEqualTo(new Denied(Reason.MALFORMED));
    }

    @Test
    void a_form_without_it_or_that_cannot_be_read_proves_nothing() {
        assertThat(authenticate(body(FORM), "id=1".getBytes(UTF_8))).isEqualTo(new Denied(Reason.MISSING));
        assertThat(authenticate(body(FORM), "token=%zz".getBytes(UTF_8))).isEqualTo(new Denied(Reason.MALFORMED));
        assertThat(authenticate(body(FORM), ("a=1&".repeat(1_001) + "token=" + NEW).getBytes(UTF_8)))
                .isEqualTo(new Denied(Reason.MALFORMED));
    }

    @Test
    void a_channel_notification_is_known_by_its_own_token_only() {
        String derived = ChannelTokens.of(new Hmac(new Secret(SECRET)), "7");

        assertThat(authenticate(body(null), notification(derived)))
                .isEqualTo(new Verified(new Sender(EventSource.CHANNEL, "7"), 0));
        assertThat(authenticate(body(null), notification(NEW))).isEqualTo(new Denied(Reason.MISMATCH));
    }

    @Test
    void the_query_string_is_looked_at_where_that_is_switched_on_only() {
        Presented request = new Presented(null, null, "a=%zz&token=" + OLD, null);

        assertThat(authenticate(request, BODY)).isEqualTo(new Denied(Reason.MISSING));
        assertThat(new Authenticator(all(true)).authenticate(request, BODY))
                .isEqualTo(new Verified(Sender.of(EventSource.TOKEN), 1));
        assertThat(new Authenticator(all(true)).authenticate(new Presented(null, null, "token=%zz", null), BODY))
                .isEqualTo(new Denied(Reason.MISSING));
        assertThat(request).hasToString("Presented");
    }

    @Test
    void without_the_mode_no_token_is_taken() {
        Authenticator others = new Authenticator(settings(Map.of("WEBHOOK_SECRET", SECRET)));

        assertThat(others.authenticate(header(NEW), BODY)).isEqualTo(new Denied(Reason.MISSING));
        assertThat(others.authenticate(body(FORM), ("token=" + NEW).getBytes(UTF_8)))
                .isEqualTo(new Denied(Reason.MALFORMED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "both|SIGNATURE,CHANNEL_TOKEN",
                "signature|SIGNATURE",
                "channel_token|CHANNEL_TOKEN",
                "channel-token|CHANNEL_TOKEN",
                "Signature, Channel-Token|SIGNATURE,CHANNEL_TOKEN",
            })
    void old_and_new_words_name_the_methods(String value, String methods) {
        assertThat(settings(Map.of("WEBHOOK_SECRET", SECRET, "WEBHOOK_AUTH", value))
                        .methods())
                .extracting(Enum::name)
                .containsExactlyInAnyOrder(methods.split(",", -1));
    }

    @Test
    void the_default_is_signatures_and_channel_tokens() {
        assertThat(settings(Map.of("WEBHOOK_SECRET", SECRET)).methods())
                .isEqualTo(EnumSet.of(AuthMethod.SIGNATURE, AuthMethod.CHANNEL_TOKEN));
    }

    @Test
    void static_tokens_alone_need_no_secret() {
        AuthSettings settings = settings(Map.of("WEBHOOK_AUTH", "static-token", "WEBHOOK_TOKENS", NEW + ", " + OLD));

        assertThat(settings.tokens()).containsExactly(new Secret(NEW), new Secret(OLD));
        assertThat(settings.secrets()).isEmpty();
        assertThat(settings.toString()).doesNotContain(NEW, OLD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"static-token", "signature,static-token"})
    void tokens_are_required_and_must_be_long(String methods) {
        assertProblem(Map.of("WEBHOOK_SECRET", SECRET, "WEBHOOK_AUTH", methods), "WEBHOOK_TOKENS is required");
        assertProblem(
                Map.of("WEBHOOK_SECRET", SECRET, "WEBHOOK_AUTH", methods, "WEBHOOK_TOKENS", NEW + ",short"),
                "WEBHOOK_TOKENS must have at least 32 characters");
    }

    @Test
    void tokens_without_the_mode_and_unknown_modes_are_problems() {
        String unused = "WEBHOOK_TOKENS and WEBHOOK_QUERY_TOKEN need static-token in WEBHOOK_AUTH";

        assertProblem(Map.of("WEBHOOK_SECRET", SECRET, "WEBHOOK_TOKENS", NEW), unused);
        assertProblem(Map.of("WEBHOOK_SECRET", SECRET, "WEBHOOK_QUERY_TOKEN", "true"), unused);
        assertProblem(Map.of("WEBHOOK_SECRET", SECRET, "WEBHOOK_AUTH", "signature,none"), "WEBHOOK_AUTH must be");
    }

    private static void assertProblem(Map<String, String> variables, String problem) {
        assertThatThrownBy(() -> settings(variables))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(problem);
    }

    private static AuthSettings settings(Map<String, String> variables) {
        SettingsReader reader = new SettingsReader(new Environment(variables));
        AuthSettings settings = AuthSettings.from(reader);
        reader.finish();
        return settings;
    }

    private static AuthSettings all(boolean tokenInQuery) {
        return new AuthSettings(
                EnumSet.allOf(AuthMethod.class),
                List.of(new Secret(SECRET)),
                List.of(new Secret(NEW), new Secret(OLD)),
                tokenInQuery);
    }

    private Verdict authenticate(Presented request, byte[] body) {
        return authenticator.authenticate(request, body);
    }

    private static Presented header(String token) {
        return new Presented("", token, null, null);
    }

    private static Presented body(String contentType) {
        return new Presented(null, null, null, contentType);
    }

    private static byte[] notification(String token) {
        return ("{\"ids\":[\"1\"],\"token\":\"" + token + "\",\"channel_id\":\"7\"}").getBytes(UTF_8);
    }
}
