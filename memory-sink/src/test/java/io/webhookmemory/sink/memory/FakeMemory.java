package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.AddResult;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.cognee.StoredDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A memory within the process, for what needs many quick calls. It is held to what the double of Cognee does by
 * {@link MemoryContract}. Counts its calls. Not thread-safe.
 */
final class FakeMemory implements Memory {
    private final boolean namesConflicts;
    private final Map<String, Map<String, Held>> datasets = new LinkedHashMap<>();
    private final Map<String, Integer> calls = new LinkedHashMap<>();

    /** @param namesConflicts as Cognee 1.6 does, and 1.5 does not */
    FakeMemory(boolean namesConflicts) {
        this.namesConflicts = namesConflicts;
    }

    record Held(String dataset, StoredDocument document, String text) {}

    List<Held> documents() {
        return datasets.values().stream()
                .flatMap(documents -> documents.values().stream())
                .toList();
    }

    /** Calls by kind, and {@code documents}: how many were added. */
    Map<String, Integer> calls() {
        return calls;
    }

    private void count(String kind) {
        calls.merge(kind, 1, Integer::sum);
    }

    @Override
    public List<StoredDocument> list(String dataset) {
        count("list");
        return datasets.getOrDefault(dataset, Map.of()).values().stream()
                .map(Held::document)
                .toList();
    }

    @Override
    public void settle(String dataset) {
        count("settle");
    }

    @Override
    public boolean namesConflicts() {
        return namesConflicts;
    }

    @Override
    public AddResult add(String dataset, List<NewDocument> documents) {
        count("add");
        Map<String, Held> held = datasets.computeIfAbsent(dataset, name -> new LinkedHashMap<>());
        List<String> inTheWay = documents.stream()
                .flatMap(document -> held.values().stream()
                        .filter(other -> other.document().name().equals(nameOf(document)))
                        .filter(other -> !other.text().equals(document.text()))
                        .map(other -> other.document().dataId()))
                .toList();
        if (namesConflicts && !inTheWay.isEmpty()) {
            return new AddResult.Conflict(inTheWay);
        }
        List<String> dataIds = new ArrayList<>();
        documents.forEach(document -> dataIds.add(add(held, dataset, document)));
        return new AddResult.Added(dataIds);
    }

    private String add(Map<String, Held> held, String dataset, NewDocument document) {
        return held.values().stream()
                .filter(other -> other.text().equals(document.text()))
                .map(other -> other.document().dataId())
                .findFirst()
                .orElseGet(() -> {
                    count("documents");
                    String dataId = UUID.randomUUID().toString();
                    StoredDocument stored = new StoredDocument(dataId, nameOf(document), document.metadata());
                    held.put(dataId, new Held(dataset, stored, document.text()));
                    return dataId;
                });
    }

    private static String nameOf(NewDocument document) {
        return document.fileName().replaceFirst("\\.[^.]*$", "");
    }

    @Override
    public void delete(String dataset, String dataId) {
        count("delete");
        datasets.getOrDefault(dataset, new LinkedHashMap<>()).remove(dataId);
    }

    @Override
    public void deleteDataset(String dataset) {
        count("delete_dataset");
        datasets.remove(dataset);
    }

    @Override
    public boolean cognify(String dataset) {
        return true;
    }
}
