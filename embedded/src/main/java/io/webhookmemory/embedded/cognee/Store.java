package io.webhookmemory.embedded.cognee;

import io.webhookmemory.embedded.cognee.CogneeDouble.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What the double holds. As in Cognee, a document's id is random, and the same text in the same dataset is the same
 * document, whatever its file name.
 */
final class Store {
    private final Map<UUID, Dataset> datasets = new ConcurrentHashMap<>();

    /** @param metadata JSON text; null where none was sent */
    record Upload(String fileName, String text, String metadata) {
        /** The file name without its ending, which is how Cognee names a document. */
        String name() {
            return fileName.replaceFirst("\\.[^.]*$", "");
        }
    }

    /** @param existed whether the very same text was there already */
    record Added(String dataId, boolean existed) {}

    Collection<Dataset> datasets() {
        return List.copyOf(datasets.values());
    }

    Optional<Dataset> dataset(UUID id) {
        return Optional.ofNullable(datasets.get(id));
    }

    /** The dataset of this name, which comes to be if there is none. */
    Dataset datasetNamed(String name) {
        return datasets.computeIfAbsent(Dataset.idOf(name), id -> new Dataset(name));
    }

    List<Document> documents() {
        return datasets().stream()
                .flatMap(dataset -> dataset.documents().stream())
                .toList();
    }

    /** All of the files or, where one is refused, none. */
    List<Added> add(String datasetName, List<Upload> files, CogneeVersion version, Consumer<Document> listener) {
        Dataset dataset = datasetNamed(datasetName);
        return dataset.locked(() -> {
                    if (version != CogneeVersion.V1_5) {
                        files.forEach(file -> refuseChanged(dataset, file));
                    }
                    List<Added> result = new ArrayList<>();
                    files.forEach(file -> result.add(add(dataset, file, listener)));
                    return result;
                })
                .orElseThrow(Refusal::deletedMeanwhile);
    }

    private static Added add(Dataset dataset, Upload file, Consumer<Document> listener) {
        Optional<Document> same = dataset.withText(file.text());
        if (same.isPresent()) {
            return new Added(same.get().dataId(), true);
        }
        Document document =
                new Document(dataset.name(), UUID.randomUUID().toString(), file.name(), file.text(), file.metadata());
        dataset.put(document);
        listener.accept(document);
        return new Added(document.dataId(), false);
    }

    private static void refuseChanged(Dataset dataset, Upload file) {
        dataset.named(file.name()).stream()
                .filter(document -> !document.text().equals(file.text()))
                .findFirst()
                .ifPresent(document -> {
                    throw Refusal.routed(
                            409,
                            "Document already exists; use the update endpoint",
                            "POST /api/v1/add does not update documents. (data_id " + document.dataId() + ")");
                });
    }

    /** @return false where there is no such dataset */
    boolean delete(UUID datasetId, String dataId) {
        return dataset(datasetId)
                .flatMap(dataset -> dataset.locked(() -> {
                    dataset.remove(dataId);
                    return true;
                }))
                .orElse(false);
    }

    /** @return false where there is no such dataset */
    boolean deleteDataset(UUID datasetId) {
        return dataset(datasetId)
                .flatMap(dataset -> dataset.locked(() -> {
                    dataset.markDeleted();
                    return datasets.remove(datasetId, dataset);
                }))
                .orElse(false);
    }

    /** Every dataset goes, its documents with it. */
    void clear() {
        datasets().forEach(dataset -> deleteDataset(dataset.id()));
    }
}
