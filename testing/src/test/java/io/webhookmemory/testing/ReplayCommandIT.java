package io.webhookmemory.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.service.json.Json;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code topics replay} against a broker; nothing else runs, so that what was written can be counted. */
class ReplayCommandIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private KafkaForTests kafka;

    @BeforeEach
    void startKafka() {
        kafka = KafkaForTests.withTopics(Map.of("TOPICS_PARTITIONS", "2"));
        try (Letters letters = new Letters(kafka.bootstrapServers())) {
            letters.event(Topics.WEBHOOKS, Letters.event("Deals", "1", "900"), ago(72))
                    .event(Topics.WEBHOOKS, Letters.event("Accounts", "900", null), ago(48))
                    .event(Topics.WEBHOOKS, Letters.event("Deals", "2", "900"), ago(24))
                    .event(Topics.WEBHOOKS, Letters.event("Notes", "3", "901"), ago(2));
        }
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    @Test
    void a_run_copies_what_the_topic_held_when_it_began_and_only_once() throws Exception {
        JsonNode first = json(run("replay", "--since", "30d", "--run", "all", "--output", "json"));
        JsonNode again = json(run("replay", "--run", "all", "--output", "json"));

        assertThat(first.path("sent").asInt()).as("not its own copies, too").isEqualTo(4);
        assertThat(first.path("complete").asBoolean()).isTrue();
        assertThat(again.path("sent").asInt()).isZero();
        assertThat(again.path("sent_before").asInt()).isEqualTo(4);
        assertThat(copies("all")).extracting(ConsumerRecord::key).containsExactlyInAnyOrder("1", "2", "3", "900");
    }

    @Test
    void time_module_record_and_account_narrow_it() throws Exception {
        assertThat(counted("--since", "60h", "--until", "12h")).isEqualTo(2);
        assertThat(counted("--since", "99999d")).as("all there is").isEqualTo(4);
        assertThat(counted("--since", "30d", "--module", "deals,Notes")).isEqualTo(3);
        assertThat(counted("--since", "30d", "--record", "2")).isEqualTo(1);
        assertThat(counted("--since", "30d", "--account", "900"))
                .as("its own event, too")
                .isEqualTo(3);
        assertThat(counted("--since", "30d", "--account", "900", "--module", "Deals"))
                .isEqualTo(2);
        assertThat(copies("any")).isEmpty();
    }

    @Test
    void a_maximum_stops_a_run_that_goes_on_where_it_stopped() throws Exception {
        CommandRun begun = run("replay", "--since", "30d", "--run", "piecewise", "--max", "3", "--rate", "500");
        assertThat(begun.out())
                .as("the maximum is reached, the rate still wanted")
                .contains("3 events replayed", "\"topics replay --run piecewise --rate 500\" goes on");
        assertThat(run("replay", "--since", "1h", "--run", "piecewise").code())
                .as("another selection under the same name")
                .isEqualTo(2);

        CommandRun rest = run("replay", "--run", "piecewise");

        assertThat(rest).returns(0, CommandRun::code);
        assertThat(rest.out()).contains("1 event replayed", "(3 before)", "The run is complete");
        assertThat(copies("piecewise")).extracting(ConsumerRecord::key).containsExactlyInAnyOrder("1", "2", "3", "900");
    }

    @Test
    void a_run_without_a_name_says_first_how_to_go_on_with_it() {
        assertThat(run("replay", "--since", "30d", "--max", "3", "--rate", "2.5")
                        .err())
                .containsPattern("go on with: topics replay --run \\d{8}T\\d{6}Z --max 3 --rate 2.5\n");
        assertThat(run("replay", "--since", "30d", "--max", "0").err())
                .as("nothing was begun")
                .doesNotContain("go on");
    }

    @Test
    void what_cannot_be_meant_is_refused() {
        assertThat(run("replay")).returns(2, CommandRun::code);
        assertThat(run("replay", "--run", "unknown")).returns(2, CommandRun::code);
        assertThat(run("replay", "--from", Topics.DLT, "--since", "1d").err()).contains("topics dlt redrive");
        assertThat(run("replay", "--since", "yesterday").err()).contains("is no time");
        CommandRun backwards = run("replay", "--since", "1h", "--until", "2h");
        assertThat(backwards).returns(2, CommandRun::code);
        assertThat(backwards.err()).contains("must be before --until");
    }

    private int counted(String... options) throws Exception {
        String[] arguments = new String[options.length + 4];
        System.arraycopy(new String[] {"replay", "--dry-run", "--output", "json"}, 0, arguments, 0, 4);
        System.arraycopy(options, 0, arguments, 4, options.length);
        return json(run(arguments)).path("sent").asInt();
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(kafka.bootstrapServers(), arguments);
    }

    private List<ConsumerRecord<String, byte[]>> copies(String run) {
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), Topics.WEBHOOKS)) {
            return reader.toEnd(LIMIT).stream()
                    .filter(record -> Headers.get(record.headers(), Headers.REPLAY_ID)
                            .filter(run::equals)
                            .isPresent())
                    .toList();
        }
    }

    private static JsonNode json(CommandRun run) throws Exception {
        return Json.MAPPER.readTree(run.out());
    }

    private static Instant ago(int hours) {
        return Instant.now().minus(Duration.ofHours(hours));
    }
}
