package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What one event changes in memory. Created by {@link RecordSync#plan}, carried out by {@link RecordSync#carryOut}. */
public sealed interface Change {

    WebhookEvent event();

    /** To be written before the change is carried out; empty if memory will not change. */
    default List<ProducerRecord<String, byte[]>> intents() {
        return intent().map(Intended::record).map(List::of).orElse(List.of());
    }

    /** What the directory says from the moment at which the change may begin. */
    Optional<Intended> intent();

    /** What the directory said before; empty if memory will not change. */
    Optional<Known> known();

    /** All datasets that the change may touch. */
    default Set<String> datasets() {
        return intent().map(intended -> intended.known().datasets()).orElse(Set.of());
    }

    <R> R fold(Cases<R> cases);

    /** A function for each case. */
    interface Cases<R> {
        R nothing(Nothing change);

        R write(Write change);

        R remove(Remove change);

        R removeAccount(RemoveAccount change);

        R verify(Verify change);
    }

    /**
     * An intent.
     *
     * @param known the directory with it
     * @param record as it is written
     */
    record Intended(Known known, ProducerRecord<String, byte[]> record) {}

    /**
     * Memory stays unchanged.
     *
     * @param after what the directory must say now; empty if it does already
     */
    record Nothing(WebhookEvent event, Outcome.Done outcome, Optional<Intended> after) implements Change {
        @Override
        public Optional<Intended> intent() {
            return Optional.empty();
        }

        @Override
        public Optional<Known> known() {
            return Optional.empty();
        }

        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.nothing(this);
        }
    }

    /**
     * The record's document is written to the dataset, and removed from every other place.
     *
     * @param before what the directory says of the record
     * @param searchedSince since then memory may differ from the directory (a replay); nullable
     */
    record Write(
            WebhookEvent event,
            Known before,
            String dataset,
            NewDocument document,
            Instant searchedSince,
            Optional<Intended> intent)
            implements Change {

        @Override
        public Optional<Known> known() {
            return Optional.of(before);
        }

        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.write(this);
        }

        boolean isSearching() {
            return searchedSince != null;
        }

        /** Whether the directory says that the same text is in the dataset. */
        boolean isThere() {
            return before.document()
                    .filter(place -> place.isIn(dataset))
                    .filter(place ->
                            place.contentSha256().equals(document.metadata().contentSha256()))
                    .isPresent();
        }
    }

    /**
     * The record's document is removed.
     *
     * @param searched datasets to search for documents that the directory does not name (a replay, an erasure)
     */
    record Remove(
            WebhookEvent event, Known before, Set<String> searched, Instant searchedSince, Optional<Intended> intent)
            implements Change {

        @Override
        public Optional<Known> known() {
            return Optional.of(before);
        }

        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.remove(this);
        }
    }

    /** The account's dataset is deleted. */
    record RemoveAccount(WebhookEvent event, Known before, String dataset, Optional<Intended> intent)
            implements Change {

        @Override
        public Optional<Known> known() {
            return Optional.of(before);
        }

        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.removeAccount(this);
        }
    }

    /**
     * Memory is compared with the directory.
     *
     * @param named the datasets in question
     * @param deleted whether these datasets are deleted with all that was in them
     */
    record Verify(WebhookEvent event, Known before, Set<String> named, boolean deleted) implements Change {
        @Override
        public Optional<Intended> intent() {
            return Optional.empty();
        }

        @Override
        public Set<String> datasets() {
            return named;
        }

        @Override
        public Optional<Known> known() {
            return Optional.of(before);
        }

        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.verify(this);
        }
    }
}
