package io.webhookmemory.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A short story in a CRM: a pump maker becomes a customer. Every run has new ids, so that external Kafka and Cognee can
 * be reused.
 */
final class SampleWebhooks {
    /** A text that the Cognee double refuses, as Cognee refuses a file that it cannot read. */
    static final String REFUSED_BY_THE_DOUBLE = "corrupted attachment";

    private final String run;
    private final Instant start;
    private final String account;
    private final String contact;
    private final String deal;

    SampleWebhooks(Instant now) {
        start = now.truncatedTo(ChronoUnit.SECONDS);
        run = String.valueOf(start.getEpochSecond());
        account = id(1);
        contact = id(2);
        deal = id(3);
    }

    /**
     * One webhook to post.
     *
     * @param title what happened in the CRM, for the reader
     */
    record Sample(String title, String eventId, String module, String recordId, String body) {}

    List<Sample> inOrder() {
        Map<String, Object> accountReference = Map.of("name", "Hollerbach Pumps", "id", account);
        Sample dealMoves = sample(
                "the deal is won",
                8,
                "update",
                "Deals",
                deal,
                Map.of("Stage", "Closed Won", "Amount", 48500.50),
                "Stage",
                "Amount");
        return List.of(
                sample(
                        "a new customer",
                        1,
                        "create",
                        "Accounts",
                        account,
                        Map.of(
                                "Account_Name", "Hollerbach Pumps",
                                "Industry", "Manufacturing",
                                "Annual_Revenue", 12500000,
                                "Account_Status", "Prospect",
                                "Billing_City", "Augsburg")),
                sample(
                        "its head of purchasing",
                        2,
                        "create",
                        "Contacts",
                        contact,
                        Map.of(
                                "Full_Name", "Jana Reuter",
                                "Title", "Head of Purchasing",
                                "Email", "jana.reuter@example.com",
                                "Account_Name", accountReference)),
                sample(
                        "a deal with it",
                        3,
                        "create",
                        "Deals",
                        deal,
                        Map.of(
                                "Deal_Name", "Pump controllers, 40 units",
                                "Stage", "Negotiation",
                                "Amount", 46000,
                                "Closing_Date", "2026-12-18",
                                "Account_Name", accountReference)),
                sample(
                        "a task about it",
                        4,
                        "create",
                        "Tasks",
                        id(4),
                        Map.of(
                                "Subject", "Send revised quote",
                                "Status", "Not Started",
                                "Due_Date", "2026-12-01",
                                "What_Id", accountReference,
                                "$se_module", "Accounts")),
                sample(
                        "a note on it",
                        5,
                        "create",
                        "Notes",
                        id(5),
                        Map.of(
                                "Note_Title", "Call with Jana",
                                "Note_Content", "Wants delivery in two lots; asks for five years of service.",
                                "Parent_Id",
                                        Map.of(
                                                "module",
                                                Map.of("api_name", "Accounts", "id", id(90)),
                                                "name",
                                                "Hollerbach Pumps",
                                                "id",
                                                account))),
                sample(
                        "a meeting with it",
                        6,
                        "create",
                        "Activities",
                        id(6),
                        Map.of(
                                "Subject", "Factory visit",
                                "Activity_Type", "Events",
                                "Start_DateTime", "2026-12-03T10:00:00+01:00",
                                "What_Id", accountReference,
                                "$se_module", "Accounts")),
                sample(
                        "the prospect becomes a customer",
                        7,
                        "update",
                        "Accounts",
                        account,
                        Map.of("Account_Status", "Customer"),
                        "Account_Status"),
                dealMoves,
                new Sample("the same webhook once more", dealMoves.eventId(), "Deals", deal, dealMoves.body()),
                sample(
                        "a note that memory refuses",
                        9,
                        "create",
                        "Notes",
                        id(7),
                        Map.of(
                                "Note_Title",
                                "Scan of the contract",
                                "Note_Content",
                                REFUSED_BY_THE_DOUBLE,
                                "Parent_Id",
                                Map.of("name", "Hollerbach Pumps", "id", account),
                                "$se_module",
                                "Accounts")));
    }

    /** A webhook for the reader to post with curl: a new deal. */
    Sample forTheReader() {
        return sample(
                "",
                100,
                "create",
                "Deals",
                id(8),
                Map.of(
                        "Deal_Name",
                        "Spare parts contract",
                        "Stage",
                        "Qualification",
                        "Amount",
                        9900,
                        "Account_Name",
                        Map.of("name", "Hollerbach Pumps", "id", account)));
    }

    private Sample sample(
            String title,
            int number,
            String operation,
            String module,
            String recordId,
            Map<String, Object> fields,
            String... modifiedFields) {
        Map<String, Object> data = new TreeMap<>(fields);
        data.put("id", recordId);
        data.put("Modified_Time", start.plusSeconds(number).toString());
        Map<String, Object> body = new TreeMap<>(Map.of(
                "operation", operation,
                "module", module,
                "data", List.of(data),
                "modified_fields", List.of(modifiedFields),
                "user", Map.of("id", id(99))));
        try {
            return new Sample(
                    title, "quickstart-" + run + "-" + number, module, recordId, Json.MAPPER.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text and numbers can always be written", e);
        }
    }

    /** Nineteen digits, like Zoho's ids. */
    private String id(int number) {
        return run + "%09d".formatted(number);
    }
}
