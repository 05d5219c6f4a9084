package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.StoredDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Makes changes in memory. Old documents are deleted before new ones are added: otherwise Cognee drops the facts that
 * both contain. Thread-safe.
 */
final class Changes {
    private final Documents documents;
    private final RecordDirectory directory;
    private final Verifications verifications;
    private final Planner planner;
    private final Endings endings;
    private final Adds adds;

    Changes(
            Documents documents,
            RecordDirectory directory,
            Verifications verifications,
            Planner planner,
            Endings endings) {
        this.documents = documents;
        this.directory = directory;
        this.verifications = verifications;
        this.planner = planner;
        this.endings = endings;
        this.adds = new Adds(documents, endings);
    }

    /** Ends every attempt. */
    void make(List<Attempt> attempts) {
        attempts.forEach(attempt -> attempt.change()
                .intent()
                .ifPresent(intended -> directory.put(attempt.change().event().recordId(), intended.known())));
        List<ReadyWrite> ready = new ArrayList<>();
        attempts.forEach(attempt -> endings.guard(
                attempt, () -> attempt.change().fold(new FirstSteps(attempt)).ifPresent(ready::add)));
        Map<String, List<ReadyWrite>> together = new LinkedHashMap<>();
        for (ReadyWrite write : ready) {
            if (write.write().before().isUnsettled()) {
                endings.guard(write.attempt(), () -> adds.addFresh(write));
            } else {
                together.computeIfAbsent(write.write().dataset(), dataset -> new ArrayList<>())
                        .add(write);
            }
        }
        together.forEach(adds::addTogether);
    }

    /** All steps of a change except adding documents; returns the write that remains. */
    private final class FirstSteps implements Change.Cases<Optional<ReadyWrite>> {
        private final Attempt attempt;

