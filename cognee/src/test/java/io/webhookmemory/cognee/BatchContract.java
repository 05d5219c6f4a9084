package io.webhookmemory.cognee;

import static io.webhookmemory.cognee.Documents.add;
import static io.webhookmemory.cognee.Documents.deal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.topics.json.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the sink relies on where many documents are concerned: added in one call, in the way of others, listed. */
abstract class BatchContract extends DocumentContract {
    private static final int BATCH = 60;

    /** More than a page by default; where it costs little, more than the largest page. */
    int manyDocuments() {
        return 120;
    }

    @Test
    void documents_added_in_one_call_are_answered_in_their_order() {
        List<NewDocument> documents = deals(0, BATCH);

        List<String> dataIds = added(documents);

        Map<String, String> nameOf = new TreeMap<>();
        cognee.list(dataset).forEach(document -> nameOf.put(document.dataId(), document.name() + ".txt"));
        assertThat(dataIds)
                .extracting(nameOf::get)
                .containsExactlyElementsOf(
                        documents.stream().map(NewDocument::fileName).toList());
    }

    @Test
    void each_of_several_documents_keeps_its_own_metadata() {
        List<NewDocument> documents = deals(0, 5);
        added(documents);

        assertThat(cognee.list(dataset))
                .extracting(StoredDocument::metadata)
                .containsExactlyInAnyOrderElementsOf(
                        documents.stream().map(NewDocument::metadata).toList());
    }

    @Test
    void documents_that_are_there_already_keep_their_ids_among_new_ones() {
        List<String> first = added(deals(0, 3));

        assertThat(added(deals(0, 5))).startsWith(first.toArray(String[]::new)).doesNotHaveDuplicates();
        assertThat(cognee.list(dataset)).hasSize(5);
    }

    @Test
    void documents_of_one_text_in_one_call_are_one_document() {
        List<String> dataIds = added(List.of(deal("1", "the same"), deal("2", "another"), deal("3", "the same")));

        assertThat(dataIds.get(2)).isEqualTo(dataIds.get(0));
        assertThat(cognee.list(dataset))
                .extracting(StoredDocument::name)
                .containsExactlyInAnyOrder("Deals_1", "Deals_2");
    }

    @Test
    void a_text_that_is_there_under_another_name_is_answered_with_that_document() {
        String there = add(cognee, dataset, deal("1", "the same"));

        assertThat(added(List.of(deal("2", "another"), deal("3", "the same"))))
                .element(1)
                .isEqualTo(there);
        assertThat(cognee.list(dataset))
                .extracting(StoredDocument::name)
                .containsExactlyInAnyOrder("Deals_1", "Deals_2");
    }

