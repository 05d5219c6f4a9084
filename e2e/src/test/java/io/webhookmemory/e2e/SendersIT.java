package io.webhookmemory.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.quickstart.LocalPipeline;
import io.webhookmemory.quickstart.WebhookClient;
import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.zoho.crm.ChannelTokens;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The three senders of docs/zoho-setup.md, from their requests to documents in memory; without Zoho's credentials. */
class SendersIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TOKEN = "static-token-of-thirty-two-characters";
    private static final String FORM = "application/x-www-form-urlencoded;charset=UTF-8";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static LocalPipeline pipeline;

    @BeforeAll
    static void start() {
        pipeline = LocalPipeline.start(Map.of(
                "WEBHOOK_AUTH", "signature,channel-token,static-token",
                "WEBHOOK_TOKENS", TOKEN,
                "WEBHOOK_BATCH_TIMEOUT", "1"));
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void a_workflow_rule_creates_edits_clears_and_deletes() throws Exception {
        String account = "&Account_Name.id=9001&Account_Name.name=Hollerbach";

        postForm("create", "id=801&Deal_Name=Forty+%22large%22+pumps&Stage=Offer&Next_Step=Call" + account);
        awaitDocument("Deals_801", "Forty \"large\" pumps", "Offer", "Call");
        assertThat(document("Deals_801").get(0).dataset()).isEqualTo("account_9001");

        postForm("update", "id=801&Stage=Won&Deal_Name=&Next_Step=&clears=Next_Step");
        awaitDocument("Deals_801", "Forty \"large\" pumps", "Won");
        assertThat(document("Deals_801").get(0).text()).doesNotContain("Call", TOKEN);

        postForm("delete", "id=801");
        await().atMost(LIMIT).until(() -> document("Deals_801").isEmpty());
    }

    @Test
    void a_deluge_function_creates_edits_and_deletes() throws Exception {
        postSigned("{\"operation\":\"create\",\"module\":\"Deals\",\"data\":[{\"Deal_Name\":\"Thirty pumps\","
                + "\"Modified_Time\":\"2026-01-02T03:04:05+01:00\",\"id\":\"705\"}]}");
        awaitDocument("Deals_705", "Thirty pumps");

        postSigned("{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"Deal_Name\":\"Forty pumps\","
                + "\"Modified_Time\":\"2026-01-02T03:05:05+01:00\",\"id\":\"705\"}]}");
        awaitDocument("Deals_705", "Forty pumps");

        // The record cannot be read any more: the function sends its id alone.
        postSigned("{\"operation\":\"delete\",\"module\":\"Deals\",\"data\":[{\"id\":\"705\"}]}");
        await().atMost(LIMIT).until(() -> document("Deals_705").isEmpty());
    }

    @Test
    void a_channels_values_are_in_memory() throws Exception {
        String token = ChannelTokens.of(new Hmac(new Secret(pipeline.variable("WEBHOOK_SECRET"))), "1000000068001");

        post("", "application/json", """
                {"server_time":1718117126473,"query_params":{},"module":"Accounts","ids":["803"],\
                "affected_values":[{"record_id":"803","values":{"Account_Name":"By channel"}}],\
                "operation":"insert","channel_id":"1000000068001","token":"%s"}""".formatted(token));

        awaitDocument("Accounts_803", "By channel");
    }

    private static void postForm(String operation, String form) throws Exception {
        post("/Deals/" + operation, FORM, form, "X-Webhook-Token", TOKEN);
    }

    /** With the base64 that {@code zoho.encryption.hmacsha256} returns by default. */
    private static void postSigned(String body) throws Exception {
        byte[] mac = HexFormat.of()
                .parseHex(WebhookClient.sign(pipeline.variable("WEBHOOK_SECRET"), body)
                        .replace("sha256=", ""));
        post(
                "",
                "application/json",
                body,
                "X-Zoho-Signature",
                Base64.getEncoder().encodeToString(mac));
    }

    private static void post(String path, String contentType, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(pipeline.ingress().resolve("/webhooks/zoho" + path))
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static void awaitDocument(String name, String... parts) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(document(name))
                        .singleElement()
                        .satisfies(document -> assertThat(document.text()).contains(parts)));
    }

    private static List<CogneeDouble.Document> document(String name) {
        return pipeline.cognee().orElseThrow().documents().stream()
                .filter(document -> document.name().equals(name))
                .toList();
    }
}
