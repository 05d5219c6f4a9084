package io.webhookmemory.bench;

import io.webhookmemory.quickstart.WebhookClient;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Prepared webhook requests of about 700 bytes each, signed in advance, because the sender's work is not measured. */
final class Webhooks {
    private static final int ACCOUNTS = 50;
    static final String FILLER = "x".repeat(350);

    private final String secret;

    Webhooks(String secret) {
        this.secret = secret;
    }

    /** New deals, spread over fifty accounts. */
    List<byte[]> deals(long firstId, int count) {
        return IntStream.range(0, count).mapToObj(i -> deal(firstId + i)).toList();
    }

    /** New deals, several in each webhook. */
    List<byte[]> deals(long firstId, int webhooks, int records) {
        return IntStream.range(0, webhooks)
                .mapToObj(i -> signed(body(firstId + (long) i * records, records)))
                .toList();
    }

    /** Requests that are refused for the encoding that they declare. */
    List<byte[]> compressed(int count) {
        byte[] request =
                HttpConnection.webhook("none", "sha256=" + "0".repeat(64), body(1), "Content-Encoding: gzip\r\n");
        return IntStream.range(0, count).mapToObj(i -> request).toList();
    }

    /** Requests that are refused for their signature. */
    List<byte[]> unauthenticated(int count) {
        byte[] request = HttpConnection.webhook("none", "sha256=" + "0".repeat(64), body(1));
        return IntStream.range(0, count).mapToObj(i -> request).toList();
    }

    static String recordId(long id) {
        return "572576700000%07d".formatted(id);
    }

    static String body(long id) {
        return body(id, 1);
    }

    private static String body(long firstId, int records) {
        return LongStream.range(firstId, firstId + records)
                .mapToObj(Webhooks::record)
                .collect(Collectors.joining(
                        ",",
                        "{\"operation\":\"create\",\"module\":\"Deals\",\"data\":[",
                        "],\"modified_fields\":[],\"user\":{\"id\":\"5725767000000000001\"}}"));
    }

    private static String record(long id) {
        return ("{\"id\":\"%s\",\"Modified_Time\":\"%s\",\"Deal_Name\":\"Deal number %d\",\"Stage\":\"Negotiation\","
                        + "\"Amount\":%d.50,\"Account_Name\":{\"name\":\"Account %d\",\"id\":\"%s\"},\"Description\":\"%s\"}")
                .formatted(
                        recordId(id),
                        Instant.now(),
                        id,
                        id % 100_000,
                        id % ACCOUNTS,
                        recordId(9_000_000 + id % ACCOUNTS),
                        FILLER);
    }

    private byte[] deal(long id) {
        return signed(body(id));
    }

    private byte[] signed(String body) {
        return HttpConnection.webhook(UUID.randomUUID().toString(), WebhookClient.sign(secret, body), body);
    }
}