        FirstSteps(Attempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public Optional<ReadyWrite> nothing(Change.Nothing change) {
            endings.nothing(attempt, change.outcome(), change.after());
            return Optional.empty();
        }

        @Override
        public Optional<ReadyWrite> write(Change.Write write) {
            ReadyWrite ready = new ReadyWrite(attempt, write);
            settle(write.before());
            Set<String> searched = searched(write);
            if (!write.before().isUnsettled() && searched.contains(write.dataset())) {
                Optional<String> current = current(write);
                if (current.isPresent()) {
                    endings.written(ready, current.get());
                    return Optional.empty();
                }
            }
            searched.forEach(dataset -> documents.deleteFound(attempt, dataset, notBefore(write.searchedSince())));
            boolean mayBeCurrent = write.isThere() && !write.before().isUnsettled();
            if (!mayBeCurrent) {
                deleteKnown(write.before());
            }
            return Optional.of(ready);
        }

        /** The datasets in which a document of the record can be found by listing only. */
        private Set<String> searched(Change.Write write) {
            Set<String> searched = new LinkedHashSet<>();
            if (write.before().isUnsettled()) {
                searched.addAll(write.before().pending());
            }
            if (write.isSearching()) {
                searched.add(write.dataset());
            }
            if (documents.namesConflicts()) {
                searched.remove(write.dataset());
            }
            return searched;
        }

        /** The one document found with exactly the text to be written. */
        private Optional<String> current(Change.Write write) {
            List<StoredDocument> found = documents.find(attempt, write.dataset(), notBefore(write.searchedSince()));
            boolean isElsewhere = write.before()
                    .document()
                    .filter(place -> !place.isIn(write.dataset()))
                    .isPresent();
            return found.stream()
                    .filter(document -> found.size() == 1 && !isElsewhere)
                    .filter(document -> document.metadata() != null)
                    .filter(document -> document.metadata()
                            .contentSha256()
                            .equals(write.document().metadata().contentSha256()))
                    .map(StoredDocument::dataId)
                    .findFirst();
        }

        @Override
        public Optional<ReadyWrite> remove(Change.Remove remove) {
            settle(remove.before());
            if (remove.before().isUnsettled()) {
                remove.before()
                        .pending()
                        .forEach(dataset -> documents.deleteFound(attempt, dataset, notBefore(remove.searchedSince())));
            }
            remove.searched()
                    .forEach(dataset -> documents.deleteFound(attempt, dataset, notBefore(remove.searchedSince())));
            deleteKnown(remove.before());
            endings.removed(attempt, remove.before(), planner.deleted(remove.event()));
            return Optional.empty();
        }

        @Override
        public Optional<ReadyWrite> removeAccount(Change.RemoveAccount remove) {
            settle(remove.before());
            List<StoredDocument> others = documents.list(remove.dataset()).stream()
                    .filter(document -> !document.name().equals(Documents.nameOf(attempt)))
                    .toList();
            List<ProducerRecord<String, byte[]>> leftBehind =
                    verifications.ofLeftBehind(remove.event(), remove.dataset(), others);
            if (!leftBehind.isEmpty()) {
                // Before the deletion, because after it nothing names these records any more if this process ends. Once
                // more after it, for an owner that checked too early.
                attempt.lease().write(leftBehind);
            }
            deleteElsewhere(remove);
            documents.deleteDataset(attempt, remove.dataset());
            endings.removedAccount(attempt, remove.before(), leftBehind, planner.deleted(remove.event()));
            return Optional.empty();
        }

        private void deleteElsewhere(Change.RemoveAccount remove) {
            Known before = remove.before();
            if (before.isUnsettled()) {
                before.pending().stream()
                        .filter(dataset -> !dataset.equals(remove.dataset()))
                        .forEach(dataset -> documents.deleteFound(attempt, dataset, Instant.MIN));
            }
            before.document().filter(place -> !place.isIn(remove.dataset())).ifPresent(this::delete);
            if (before.place() != null) {
                attempt.removed();
            }
        }

        @Override
        public Optional<ReadyWrite> verify(Change.Verify verify) {
            Known before = verify.before();
            if (verify.deleted()) {
                Optional<Place> gone =
                        before.document().filter(place -> verify.named().contains(place.dataset()));
                if (gone.isPresent() && !before.isUnsettled()) {
                    attempt.require();
                    endings.lost(attempt, gone.get());
                    return Optional.empty();
                }
            } else {
                for (String dataset : verify.named()) {
                    if (!deleteUnknown(before, dataset)) {
                        return Optional.empty();
                    }
                }
            }
            Outcome.Done outcome = attempt.hasRemoved() ? Outcome.Done.REMOVED : Outcome.Done.UNCHANGED;
            endings.nothing(attempt, outcome, Optional.empty());
            return Optional.empty();
        }

        /**
         * Deletes documents that the directory does not know; the pending change's datasets are left to the event that
         * settles them.
         *
         * @return false if the document that the directory names is missing, which has ended the attempt
         */
        private boolean deleteUnknown(Known before, String dataset) {
            if (before.isUnsettled() && before.pending().contains(dataset)) {
                return true;
            }
            documents.doubt(dataset);
            documents.settle(dataset);
            Optional<Place> here = before.document().filter(place -> place.isIn(dataset));
            List<StoredDocument> found = documents.find(attempt, dataset, Instant.MIN);
            found.stream()
                    .map(StoredDocument::dataId)
                    .filter(dataId ->
                            here.filter(place -> place.dataId().equals(dataId)).isEmpty())
                    .forEach(dataId -> documents.delete(attempt, dataset, dataId));
            boolean isMissing = here.isPresent()
                    && !before.isUnsettled()
                    && found.stream()
                            .noneMatch(document ->
                                    document.dataId().equals(here.get().dataId()));
            if (isMissing) {
                // A process that was replaced may find what its directory does not know yet.
                attempt.require();
                endings.lost(attempt, here.get());
            }
            return !isMissing;
        }

        private void settle(Known before) {
            if (before.isUnsettled()) {
                before.pending().forEach(documents::settle);
            }
        }

        private void deleteKnown(Known before) {
            before.document().ifPresent(this::delete);
        }

        private void delete(Place place) {
            documents.delete(attempt, place.dataset(), place.dataId());
        }
    }

    private static Instant notBefore(Instant searchedSince) {
        return searchedSince == null ? Instant.MIN : searchedSince;
    }
}
