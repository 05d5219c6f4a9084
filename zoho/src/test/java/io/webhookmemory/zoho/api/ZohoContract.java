package io.webhookmemory.zoho.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.api.ZohoHttp.Call;
import io.webhookmemory.zoho.crm.ZohoTimes;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the project relies on in Zoho CRM, whichever Zoho it is. Every test makes contacts and channels of its own and
 * removes them, so that the suite can be run against an organisation that holds other things.
 */
abstract class ZohoContract {
    private static final URI NOBODY = URI.create("https://webhooks.example.com/webhooks/zoho");

    private final List<String> contacts = new ArrayList<>();
    private final String channelId = String.valueOf(ThreadLocalRandom.current().nextLong(1L << 40, 1L << 48));
    private ZohoHttp http;
    private ZohoClient zoho;
    private Instant start;

    /** The {@code ZOHO_…} variables to reach the server with. */
    abstract Map<String, String> variables();

    /** To be done after the test has removed what it left. */
    void release() {}

    @BeforeEach
    void connect() {
        ZohoSettings settings = ZohoFixture.settings(variables());
        http = new ZohoHttp(settings, new SimpleMeterRegistry(), Clock.systemUTC());
        zoho = ZohoClient.create(settings, new SimpleMeterRegistry());
        // The server's clock may be a little behind ours.
        start = Instant.now().minus(Duration.ofMinutes(1));
    }

    @AfterEach
    void removeWhatTheTestLeft() {
        contacts.forEach(this::delete);
        zoho.channels().disable(List.of(channelId));
        release();
    }

    @Test
    void a_record_is_read_alone_and_among_others_with_the_same_fields() {
        String one = create("One");
        String other = create("Other");

        Map<String, Lookup> read = zoho.records().readAll("Contacts", List.of(one, other, "1"));

        assertThat(lastName(read.get(one))).isEqualTo("One");
        assertThat(lastName(read.get(other))).isEqualTo("Other");
        assertThat(read.get("1")).isEqualTo(new Lookup.Missing());
        assertThat(lastName(zoho.records().read("Contacts", one))).isEqualTo("One");
        assertThat(zoho.records().read("Contacts", "1")).isEqualTo(new Lookup.Missing());
    }

    @Test
    void a_changed_record_is_among_the_changes_with_the_fields_asked_for() {
        String id = create("Before");
        http.send(write("update", "PUT", "/Contacts/" + id, "After"));

        eventually()
                .untilAsserted(() -> assertThat(modified())
                        .filteredOn(row -> row.path("id").asText().equals(id))
                        .singleElement()
                        .satisfies(row -> {
                            assertThat(row.path("Last_Name").asText()).isEqualTo("After");
                            assertThat(ZohoTimes.read(row.path("Modified_Time")))
                                    .isPresent();
                        }));
    }

    @Test
    void a_deleted_record_is_missing_and_among_the_deletions() {
        String id = create("Gone");
        delete(id);
        contacts.remove(id);

        assertThat(zoho.records().read("Contacts", id)).isEqualTo(new Lookup.Missing());
        eventually()
                .untilAsserted(() -> assertThat(zoho.changes().deletedSince("Contacts", start))
                        .extracting(DeletedRecord::id)
                        .contains(id));
    }

    @Test
    void nothing_is_newer_than_tomorrow() {
        start = Instant.now().plus(Duration.ofDays(1));

        assertThat(modified()).isEmpty();
        assertThat(zoho.changes().deletedSince("Contacts", start)).isEmpty();
    }

    @Test
    void a_module_that_there_is_not_is_refused_for_good() {
        assertThat(zoho.records().read("Nonexistent_Module", "1"))
                .isInstanceOfSatisfying(
                        Lookup.Refused.class,
                        refused -> assertThat(refused.why().code()).isEqualTo("INVALID_MODULE"));
    }

