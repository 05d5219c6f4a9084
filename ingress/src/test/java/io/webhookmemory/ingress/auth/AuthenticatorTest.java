package io.webhookmemory.ingress.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.ingress.auth.Verdict.Denied;
import io.webhookmemory.ingress.auth.Verdict.Reason;
import io.webhookmemory.ingress.auth.Verdict.Verified;
import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.zoho.crm.ChannelTokens;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {
    private static final Secret OLD = new Secret("old-secret-of-thirty-two-characters!");
    private static final Secret NEW = new Secret("new-secret-of-thirty-two-characters!");
    private static final byte[] BODY = "{\"note\":\"Grüße, 你好\"}".getBytes(UTF_8);

    private final Authenticator authenticator =
            new Authenticator(settings(List.of(NEW, OLD), AuthMethod.SIGNATURE, AuthMethod.CHANNEL_TOKEN));

    @Test
    void the_signature_of_rfc_4231_test_case_2_is_reproduced() {
        byte[] mac = new Hmac(new Secret("Jefe")).of("what do ya want for nothing?".getBytes(UTF_8));

        assertThat(HexFormat.of().formatHex(mac))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void a_signature_is_taken_with_and_without_prefix_and_in_either_case() {
        String hex = hex(NEW, BODY);

        for (String header :
                List.of(hex, "sha256=" + hex, "SHA256=" + hex, hex.toUpperCase(Locale.ROOT), "  sha256=" + hex + " ")) {
            assertThat(authenticator.authenticate(signature(header), BODY))
                    .isEqualTo(new Verified(Sender.of(EventSource.SIGNED), 0));
        }
    }

    /** From Deluge's documentation of {@code zoho.encryption.hmacsha256}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "E3IZY+esQ59aLmPCYYVjk2R/P1G0k77r9ZGa9Lw94Zw=",
                "E3IZY+esQ59aLmPCYYVjk2R/P1G0k77r9ZGa9Lw94Zw",
                "E3IZY-esQ59aLmPCYYVjk2R_P1G0k77r9ZGa9Lw94Zw=",
                "sha256=E3IZY-esQ59aLmPCYYVjk2R_P1G0k77r9ZGa9Lw94Zw",
                "13721963e7ac439f5a2e63c261856393647f3f51b493beebf5919af4bc3de19c"
            })
    void the_documented_signature_of_a_deluge_function_is_taken_in_each_of_its_forms(String header) {
        Authenticator deluge =
                new Authenticator(settings(List.of(new Secret("sk_5Ow7B_4eC39H")), AuthMethod.SIGNATURE));

        assertThat(deluge.authenticate(
                        signature(header), "{Order ID: 0932, Currency: USD, Amount: 2500}".getBytes(UTF_8)))
                .isInstanceOf(Verified.class);
    }

    @Test
    void any_of_several_signatures_is_enough_wherever_it_stands() {
        String right = hex(NEW, BODY);
        String wrong = "0".repeat(64);

        for (String header : List.of(
                wrong + "," + right,
                "sha256=" + right + " sha256=" + wrong,
                wrong + " ,\t" + right,
                "v1, " + right,
                (wrong + ",").repeat(7) + right)) {
            assertThat(authenticator.authenticate(signature(header), BODY))
                    .as(header)
                    .isInstanceOf(Verified.class);
        }
        assertThat(authenticator.authenticate(signature(wrong + "," + wrong), BODY))
                .isEqualTo(new Denied(Reason.MISMATCH));
    }

    @Test
    void more_than_eight_signatures_are_none() {
        String header = ("0".repeat(64) + ",").repeat(8) + hex(NEW, BODY);

        assertThat(authenticator.authenticate(signature(header), BODY)).isEqualTo(new Denied(Reason.MALFORMED));
    }

    @Test
    void during_rotation_every_secret_is_valid_and_the_verdict_says_which() {
        assertThat(authenticator.authenticate(signature(hex(OLD, BODY)), BODY))
                .isEqualTo(new Verified(Sender.of(EventSource.SIGNED), 1));
    }

    @Test
    void empty_and_large_bodies_are_signed_like_any_other() {
        for (byte[] body : List.of(new byte[0], new byte[1024 * 1024])) {
            assertThat(authenticator.authenticate(signature(hex(NEW, body)), body))
                    .isInstanceOf(Verified.class);
        }
    }

    @Test
    void one_changed_byte_is_a_mismatch() {
        byte[] changed = BODY.clone();
        changed[5] ^= 1;

        assertThat(authenticator.authenticate(signature(hex(NEW, BODY)), changed))
                .isEqualTo(new Denied(Reason.MISMATCH));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256=",
                "zz",
                "sha256=abc",
                "sha1=aaaa",
                "ab",
                "g000000000000000000000000000000000000000000000000000000000000000"
            })
    void what_is_no_digest_is_malformed(String header) {
        assertThat(authenticator.authenticate(signature(header), BODY)).isEqualTo(new Denied(Reason.MALFORMED));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  "})
    void without_a_signature_and_without_a_token_the_proof_is_missing(String header) {
        assertThat(authenticator.authenticate(signature(header), "{}".getBytes(UTF_8)))
                .isEqualTo(new Denied(Reason.MISSING));
    }

    @Test
    void a_channel_is_known_by_the_token_derived_from_its_id() {
        String token = ChannelTokens.of(new Hmac(OLD), "1000000068001");

        assertThat(token).hasSize(43);
        assertThat(authenticator.authenticate(signature(null), notification("\"1000000068001\"", token)))
                .isEqualTo(new Verified(new Sender(EventSource.CHANNEL, "1000000068001"), 1));
        assertThat(authenticator.authenticate(signature(null), notification("1000000068001", token)))
                .as("the id as a number")
                .isEqualTo(new Verified(new Sender(EventSource.CHANNEL, "1000000068001"), 1));
        assertThat(authenticator.authenticate(signature(null), notification("\"1000000068002\"", token)))
                .as("the token of another channel")
                .isEqualTo(new Denied(Reason.MISMATCH));
    }

    @Test
    void byte_order_marks_do_not_hide_a_token() {
        byte[] body = ("\ufeff\ufeff" + new String(notification("\"1\"", ChannelTokens.of(new Hmac(NEW), "1")), UTF_8))
                .getBytes(UTF_8);

        assertThat(authenticator.authenticate(signature(null), body)).isInstanceOf(Verified.class);
    }

    @Test
    void a_token_within_the_records_own_data_is_not_looked_at() {
        String token = ChannelTokens.of(new Hmac(NEW), "1");
        byte[] body = ("{\"data\":{\"channel_id\":\"1\",\"token\":\"" + token + "\"}}").getBytes(UTF_8);

        assertThat(authenticator.authenticate(signature(null), body)).isEqualTo(new Denied(Reason.MISSING));
    }

    @Test
    void a_wrong_signature_is_not_made_good_by_a_right_token() {
        byte[] body = notification("\"1\"", ChannelTokens.of(new Hmac(NEW), "1"));

        assertThat(authenticator.authenticate(signature("sha256=" + "0".repeat(64)), body))
                .isEqualTo(new Denied(Reason.MISMATCH));
    }

    @Test
    void each_mode_takes_its_own_proof_only() {
        byte[] body = notification("\"1\"", ChannelTokens.of(new Hmac(NEW), "1"));
        Authenticator signatures = new Authenticator(settings(List.of(NEW), AuthMethod.SIGNATURE));
        Authenticator tokens = new Authenticator(settings(List.of(NEW), AuthMethod.CHANNEL_TOKEN));

        assertThat(signatures.authenticate(signature(null), body)).isEqualTo(new Denied(Reason.MISSING));
        assertThat(signatures.authenticate(signature(hex(NEW, body)), body)).isInstanceOf(Verified.class);
        assertThat(tokens.authenticate(signature(null), body)).isInstanceOf(Verified.class);
        assertThat(tokens.authenticate(signature(hex(NEW, BODY)), BODY)).isEqualTo(new Denied(Reason.MISSING));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "nonsense", "{\"channel_id\":", "{\"a\":[[[["})
    void a_body_that_is_no_object_holds_no_proof(String body) {
        assertThat(authenticator.authenticate(signature(null), body.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        Denied.class, denied -> assertThat(denied.reason()).isIn(Reason.MALFORMED, Reason.MISSING));
    }

    private static AuthSettings settings(List<Secret> secrets, AuthMethod... methods) {
        return new AuthSettings(Set.of(methods), secrets, List.of(), false);
    }

    private static byte[] notification(String channelId, String token) {
        return ("{\"server_time\":1,\"query_params\":{\"deep\":[1,{\"token\":\"no\"}]},\"ids\":[\"1\"],\"channel_id\":"
                        + channelId + ",\"token\":\"" + token + "\"}")
                .getBytes(UTF_8);
    }

    private static String hex(Secret secret, byte[] body) {
        return HexFormat.of().formatHex(new Hmac(secret).of(body));
    }

    /** The header as the only credential; nullable. */
    private static Presented signature(String header) {
        return new Presented(header, null, null, null);
    }
}
