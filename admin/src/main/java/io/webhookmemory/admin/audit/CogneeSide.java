package io.webhookmemory.admin.audit;

import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.cognee.DocumentMetadata;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.StoredDocument;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Cognee's listings, one dataset after the other. For one thread. */
final class CogneeSide {
    /** As the memory-sink names documents; counts only for a document that lost its metadata. */
    private static final Pattern NAME = Pattern.compile("(?<module>[A-Za-z]\\w*)_(?<record>[0-9A-Za-z-]{1,64})");

    private final Memory memory;
    private final StopSignal stop;

    CogneeSide(Memory memory, StopSignal stop) {
        this.memory = memory;
        this.stop = stop;
    }

    /**
     * Adds the documents of datasets to the views. Documents of other applications are left out.
     *
     * @param wanted ids of the records to take
     * @return how many documents were taken
     * @throws io.webhookmemory.cognee.MemoryException if Cognee fails
     */
    long read(Collection<String> datasets, Map<String, RecordView> views, Predicate<String> wanted) {
        long taken = 0;
        for (String dataset : datasets) {
            if (stop.isAsked()) {
                return taken;
            }
            for (StoredDocument document : memory.list(dataset)) {
                Optional<Owner> record = record(document).filter(found -> wanted.test(found.id()));
                if (record.isPresent()) {
                    views.computeIfAbsent(record.get().id(), absent -> new RecordView())
                            .inCognee(record.get().module(), dataset, document.dataId());
                    taken++;
                }
            }
        }
        return taken;
    }

    private record Owner(String module, String id) {}

    private static Optional<Owner> record(StoredDocument document) {
        DocumentMetadata metadata = document.metadata();
        if (metadata != null && metadata.module() != null) {
            return Optional.of(new Owner(metadata.module().intern(), metadata.recordId()));
        }
        Matcher name = NAME.matcher(document.name());
        return name.matches()
                ? Optional.of(new Owner(name.group("module").intern(), name.group("record")))
                : Optional.empty();
    }
}
