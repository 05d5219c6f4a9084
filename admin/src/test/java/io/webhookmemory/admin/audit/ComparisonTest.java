package io.webhookmemory.admin.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.webhookmemory.admin.audit.RecordView.InZoho;
import io.webhookmemory.cognee.Datasets;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What counts as a difference, and which events repair it. */
class ComparisonTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant CUTOFF = TIME.plusSeconds(3600);
    private static final Instant NOW = CUTOFF.plusSeconds(300);
    private static final Datasets DATASETS = new Datasets("account_{account_id}", "account_none");

    private final RecordView view = new RecordView();

    @Test
    void a_record_that_all_sides_agree_on_does_not_differ() {
        view.directorySays(entry("account_7", "a"));
        view.inCognee("Deals", "account_7", "a");
        view.inZoho(new InZoho("Deals", "7", TIME));

        assertThat(drift(Set.of("Deals"))).isEmpty();
    }

    @Test
    void a_change_within_the_grace_does_not_count() {
        view.inZoho(new InZoho("Deals", "7", CUTOFF.plusSeconds(1)));

        assertThat(drift(Set.of("Deals"))).isEmpty();
    }

    @Test
    void a_change_of_memory_that_has_just_begun_does_not_count() {
        DirectoryEntry.Intent begun =
                new DirectoryEntry.Intent(List.of("account_7"), "ab", "e", "sink-0", CUTOFF.plusSeconds(1));
        view.directorySays(new DirectoryEntry("Deals", "7", "account_7", null, null, null, begun));

        assertThat(drift(Set.of())).isEmpty();
    }

    @Test
    void a_change_that_began_long_ago_and_never_ended_counts() {
        DirectoryEntry.Intent begun = new DirectoryEntry.Intent(List.of("account_7"), "ab", "e", "sink-0", TIME);
        view.directorySays(new DirectoryEntry("Deals", "7", "account_7", null, null, null, begun));

        assertThat(drift(Set.of())).containsExactly(Drift.MISSING);
    }

    @Test
    void a_record_of_a_module_that_zoho_did_not_list_is_not_gone() {
        view.directorySays(entry("account_7", "a"));
        view.inCognee("Notes", "account_7", "a");

        assertThat(drift(Set.of("Accounts"))).isEmpty();
    }

    @Test
    void a_record_of_activities_is_gone_only_if_all_that_hold_activities_were_read() {
        view.directorySays(new DirectoryEntry("Activities", "7", "account_7", "a", null, TIME));
        view.inCognee("Activities", "account_7", "a");

        assertThat(drift(Set.of("Tasks", "Events"))).isEmpty();
        assertThat(drift(Set.of("Tasks", "Events", "Calls"))).containsExactly(Drift.GONE);
    }

    @Test
    void a_document_outside_its_accounts_dataset_is_written_anew() {
        view.directorySays(entry("account_8", "a"));
        view.inCognee("Deals", "account_8", "a");

        assertThat(drift(Set.of())).containsExactly(Drift.WRONG_DATASET);
        assertThat(repair(Set.of())).extracting(WebhookEvent::eventType).containsExactly(EventType.REFRESH);
    }

    @Test
    void a_refresh_is_as_old_as_what_zoho_or_memory_shows_so_that_a_later_deletion_is_not_stale() {
        view.directorySays(entry("account_7", "a"));
        view.inCognee("Deals", "account_7", "a");
        view.inZoho(new InZoho("Deals", "7", TIME.plusSeconds(9)));

        assertThat(drift(Set.of("Deals"))).containsExactly(Drift.OUTDATED);
        assertThat(repair(Set.of("Deals"))).extracting(WebhookEvent::timestamp).containsExactly(TIME.plusSeconds(9));
    }

    @Test
    void a_second_document_is_verified_away_and_the_right_one_stays() {
        view.directorySays(entry("account_7", "a"));
        view.inCognee("Deals", "account_7", "a");
        view.inCognee("Deals", "account_none", "b");

        assertThat(drift(Set.of())).containsExactly(Drift.DUPLICATE);
        assertThat(repair(Set.of()))
                .extracting(WebhookEvent::eventType, event -> event.known().dataset())
                .containsExactly(tuple(EventType.VERIFY, "account_none"));
    }

    @Test
    void documents_of_a_deleted_record_are_verified_away() {
        view.directorySaysDeleted(TIME);
        view.inCognee("Deals", "account_7", "a");

        assertThat(drift(Set.of())).containsExactly(Drift.OUT_OF_STEP);
        assertThat(repair(Set.of())).extracting(WebhookEvent::eventType).containsExactly(EventType.VERIFY);
    }

    @Test
    void a_document_that_only_cognee_knows_is_left_to_the_operator() {
        view.inCognee("Deals", "account_7", "a");

        assertThat(drift(Set.of())).containsExactly(Drift.OUT_OF_STEP);
        assertThat(plan(Set.of(), 10).notRepairable()).containsExactly("Deals 1");
    }

    @Test
    void a_repair_ends_at_its_maximum() {
        view.inZoho(new InZoho("Deals", "7", TIME));

        assertThat(plan(Set.of("Deals"), 0)).returns(1, RepairPlan::left).returns(0, RepairPlan::records);
    }

    private List<Drift> drift(Set<String> compared) {
        return findings(compared).stream().map(Finding::drift).toList();
    }

    private List<Finding> findings(Set<String> compared) {
        return new Comparison(DATASETS, compared, CUTOFF).of("1", view);
    }

    private List<WebhookEvent> repair(Set<String> compared) {
        return plan(compared, 10).events();
    }

    private RepairPlan plan(Set<String> compared, int max) {
        AuditReport report = new AuditReport(new AuditReport.Read(0, 0, 0, 0), new TreeMap<>(), 5);
        report.add(new AuditReport.Drifted("1", view, findings(compared)));
        return RepairPlan.of(report, max, NOW);
    }

    private static DirectoryEntry entry(String dataset, String dataId) {
        return new DirectoryEntry("Deals", "7", dataset, dataId, null, TIME);
    }
}
