package io.webhookmemory.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.TopicWriter;
import io.webhookmemory.topics.catalogue.Topics;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Dead letters over HTTP, against a broker; nothing else runs, so that what was written can be counted. */
class DeadLetterPagesIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String HOSTILE = "\"><script>alert(1)</script>'";

    private static KafkaForTests kafka;

    @BeforeAll
    static void startKafka() {
        kafka = KafkaForTests.withTopics(Map.of("TOPICS_PARTITIONS", "2"));
        try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
            letters.deadEvent(TopicWriter.event("Accounts", "101", "101"), "http_415", 0)
                    .deadEvent(TopicWriter.event("Notes", "104", "101"), "http_415", 0)
                    .deadEvent(TopicWriter.event("Deals", "102", "101"), HOSTILE, 0)
                    .deadEvent(TopicWriter.event("Tasks", "103", "101"), "http_415", 0)
                    .deadBytes(HOSTILE, "</pre>" + HOSTILE);
        }
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    private ConsoleFixture console(boolean write) {
        Map<String, String> variables = new HashMap<>();
        variables.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        variables.put("CONSOLE_WRITE", String.valueOf(write));
        return new ConsoleFixture(variables);
    }

    @Test
    void what_others_wrote_is_text_on_every_page() {
        try (ConsoleFixture console = console(false)) {
            Document list = console.page("/dead-letters");
            assertHarmless(list);
            assertThat(list.text()).contains(HOSTILE);

            for (Element link : list.select("td.mono a")) {
                Document letter = console.page(link.attr("href"));
                assertHarmless(letter);
                HttpResponse<String> payload =
                        console.post(link.attr("href"), link.attr("href") + "/payload", Map.of());
                assertThat(payload.statusCode()).isEqualTo(200);
                assertThat(payload.body()).doesNotContain("<script");
            }
            assertHarmless(Jsoup.parse(console.post("/dead-letters", "/dead-letters", Map.of("record", HOSTILE))
                    .body()));
        }
    }

    private static void assertHarmless(Document page) {
        assertThat(page.select("script")).isNotEmpty().allSatisfy(script -> {
            assertThat(script.attr("src")).startsWith("/assets/");
            assertThat(script.data()).isEmpty();
        });
    }

    @Test
    void a_payload_is_not_on_the_page_until_it_is_asked_for_by_a_form() {
        try (ConsoleFixture console = console(false)) {
            String href = console.page("/dead-letters")
                    .select("tr:contains(Accounts 101) a")
                    .attr("href");
            assertThat(console.get(href).body()).doesNotContain("record_data").contains("Show payload");
            assertThat(console.get(href + "/payload").statusCode()).isIn(404, 405);
            assertThat(console.post(href, href + "/payload", Map.of()).body()).contains("record_data");
            assertThat(console.get("/dead-letters/0/999999").statusCode()).isEqualTo(404);
            assertThat(console.get("/dead-letters/x/y").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void a_read_only_console_previews_and_changes_nothing() {
        long handled = recordsOn(Topics.DLT_HANDLED);
        try (ConsoleFixture console = console(false)) {
            String operation = preview(
                    console, Map.of("action", "redrive", "scope", "matching", "reason", "http_415 invalid_event"));

            Document page = ended(console, operation);
            assertThat(page.text())
                    .contains("dead letters would be redriven", "The console is read-only", "1 dead letter left");
            assertThat(console.post(operation, operation + "/confirm", Map.of()).statusCode())
                    .isEqualTo(403);
            assertThat(recordsOn(Topics.DLT_HANDLED)).isEqualTo(handled);
        }
    }

    @Test
    void what_was_previewed_is_carried_out_once_and_no_more_than_that() {
        try (ConsoleFixture console = console(true)) {
            String preview =
                    preview(console, Map.of("action", "redrive", "scope", "matching", "module", "Tasks", "max", "5"));
            ended(console, preview);
            try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
                letters.deadEvent(TopicWriter.event("Tasks", "201", "201"), "http_415", 0);
            }
            HttpResponse<String> confirmed = console.post(preview, preview + "/confirm", Map.of());
            String operation = confirmed.headers().firstValue("Location").orElseThrow();

            assertThat(ended(console, operation).text()).contains("1 dead letter redriven by local");
            assertThat(console.post("/replay", preview + "/confirm", Map.of()).statusCode())
                    .as("a second time")
                    .isEqualTo(422);
            assertThat(recordsOn(Topics.WEBHOOKS)).isEqualTo(1);
            assertThat(console.page("/dead-letters").select("td:contains(Tasks 201)"))
                    .hasSize(1);
        }
    }

    @Test
    void the_log_records_who_did_what_to_how_many_and_who_looked_at_a_payload() {
        Logger logger = (Logger) LoggerFactory.getLogger("io.webhookmemory.console.audit");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.INFO);
        try (ConsoleFixture console = console(true)) {
            String preview = preview(
                    console, Map.of("action", "discard", "scope", "matching", "reason", "http_415", "module", "Notes"));
            ended(console, preview);
            String operation = console.post(preview, preview + "/confirm", Map.of())
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            ended(console, operation);
            console.post("/replay", "/dead-letters/0/0/payload", Map.of());
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
        }

        assertThat(log.list)
                .extracting(line -> line.getMessage() + " " + line.getKeyValuePairs())
                .anySatisfy(line -> assertThat(line)
                        .contains("operation requested", "user=\"local\"", "action=\"discard\"", "reason http_415"))
                .anySatisfy(line -> assertThat(line).contains("operation ended", "state=\"DONE\"", "records=\"1\""))
                .anySatisfy(line -> assertThat(line).contains("payload shown", "deadLetter=\"0:0\""))
                .noneSatisfy(line -> assertThat(line).contains("record_data"));
    }

    @Test
    void a_form_that_cannot_be_used_says_why() {
        try (ConsoleFixture console = console(true)) {
            assertThat(refused(console, Map.of("action", "redrive", "scope", "selected")))
                    .contains("No dead letter is selected");
            assertThat(refused(console, Map.of("action", "burn", "scope", "matching")))
                    .contains("Choose what to do");
            assertThat(refused(console, Map.of("action", "discard", "scope", "matching", "since", "yesterday")))
                    .contains("is not a time");
            assertThat(refused(console, Map.of("action", "discard", "scope", "matching", "max", "0")))
                    .contains("must be a whole number");
        }
    }

    private static String refused(ConsoleFixture console, Map<String, String> form) {
        HttpResponse<String> response = console.post("/replay", "/dead-letters/preview", form);
        assertThat(response.statusCode()).isEqualTo(422);
        return response.body();
    }

    /** The path of the operation that the form began. */
    private static String preview(ConsoleFixture console, Map<String, String> form) {
        HttpResponse<String> response = console.post("/replay", "/dead-letters/preview", form);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(303);
        return response.headers().firstValue("Location").orElseThrow();
    }

    private static Document ended(ConsoleFixture console, String operation) {
        await().atMost(LIMIT)
                .until(() -> console.page(operation).select("progress").isEmpty());
        return console.page(operation);
    }

    private long recordsOn(String topic) {
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), topic)) {
            return reader.toEnd(LIMIT).size();
        }
    }
}
