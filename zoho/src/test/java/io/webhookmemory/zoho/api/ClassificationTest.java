package io.webhookmemory.zoho.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.api.ZohoFailure.Permanent;
import io.webhookmemory.zoho.api.ZohoFailure.Transient;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassificationTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    401 | INVALID_TOKEN          | Outage    | zoho_token_refused
                    401 | AUTHENTICATION_FAILURE | Outage    | zoho_token_refused
                    401 | OAUTH_SCOPE_MISMATCH   | Outage    | zoho_scope_missing
                    404 | INVALID_URL_PATTERN    | Outage    | zoho_not_zoho
                    400 | INVALID_HOST           | Outage    | zoho_not_zoho
                    302 | -                      | Outage    | zoho_not_zoho
                    404 | -                      | Outage    | zoho_not_zoho
                    400 | NOT_SUBSCRIBED         | Gone      | zoho_gone
                    400 | INVALID_DATA           | Permanent | zoho_invalid_data
                    400 | INVALID_MODULE         | Permanent | zoho_invalid_module
                    400 | LIMIT_REACHED          | Permanent | zoho_limit_reached
                    403 | NO_PERMISSION          | Permanent | zoho_no_permission
                    403 | NOT_SUPPORTED          | Permanent | zoho_not_supported
                    408 | -                      | Transient | zoho_408
                    429 | TOO_MANY_REQUESTS      | Transient | zoho_throttled
                    429 | -                      | Transient | zoho_throttled
                    400 | RATE_LIMIT_EXCEEDED    | Transient | zoho_throttled
                    500 | INTERNAL_ERROR         | Transient | zoho_500
                    503 | -                      | Transient | zoho_503
                    """)
    void every_answer_has_one_meaning(int status, String code, String kind, String reason) {
        ZohoFailure failure = Classification.of(answer(status, code.equals("-") ? null : code, OptionalLong.empty()));

        assertThat(failure.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(failure.reason()).isEqualTo(reason);
    }

    @Test
    void bad_data_in_the_path_is_an_id_that_is_not_there() {
        ZohoResponse answer = answer(400, "INVALID_DATA", OptionalLong.empty());
        ((ObjectNode) answer.body()).putObject("details").put("resource_path_index", 1);

        assertThat(Classification.of(answer)).isEqualTo(new ZohoFailure.Gone());
    }

    @Test
    void too_many_requests_are_no_outage_while_there_are_credits_left() {
        assertThat(Classification.of(answer(429, "TOO_MANY_REQUESTS", OptionalLong.of(7))))
                .isInstanceOf(Transient.class);
        assertThat(Classification.of(answer(429, "TOO_MANY_REQUESTS", OptionalLong.of(0))))
                .isEqualTo(new ZohoFailure.Outage(ZohoFailure.Trouble.CREDITS_EXHAUSTED));
    }

    @Test
    void what_zoho_says_is_passed_on_within_bounds() {
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("code", "INVALID_DATA")
                .put("message", "bad\nline " + "x".repeat(500));
        ZohoResponse answer = new ZohoResponse(400, body, Optional.of(Duration.ofSeconds(7)), OptionalLong.empty());

        Permanent failure = (Permanent) Classification.of(answer);

        assertThat(failure.message()).startsWith("bad line x").hasSize(200);
    }

    private static ZohoResponse answer(int status, String code, OptionalLong creditsLeft) {
        return new ZohoResponse(
                status,
                code == null
                        ? MissingNode.getInstance()
                        : Json.MAPPER.createObjectNode().put("code", code),
                Optional.empty(),
                creditsLeft);
    }
}
