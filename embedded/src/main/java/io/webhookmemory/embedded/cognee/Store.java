package io.webhookmemory.embedded.cognee;

import io.webhookmemory.embedded.cognee.CogneeDouble.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What the double holds. As in Cognee, a document's id is random, and the same text in the same dataset is the same
 * document, whatever its file name.
 */
final class Store {
    private final Map<UUID, Dataset> datasets = new ConcurrentHashMap<>();

    /**
     * @param metadata JSON text; null where none was sent
     * @param failure why the file cannot be taken
     */
    record Upload(String fileName, String text, String metadata, Optional<Refusal> failure) {
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

    /**
     * As Cognee adds several files: whether other content has their names is looked at before the lock is taken, and
     * within one call not at all; files of the same text become a document each, and all are answered for with one; and a
     * file that fails fails the call, but not the others.
     */
    List<Added> add(String datasetName, List<Upload> files, CogneeVersion version, Consumer<Document> listener) {
        Dataset dataset = datasetNamed(datasetName);
        if (version.refusesChanges()) {
            refuseChanged(dataset, files);
        }
        return dataset.locked(() -> {
                    Optional<Upload> bad = files.stream()
                            .filter(file -> file.failure().isPresent())
                            .findFirst();
                    List<Upload> good =
                            bad.map(failed -> survivors(files, failed, version)).orElse(files);
                    List<Added> added = add(dataset, good, listener);
                    bad.flatMap(Upload::failure).ifPresent(failure -> {
                        throw failure;
                    });
                    return added;
                })
                .orElseThrow(Refusal::deletedMeanwhile);
    }

    // 1.5 gives up those that are still under way.
    private static List<Upload> survivors(List<Upload> files, Upload failed, CogneeVersion version) {
        int from = version.refusesChanges() ? 0 : files.indexOf(failed);
        return files.subList(from, files.size()).stream()
                .filter(file -> file.failure().isEmpty())
                .toList();
    }

    private static List<Added> add(Dataset dataset, List<Upload> files, Consumer<Document> listener) {
        Set<String> there = files.stream()
                .map(Upload::text)
                .filter(text -> dataset.withText(text).isPresent())
                .collect(Collectors.toSet());
        // Cognee works on them at once: the order in which they come to be is any.
        List<Upload> inAnyOrder = new ArrayList<>(files);
        Collections.shuffle(inAnyOrder);
        for (Upload file : inAnyOrder) {
            if (!there.contains(file.text())) {
                Document document = new Document(
                        dataset.name(), UUID.randomUUID().toString(), file.name(), file.text(), file.metadata());
                dataset.put(document);
                listener.accept(document);
            }
        }
        return files.stream()
                .map(file ->
                        new Added(dataset.withText(file.text()).orElseThrow().dataId(), there.contains(file.text())))
                .toList();
    }

    private static void refuseChanged(Dataset dataset, List<Upload> files) {
        Set<Document> inTheWay = new LinkedHashSet<>();
        for (Upload file : files) {
            dataset.named(file.name()).stream()
                    .filter(document -> !document.text().equals(file.text()))
                    .forEach(inTheWay::add);
        }
        if (!inTheWay.isEmpty()) {
            throw Refusal.conflict(inTheWay, dataset.id());
        }
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
