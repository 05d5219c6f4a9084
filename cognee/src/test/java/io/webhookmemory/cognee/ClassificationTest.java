package io.webhookmemory.cognee;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassificationTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    400 | external_metadata is not valid JSON [InvalidExternalMetadataError] | Permanent | http_400
                    415 | Unsupported file content | Permanent | http_415
                    422 | Input should be a valid UUID | Permanent | http_422
                    500 | IngestionError: unsupported (Status code: 415) | Permanent | http_415
                    500 | Dataset name cannot contain spaces or dots. | Permanent | bad_dataset_name
                    409 | Dataset name cannot contain spaces or dots. | Permanent | bad_dataset_name
                    409 | POST /api/v1/add does not update documents. | Transient | http_409
                    403 | Request owner does not have necessary permission [PermissionDeniedError] | Transient | http_403
                    401 | Dataset x not accessible. [UnauthorizedDataAccessError] | Transient | http_403
                    500 | PermissionDeniedError: no permission (Status code: 403) | Transient | http_403
                    408 | Request Timeout | Transient | http_408
                    429 | Too Many Requests | Transient | http_429
                    500 | database is locked | Transient | http_500
                    503 | Service Unavailable | Transient | http_503
                    401 | Unauthorized | Outage | http_401
                    401 | Authentication required (auth posture: default). | Outage | http_401
                    402 | LLMPaymentRequiredError: budget is exhausted. (Status code: 402) | Outage | llm_payment
                    500 | LLMPaymentRequiredError: budget is exhausted. (Status code: 402) | Outage | llm_payment
                    500 | LLMQuotaExceededError: quota | Outage | llm_quota
                    500 | litellm.RateLimitError: You exceeded your current quota | Outage | llm_quota
                    500 | LLMAPIKeyNotSetError: LLM API key is not set. (Status code: 422) | Outage | llm_credentials
                    500 | litellm.AuthenticationError: Incorrect API key provided | Outage | llm_credentials
                    500 | litellm.InternalServerError: OpenAIException - oops | Outage | llm_unavailable
                    500 | litellm.ServiceUnavailableError: overloaded | Outage | llm_unavailable
                    500 | litellm.BadGatewayError: bad gateway | Outage | llm_unavailable
                    500 | litellm.APIConnectionError: Connection error. | Outage | llm_unavailable
                    500 | litellm.Timeout: APITimeoutError - Request timed out. | Outage | llm_unavailable
                    409 | 3 attempts: litellm.Timeout: Request timed out. | Outage | llm_unavailable
                    500 | litellm.BadRequestError: we had an litellm.AuthenticationError | Transient | http_500
                    404 | Not Found | Outage | not_cognee
                    405 | Method Not Allowed | Outage | not_cognee
                    307 | '' | Outage | not_cognee
                    404 | No dataset [DatasetNotFoundError] | Permanent | http_404
                    """)
    void every_answer_has_one_meaning(int status, String text, String kind, String reason) {
        Failure failure = Classification.of(new ErrorResponse(status, text, Optional.empty()));

        assertThat(failure.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(failure.reason()).isEqualTo(reason);
    }

    @Test
    void words_of_a_document_quoted_in_a_refusal_do_not_stop_the_pipeline() {
        Failure failure = Classification.of(
                new ErrorResponse(400, "bad file: we saw an AuthenticationError today", Optional.empty()));

        assertThat(failure).isEqualTo(new Failure.Permanent("http_400"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    IngestionError: cannot read 'LLMQuotaExceededError, litellm.RateLimitError' | http_500
                    cannot read 'LLMQuotaExceededError' (Status code: 415) | http_415
                    1 validation error: input_value='our log says RateLimitError' | http_500
                    cannot read 'LLMQuotaExceededError' [IngestionError] | http_500
                    """)
    void words_of_a_document_quoted_in_a_failure_of_cognees_do_not_stop_the_pipeline_either(
            String text, String reason) {
        Failure failure = Classification.of(new ErrorResponse(500, text, Optional.empty()));

        assertThat(failure).isNotInstanceOf(Failure.Outage.class);
        assertThat(failure.reason()).isEqualTo(reason);
    }

    @Test
    void a_status_quoted_in_the_middle_of_the_text_is_not_the_real_one() {
        Failure failure = Classification.of(
                new ErrorResponse(500, "cannot read 'note (Status code: 415)' just now", Optional.empty()));

        assertThat(failure.reason()).isEqualTo("http_500");
    }

    @Test
    void the_time_to_stay_away_is_passed_on() {
        Optional<Duration> retryAfter = Optional.of(Duration.ofSeconds(7));

        assertThat(Classification.of(new ErrorResponse(429, "", retryAfter)))
                .isEqualTo(new Failure.Transient("http_429", retryAfter));
    }
}
