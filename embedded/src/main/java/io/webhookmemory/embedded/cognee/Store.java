package io.webhookmemory.embedded.cognee;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.webhookmemory.embedded.cognee.CogneeDouble.Document;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the double holds. As in Cognee, a dataset's id follows from its name, a document's id is random, the same text in
 * the same dataset is the same document, and one lock a dataset orders adding, deleting and building the graph.
 */
final class Store {
    private final Map<UUID, Dataset> datasets = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> cognifyRuns = new ConcurrentHashMap<>();
    private final AtomicInteger adds = new AtomicInteger();

    private static final class Dataset {
        private final UUID id;
        private final String name;
        private final Instant createdAt = Instant.now();
        private final ReentrantLock lock = new ReentrantLock(true);
        private final Map<String, Document> documents = new LinkedHashMap<>();

        Dataset(String name) {
            this.id = idOf(name);
            this.name = name;
        }

        synchronized List<Document> snapshot() {
            return List.copyOf(documents.values());
        }

        synchronized void put(Document document) {
            documents.put(document.dataId(), document);
        }

        synchronized void remove(String dataId) {
            documents.remove(dataId);
        }
    }

    /** @param existed whether the very same text was there already */
    record Added(String dataId, boolean existed) {}

    record DatasetView(
            UUID id, String name, @JsonProperty("createdAt") String createdAt) {}

    record DataView(
            String id,
            String name,
            String extension,
            @JsonProperty("mimeType") String mimeType,
            @JsonProperty("datasetId") UUID datasetId,
            @JsonProperty("externalMetadata") String externalMetadata) {}

    static UUID idOf(String datasetName) {
        return UUID.nameUUIDFromBytes(("owner|" + datasetName).getBytes(StandardCharsets.UTF_8));
    }

    List<DatasetView> datasets() {
        return datasets.values().stream()
                .map(dataset -> new DatasetView(dataset.id, dataset.name, dataset.createdAt.toString()))
                .toList();
    }

    /** Empty where there is no such dataset. */
    Optional<List<DataView>> data(UUID dataset) {
        return Optional.ofNullable(datasets.get(dataset))
                .map(found -> found.snapshot().stream()
                        .map(document -> new DataView(
                                document.dataId(),
                                document.name(),
                                "txt",
                                "text/plain",
                                found.id,
                                document.externalMetadata()))
                        .toList());
    }

    List<Document> documents() {
        return datasets.values().stream()
                .flatMap(dataset -> dataset.snapshot().stream())
                .toList();
    }

    Added add(String datasetName, String fileName, String text, String metadata, Consumer<Document> listener) {
        adds.incrementAndGet();
        Dataset dataset = datasets.computeIfAbsent(idOf(datasetName), id -> new Dataset(datasetName));
        return locked(dataset, () -> {
            Optional<Document> same = dataset.snapshot().stream()
                    .filter(document -> document.text().equals(text))
                    .findFirst();
            if (same.isPresent()) {
                return new Added(same.get().dataId(), true);
            }
            String name = fileName.replaceFirst("\\.[^.]*$", "");
            Document document = new Document(datasetName, UUID.randomUUID().toString(), name, text, metadata);
            dataset.put(document);
            listener.accept(document);
            return new Added(document.dataId(), false);
        });
    }

    /** The body that Cognee answers an add with. */
    Map<String, Object> addResult(String datasetName, List<Added> added) {
        List<Map<String, Object>> items = added.stream()
                .map(item -> Map.<String, Object>of(
                        "run_info",
                        Map.of("status", item.existed() ? "PipelineRunAlreadyCompleted" : "PipelineRunCompleted"),
                        "data_id",
                        item.dataId()))
                .toList();
        return Map.of(
                "status",
                "PipelineRunCompleted",
                "pipeline_run_id",
                UUID.randomUUID().toString(),
                "dataset_id",
                idOf(datasetName),
                "dataset_name",
                datasetName,
                "data_ingestion_info",
                items);
    }

    void delete(UUID datasetId, String dataId) {
        Dataset dataset = datasets.get(datasetId);
        if (dataset != null) {
            locked(dataset, () -> {
                dataset.remove(dataId);
                return null;
            });
        }
    }

    boolean deleteDataset(UUID datasetId) {
        Dataset dataset = datasets.get(datasetId);
        return dataset != null && locked(dataset, () -> datasets.remove(datasetId, dataset));
    }

    /** Builds the graphs one after another; unknown names come to be empty datasets, as in Cognee. */
    Map<String, Object> cognify(List<UUID> ids, List<String> names, Runnable work) {
        List<Dataset> wanted = new ArrayList<>();
        Stream.concat(ids.stream(), names.stream().map(Store::idOf)).forEach(id -> {
            Dataset dataset = datasets.get(id);
            if (dataset == null) {
                throw new Refusal(404, "No datasets found");
            }
            wanted.add(dataset);
        });
        Map<String, Object> result = new LinkedHashMap<>();
        for (Dataset dataset : wanted) {
            locked(dataset, () -> {
                work.run();
                return null;
            });
            cognifyRuns
                    .computeIfAbsent(dataset.name, name -> new AtomicInteger())
                    .incrementAndGet();
            result.put(dataset.id.toString(), Map.of("status", "PipelineRunCompleted", "dataset_name", dataset.name));
        }
        return result;
    }

    int cognifyRuns(String dataset) {
        AtomicInteger runs = cognifyRuns.get(dataset);
        return runs == null ? 0 : runs.get();
    }

    int adds() {
        return adds.get();
    }

    private static <T> T locked(Dataset dataset, java.util.function.Supplier<T> work) {
        dataset.lock.lock();
        try {
            return work.get();
        } finally {
            dataset.lock.unlock();
        }
    }
}
