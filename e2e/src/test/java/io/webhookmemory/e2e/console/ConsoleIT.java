package io.webhookmemory.e2e.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.webhookmemory.console.ConsoleService;
import io.webhookmemory.quickstart.LocalPipeline;
import io.webhookmemory.quickstart.WebhookClient;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The console's pages in a real browser, beside the whole pipeline. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";

    private static Chromium chromium;
    private static LocalPipeline pipeline;
    private static ConsoleService console;
    private static CogneeDouble cognee;

    private Page page;

    @BeforeAll
    static void start() throws IOException {
        chromium = Chromium.start();
        setDefaultAssertionTimeout(30_000);
        pipeline = LocalPipeline.start(Map.of());
        console = ConsoleService.create(pipeline.environment());
        console.start();
        cognee = pipeline.cognee().orElseThrow();
        cognee.refuse(text -> text.contains("refused"), 415, "Unsupported file content");
        cognee.refuse(text -> text.contains("unreadable"), 400, "bad data");
        WebhookClient client = pipeline.webhookClient();
        for (int i = 1; i <= 5; i++) {
            client.post("good-" + i, account("810000000000000000" + i, "Hollerbach Pumps " + i));
        }
        for (int i = 1; i <= 3; i++) {
            client.post("refused-" + i, account("820000000000000000" + i, "refused " + HOSTILE));
        }
        client.post("unreadable-1", account("8300000000000000001", "unreadable attachment"));
    }

    @AfterAll
    static void stop() {
        if (console != null) {
            console.close();
            pipeline.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    @AfterEach
    void complains_about_nothing() {
        page.context().close();
        chromium.requireNoComplaints();
    }

    private Page open(Chromium.Look look, String path) {
        page = chromium.page(look);
        page.navigate("http://localhost:" + console.port() + path);
        return page;
    }

    @Test
    @Order(1)
    void the_overview_shows_the_flow_with_live_numbers() {
        open(Chromium.Look.LIGHT_WIDE, "/");

        Locator picture = page.locator("svg.picture.wide");
        assertThat(picture).containsText("ingress");
        assertThat(picture).containsText("ready");
        assertThat(picture).containsText("graphs closed");
        assertThat(picture.locator("g.warn")).containsText("dead letters");
        assertThat(picture.locator("g.warn .value")).hasText("4");
        assertThat(page.locator(".chart canvas")).hasCount(4);
        assertThat(page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Services")))
                .containsText("memory-sink");
    }

    @Test
    @Order(2)
    void an_alert_that_fires_is_shown_with_what_the_runbook_says() {
        open(Chromium.Look.LIGHT_WIDE, "/");

        Locator alert = page.locator("#alert-DeadLetters");
        alert.locator("summary").click();

        assertThat(alert).containsText("Means:");
        // New numbers do not close what the operator has opened.
        page.waitForResponse(response -> response.url().endsWith("/overview/live"), () -> {});
        assertThat(alert.locator(".prose")).isVisible();
    }

    @ParameterizedTest
    @EnumSource(Chromium.Look.class)
    @Order(3)
    void every_page_is_accessible_and_fits_the_screen(Chromium.Look look) {
        open(look, "/");
        page.locator("svg.picture g.warn")
                .first()
                .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
        page.locator(".chart canvas").nth(3).waitFor();
        check(look, "overview");
        for (String name : List.of("search", "dead-letters", "replay", "login")) {
            page.navigate("http://localhost:" + console.port() + "/" + name);
            check(look, name);
        }
    }

    private void check(Chromium.Look look, String name) {
        chromium.screenshot(page, name + "-" + look.name().toLowerCase(Locale.ROOT));
        chromium.requireAccessible(page);
        Object overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assertThat(overflow).as(name + " is wider than the screen").isEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Chromium.Look.class,
            names = {"LIGHT_WIDE", "DARK_NARROW"})
    @Order(4)
    void a_dead_letter_shows_headers_at_once_and_its_payload_on_request(Chromium.Look look) {
        open(look, "/dead-letters");
        page.getByRole(AriaRole.ROW, new Page.GetByRoleOptions().setName(Pattern.compile("8200000000000000001")))
                .getByRole(AriaRole.LINK)
                .click();

        assertThat(page.locator("table.headers")).containsText("dlt-reason");
        assertThat(page.locator("main")).not().containsText(HOSTILE);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show payload"))
                .click();

        assertThat(page.locator("#payload pre")).containsText(HOSTILE);
        assertThat(page.url()).matches(".*/dead-letters/\\d+/\\d+");
        check(look, "dead-letter");
    }

    @Test
    @Order(5)
    void dead_letters_are_filtered_by_a_click_on_their_reason() {
        open(Chromium.Look.LIGHT_WIDE, "/dead-letters");

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("http_400"))
                .click();

        assertThat(page.locator("tbody tr input[name=id]")).hasCount(1);
        assertThat(page.locator("#f-reason")).hasValue("http_400");
    }

    @Test
    @Order(6)
    void a_discard_is_previewed_carried_out_and_recorded() {
        open(Chromium.Look.LIGHT_WIDE, "/dead-letters");
        page.getByLabel("Reason", new Page.GetByLabelOptions().setExact(true)).fill("http_400");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Apply"))
                .click();
        page.getByLabel(Pattern.compile("all that match")).check();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Preview discard"))
                .click();
        assertThat(page.locator("#state")).containsText("1 dead letter would be discarded");
        check(Chromium.Look.LIGHT_WIDE, "preview");

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Discard 1 dead letter now"))
                .click();

        assertThat(page.locator("#state")).containsText("1 dead letter discarded by local");
        page.navigate("http://localhost:" + console.port() + "/dead-letters");
        assertThat(page.locator("tbody tr input[name=id]")).hasCount(3);
        assertThat(page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Done here")))
                .containsText("reason http_400");
    }

    @Test
    @Order(7)
    void by_keyboard_alone_a_selected_dead_letter_is_redriven_to_a_document_in_memory() {
        cognee.refuseNothing();
        open(Chromium.Look.DARK_WIDE, "/dead-letters");

        page.keyboard().press("Tab");
        assertThat(page.locator(".skip")).isFocused();
        page.locator("input[name=id]").first().focus();
        page.keyboard().press("Space");
        tabTo("Preview redrive");
        page.keyboard().press("Enter");
        assertThat(page.locator("#state")).containsText("1 dead letter would be redriven");
        tabTo("Redrive 1 dead letter now");
        page.keyboard().press("Enter");

        assertThat(page.locator("#state")).containsText("1 dead letter redriven by local");
        await().atMost(LIMIT).until(() -> documents("Accounts_82") == 1);
        check(Chromium.Look.DARK_WIDE, "redriven");
    }

    private void tabTo(String button) {
        for (int i = 0; i < 40; i++) {
            page.keyboard().press("Tab");
            if (button.equals(page.evaluate("document.activeElement.textContent.trim()"))) {
                return;
            }
        }
        throw new AssertionError("not reached by keyboard: " + button);
    }

    @Test
    @Order(8)
    void all_that_match_are_redriven_with_progress() {
        open(Chromium.Look.LIGHT_WIDE, "/dead-letters");
        page.getByLabel(Pattern.compile("all that match")).check();
        page.getByLabel("Per second").fill("1");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Preview redrive"))
                .click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Redrive 2 dead letters now"))
                .click();

        assertThat(page.getByRole(AriaRole.PROGRESSBAR)).isVisible();
        assertThat(page.locator("#state")).containsText("2 dead letters redriven by local");
        await().atMost(LIMIT).until(() -> documents("Accounts_82") == 3);
    }

    @Test
    @Order(10)
    void events_are_replayed_after_a_preview() {
        open(Chromium.Look.LIGHT_NARROW, "/replay");
        page.getByLabel("Since").fill("1h");
        page.getByLabel("Record ids").fill("8100000000000000001");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Preview replay"))
                .click();
        assertThat(page.locator("#state")).containsText("1 event would be replayed");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Replay 1 event now"))
                .click();

        assertThat(page.locator("#state")).containsText("1 event replayed by local");
        check(Chromium.Look.LIGHT_NARROW, "replayed");
    }

    @Test
    @Order(11)
    void a_replay_that_is_stopped_can_be_continued() {
        open(Chromium.Look.LIGHT_WIDE, "/replay");
        page.getByLabel("Since").fill("1h");
        page.getByLabel("Modules").fill("Accounts");
        page.getByLabel("Per second").fill("1");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Preview replay"))
                .click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("Replay \\d+ events now")))
                .click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Stop"))
                .click();
        assertThat(page.locator("#state")).containsText("stopped");

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Continue"))
                .click();

        assertThat(page.locator("#state .pill")).hasText(Pattern.compile("running|done"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Chromium.Look.class,
            names = {"LIGHT_WIDE", "DARK_NARROW"})
    @Order(9)
    void a_search_shows_the_journey_what_is_true_now_and_the_record_beside_its_document(Chromium.Look look) {
        open(look, "/search");
        page.getByLabel("Record id").fill("8200000000000000002");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Search"))
                .click();

        assertThat(page.locator(".verdict")).containsText("in memory as of");
        assertThat(page.locator(".timeline")).containsText("dead letter");
        assertThat(page.locator(".timeline li.ok").last()).containsText("in memory");
        assertThat(page.url()).endsWith("/search");
        assertThat(page.locator("main")).not().containsText(HOSTILE);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Show the record and its document"))
                .click();

        assertThat(page.getByLabel("The record as last known")).containsText(HOSTILE);
        assertThat(page.getByLabel("The document in memory")).containsText("Accounts 8200000000000000002");
        check(look, "found");
    }

    private static long documents(String prefix) {
        return cognee.documents().stream()
                .filter(document -> document.name().startsWith(prefix))
                .count();
    }

    private static String account(String id, String name) {
        return "{\"operation\":\"create\",\"module\":\"Accounts\",\"data\":[{\"id\":\"%s\",\"Modified_Time\":\"%s\",\"Account_Name\":\"%s\"}]}"
                .formatted(id, Instant.now(), name);
    }
}