    @Test
    void a_channel_is_made_listed_renewed_and_ended() {
        Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
        Instant inSixDays = Instant.now().plus(Duration.ofDays(6));

        assertThat(expiry(zoho.channels().enable(List.of(channel("Contacts.create", tomorrow)))))
                .isBetween(tomorrow.minusSeconds(60), tomorrow.plusSeconds(60));
        assertThat(rows()).singleElement().satisfies(row -> {
            assertThat(row.module()).isEqualTo("Contacts");
            assertThat(row.events()).containsExactly("Contacts.create");
            assertThat(row.token().map(Secret::value)).contains("contract-token");
        });

        zoho.channels().renew(List.of(channel("Contacts.edit", inSixDays)));

        assertThat(rows()).singleElement().satisfies(row -> {
            assertThat(row.events()).contains("Contacts.edit");
            assertThat(row.expiry())
                    .hasValueSatisfying(expiry -> assertThat(expiry).isAfter(tomorrow));
        });

        assertThat(zoho.channels().disable(List.of(channelId)))
                .containsExactly(new ChannelResult.Done(channelId, Optional.empty()));
        assertThat(rows()).isEmpty();
        assertThat(zoho.channels().renew(List.of(channel("Contacts.edit", inSixDays))))
                .containsExactly(new ChannelResult.Failed(channelId, new ZohoFailure.Gone()));
    }

    @Test
    void more_than_a_week_becomes_an_hour() {
        Instant inAMonth = Instant.now().plus(Duration.ofDays(30));

        assertThat(expiry(zoho.channels().enable(List.of(channel("Contacts.edit", inAMonth)))))
                .isBefore(Instant.now().plus(Duration.ofHours(2)));
    }

    @Test
    void notes_cannot_be_watched_and_a_token_is_no_longer_than_fifty() {
        Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
        ChannelSpec longToken = new ChannelSpec(
                channelId, List.of("Contacts.edit"), tomorrow, new Secret("x".repeat(51)), NOBODY, false);

        assertThat(failure(channel("Notes.edit", tomorrow))).isInstanceOf(ZohoFailure.Permanent.class);
        assertThat(failure(longToken)).isInstanceOf(ZohoFailure.Permanent.class);
        assertThat(rows()).isEmpty();
    }

    private ZohoFailure failure(ChannelSpec channel) {
        try {
            return zoho.channels().enable(List.of(channel)).get(0) instanceof ChannelResult.Failed failed
                    ? failed.failure()
                    : null;
        } catch (ZohoException e) {
            return e.failure();
        }
    }

    private static Instant expiry(List<ChannelResult> results) {
        assertThat(results).singleElement().isInstanceOf(ChannelResult.Done.class);
        return ((ChannelResult.Done) results.get(0)).expiry().orElseThrow();
    }

    private List<ChannelRow> rows() {
        return zoho.channels().list().stream()
                .filter(row -> row.channelId().equals(channelId))
                .toList();
    }

    private ChannelSpec channel(String event, Instant expiry) {
        return new ChannelSpec(channelId, List.of(event), expiry, new Secret("contract-token"), NOBODY, false);
    }

    private List<ObjectNode> modified() {
        List<ObjectNode> rows = new ArrayList<>();
        zoho.changes().modifiedSince("Contacts", start, List.of("Last_Name"), rows::addAll);
        return rows;
    }

    private String create(String lastName) {
        JsonNode answer =
                http.send(write("create", "POST", "/Contacts", lastName)).body();
        String id = answer.path("data").path(0).path("details").path("id").asText();
        contacts.add(id);
        return id;
    }

    private void delete(String id) {
        http.send(new Call("delete", "DELETE", "/Contacts/" + id, Map.of(), Optional.empty()));
    }

    private static Call write(String name, String method, String path, String lastName) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putArray("data").addObject().put("Last_Name", lastName);
        return new Call(name, method, path, Map.of(), Optional.of(body));
    }

    private static String lastName(Lookup lookup) {
        assertThat(lookup).isInstanceOf(Lookup.Found.class);
        return ((Lookup.Found) lookup).record().path("Last_Name").asText();
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofSeconds(1))
                .pollDelay(Duration.ZERO);
    }
}
