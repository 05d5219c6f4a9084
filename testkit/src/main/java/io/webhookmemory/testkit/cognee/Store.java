package io.webhookmemory.testkit.cognee;

import io.webhookmemory.testkit.cognee.CogneeDouble.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The contents of the double. As in Cognee, a document's id is random, and the same text in the same dataset is the
 * same document, whatever its file name.
 */
final class Store {
    private static final int GOES_ON_MILLIS = 200;

    private final Map<UUID, Dataset> datasets = new ConcurrentHashMap<>();

    /**
     * @param metadata JSON text; null if none was sent
     * @param failure why the file is refused
     */
    record Upload(String fileName, String text, String metadata, Optional<Refusal> failure) {
        /** The file name without its extension, which is Cognee's name of a document. */
        String name() {
            return fileName.replaceFirst("\\.[^.]*$", "");
        }
    }

    /** @param existed whether the same text already existed */
    record Added(String dataId, boolean existed) {}

    Collection<Dataset> datasets() {
        return List.copyOf(datasets.values());
    }

    Optional<Dataset> dataset(UUID id) {
        return Optional.ofNullable(datasets.get(id));
    }

    /** The dataset of this name; created if there is none. */
    Dataset datasetNamed(String name) {
        return datasets.computeIfAbsent(Dataset.idOf(name), id -> new Dataset(name));
    }

    List<Document> documents() {
        return datasets().stream()
                .flatMap(dataset -> dataset.documents().stream())
                .toList();
    }

    /**
     * Adds several files like Cognee: it checks for other content with their names before it takes the lock, and not at
     * all within one call; files with the same text become a document each, but the response names one for all; a file
     * that fails makes the call fail, while any of the others may exist afterwards, in 1.5 even some time later.
     */
    List<Added> add(String datasetName, List<Upload> files, CogneeVersion version, Consumer<Document> listener) {
        Dataset dataset = datasetNamed(datasetName);
        if (version.refusesChanges()) {
            refuseChanged(dataset, files);
        }
        return dataset.locked(() -> {
                    Optional<Refusal> failure = files.stream()
                            .map(Upload::failure)
                            .flatMap(Optional::stream)
                            .findFirst();
                    if (failure.isPresent()) {
                        addSome(dataset, files, version, listener);
                        throw failure.get();
                    }
                    return add(dataset, files, listener);
                })
                .orElseThrow(Refusal::deletedMeanwhile);
    }

    private static void addSome(
            Dataset dataset, List<Upload> files, CogneeVersion version, Consumer<Document> listener) {
        List<Upload> good = new ArrayList<>(
                files.stream().filter(file -> file.failure().isEmpty()).toList());
        Collections.shuffle(good);
        int done = ThreadLocalRandom.current().nextInt(good.size() + 1);
        add(dataset, good.subList(0, done), listener);
        if (version.goesOnAfterFailure()) {
            Executor later = CompletableFuture.delayedExecutor(GOES_ON_MILLIS, TimeUnit.MILLISECONDS);
            later.execute(() -> add(dataset, good.subList(done, good.size()), listener));
        }
    }

    private static List<Added> add(Dataset dataset, List<Upload> files, Consumer<Document> listener) {
        Set<String> there = files.stream()
                .map(Upload::text)
                .filter(text -> dataset.withText(text).isPresent())
                .collect(Collectors.toSet());
        // Cognee processes them concurrently: the order in which they are created is arbitrary.
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

    /** @return false if there is no such dataset */
    boolean delete(UUID datasetId, String dataId) {
        return dataset(datasetId)
                .flatMap(dataset -> dataset.locked(() -> {
                    dataset.remove(dataId);
                    return true;
                }))
                .orElse(false);
    }

    /** @return false if there is no such dataset */
    boolean deleteDataset(UUID datasetId) {
        return dataset(datasetId)
                .flatMap(dataset -> dataset.locked(() -> {
                    dataset.markDeleted();
                    return datasets.remove(datasetId, dataset);
                }))
                .orElse(false);
    }

    /** Removes every dataset with its documents. */
    void clear() {
        datasets().forEach(dataset -> deleteDataset(dataset.id()));
    }
}