    @Test
    void two_documents_of_one_name_are_not_sent_in_one_call() {
        assertThatThrownBy(() -> cognee.add(dataset, List.of(deal("1", "a"), deal("1", "b"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(cognee.add(dataset, List.of())).isEqualTo(new AddResult.Added(List.of()));
    }

    /** Why the client sends each text once, and no name twice. */
    @Test
    void within_one_call_cognee_sees_neither_equal_texts_nor_equal_names() throws Exception {
        HttpResponse<String> texts = postFiles(List.of(Map.entry("A.txt", "one text"), Map.entry("B.txt", "one text")));
        HttpResponse<String> names = postFiles(List.of(Map.entry("C.txt", "a text"), Map.entry("C.txt", "its change")));

        assertThat(texts.statusCode()).isEqualTo(200);
        assertThat(names.statusCode()).isEqualTo(200);
        assertThat(cognee.list(dataset)).extracting(StoredDocument::name).containsExactlyInAnyOrder("A", "B", "C", "C");
        List<String> answered = Json.MAPPER.readTree(texts.body()).findValuesAsText("data_id");
        assertThat(answered).hasSize(2);
        assertThat(answered.get(0)).isEqualTo(answered.get(1));
    }

    @Test
    void a_file_that_cannot_be_read_fails_the_call_and_any_of_the_files_beside_it_may_be_there() throws Exception {
        HttpResponse<String> answer = postRawFiles(List.of(
                Map.entry("A.txt", utf8("a")),
                Map.entry("B.txt", new byte[] {(byte) 0xff, (byte) 0xfe, 1, 2}),
                Map.entry("C.txt", utf8("c"))));

        assertThat(answer.statusCode()).isEqualTo(isVersion15() ? 500 : 415);
        assertThat(cognee.list(dataset)).extracting(StoredDocument::name).isSubsetOf("A", "C");
    }

    @Test
    void documents_in_the_way_of_an_add_are_named_and_nothing_is_written_where_cognee_names_them() throws Exception {
        List<String> there = added(deals(0, 4));
        List<NewDocument> documents = List.of(
                deal("9", "Deals 9"),
                deal("1", "changed"),
                deal("3", "changed too"),
                deals(0, 1).get(0));

        assertThat(cognee.namesConflicts()).isEqualTo(!isVersion15());
        if (cognee.namesConflicts()) {
            assertThat(cognee.add(dataset, documents))
                    .isInstanceOfSatisfying(
                            AddResult.Conflict.class,
                            conflict -> assertThat(conflict.dataIds())
                                    .containsExactlyInAnyOrder(there.get(1), there.get(3)));
            assertThat(cognee.add(dataset, List.of(deal("2", "changed"))))
                    .isEqualTo(new AddResult.Conflict(List.of(there.get(2))));
            assertThat(cognee.list(dataset))
                    .extracting(StoredDocument::dataId)
                    .containsExactlyInAnyOrderElementsOf(there);
        } else {
            added(documents);
            assertThat(cognee.list(dataset)).hasSize(7);
        }
    }

    @Test
    void what_a_conflict_names_can_be_deleted_and_then_the_documents_are_added() throws Exception {
        added(deals(0, 2));
        List<NewDocument> changed = List.of(deal("0", "changed"), deal("1", "changed as well"));

        if (cognee.add(dataset, changed) instanceof AddResult.Conflict conflict) {
            conflict.dataIds().forEach(dataId -> cognee.delete(dataset, dataId));
            List<String> dataIds = added(changed);
            assertThat(cognee.list(dataset))
                    .extracting(StoredDocument::dataId)
                    .containsExactlyInAnyOrderElementsOf(dataIds);
        } else {
            assertThat(isVersion15()).isTrue();
        }
    }

    @Test
    void a_listing_has_all_documents_however_many_there_are() {
        int many = manyDocuments();
        List<String> dataIds = new ArrayList<>();
        for (int from = 0; from < many; from += BATCH) {
            dataIds.addAll(added(deals(from, Math.min(many, from + BATCH))));
        }

        assertThat(cognee.list(dataset))
                .extracting(StoredDocument::dataId)
                .containsExactlyInAnyOrderElementsOf(dataIds);
        cognee.delete(dataset, dataIds.get(0));
        cognee.delete(dataset, dataIds.get(many - 1));
        assertThat(cognee.list(dataset))
                .extracting(StoredDocument::dataId)
                .containsExactlyInAnyOrderElementsOf(dataIds.subList(1, many - 1));
    }

    @Test
    void a_listing_has_pages_and_a_count_from_1_6_1_on() throws Exception {
        for (int i = 0; i < 3; i++) {
            added(deals(35 * i, 35 * (i + 1)));
        }
        String path = "/datasets/" + datasetId() + "/data";

        if (pagesListings()) {
            assertThat(names(call("GET", path))).hasSize(100);
            assertThat(names(call("GET", path + "?limit=35")))
                    .as("newest first")
                    .containsExactlyInAnyOrderElementsOf(namesOf(deals(70, 105)));
            assertThat(names(call("GET", path + "?limit=1000&offset=70")))
                    .containsExactlyInAnyOrderElementsOf(namesOf(deals(0, 35)));
            assertThat(names(call("GET", path + "?limit=5&offset=1000000"))).isEmpty();
            assertThat(call("GET", path + "/count").body()).isEqualTo("{\"count\":105}");
            JsonNode detail = Json.MAPPER
                    .readTree(call("GET", path + "?limit=1001").body())
                    .path("detail");
            assertThat(detail.toString())
                    .isEqualTo("[{\"type\":\"less_than_equal\",\"loc\":[\"query\",\"limit\"],"
                            + "\"msg\":\"Input should be less than or equal to 1000\",\"input\":\"1001\","
                            + "\"ctx\":{\"le\":1000}}]");
            for (String query : List.of("limit=1001", "limit=0", "limit=x", "offset=-1", "offset=1000001")) {
                assertThat(call("GET", path + "?" + query).statusCode())
                        .as(query)
                        .isEqualTo(400);
            }
        } else {
            assertThat(names(call("GET", path))).hasSize(105);
            assertThat(names(call("GET", path + "?limit=1&offset=7"))).hasSize(105);
            assertThat(call("GET", path + "/count").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void a_settled_dataset_has_what_clients_added_that_have_gone_meanwhile() {
        graphsTake(Duration.ofSeconds(2));
        add(cognee, dataset, deals(0, 1).get(0));
        CompletableFuture<Void> graph =
                CompletableFuture.runAsync(() -> newClient().cognify(dataset));
        try {
            newImpatientClient().add(dataset, deals(1, 4));
        } catch (MemoryException e) {
            assertThat(e.failure().reason()).isEqualTo("timeout");
        }

        cognee.settle(dataset);

        assertThat(cognee.list(dataset)).hasSize(4);
        graph.join();
    }

    final List<String> added(List<NewDocument> documents) {
        AddResult result = cognee.add(dataset, documents);
        assertThat(result).isInstanceOf(AddResult.Added.class);
        return ((AddResult.Added) result).dataIds();
    }

    // Of this dataset only: 1.5.2 may delete the file of a text that another dataset, just being deleted, has too.
    private List<NewDocument> deals(int from, int to) {
        return Documents.deals(dataset, from, to);
    }

    private static List<String> namesOf(List<NewDocument> documents) {
        return documents.stream()
                .map(document -> document.fileName().replace(".txt", ""))
                .toList();
    }

    private static List<String> names(HttpResponse<String> listing) throws Exception {
        assertThat(listing.statusCode()).isEqualTo(200);
        List<String> names = new ArrayList<>();
        Json.MAPPER
                .readTree(listing.body())
                .forEach(row -> names.add(row.path("name").asText()));
        return Collections.unmodifiableList(names);
    }

    private HttpResponse<String> postFiles(List<Map.Entry<String, String>> files) throws Exception {
        return postRawFiles(files.stream()
                .map(file -> Map.entry(file.getKey(), utf8(file.getValue())))
                .toList());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
