package io.webhookmemory.admin.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The result of an audit. Immutable once returned. */
public final class AuditReport {
    private final Map<Drift, Long> counts = new EnumMap<>(Drift.class);
    private final Map<Drift, List<Finding>> examples = new EnumMap<>(Drift.class);
    private final List<Drifted> drifted = new ArrayList<>();
    private final Read read;
    private final SortedMap<String, String> notCompared;
    private final int samples;
    private long onTheWay;

    /** A record that differs. */
    record Drifted(String recordId, RecordView view, List<Finding> findings) {}

    /**
     * What was read.
     *
     * @param zohoRecords of the modules that were compared
     * @param directoryDocuments records of which the directory has a document
     * @param cogneeDocuments those of the pipeline
     */
    public record Read(long zohoRecords, long directoryDocuments, long cogneeDocuments, int datasets) {}

    AuditReport(Read read, SortedMap<String, String> notCompared, int samples) {
        this.read = read;
        this.notCompared = notCompared;
        this.samples = samples;
        for (Drift drift : Drift.values()) {
            counts.put(drift, 0L);
            examples.put(drift, new ArrayList<>());
        }
    }

    void add(Finding finding) {
        counts.merge(finding.drift(), 1L, Long::sum);
        List<Finding> kept = examples.get(finding.drift());
        if (kept.size() < samples) {
            kept.add(finding);
        }
    }

    void add(Drifted record) {
        drifted.add(record);
        record.findings().forEach(this::add);
    }

    void addOnTheWay() {
        onTheWay++;
    }

    List<Drifted> drifted() {
        return drifted;
    }

    public Read read() {
        return read;
    }

    /** How many records, or datasets, differ in each way; every kind has a number. */
    public Map<Drift, Long> counts() {
        return Collections.unmodifiableMap(counts);
    }

    public List<Finding> examples(Drift drift) {
        return List.copyOf(examples.get(drift));
    }

    /** Records that differ, and whose events are on their way: they do not count. */
    public long onTheWay() {
        return onTheWay;
    }

    /** Modules that were compared without Zoho, and why. */
    public Map<String, String> notCompared() {
        return Collections.unmodifiableMap(notCompared);
    }

    public boolean differs() {
        return counts.values().stream().anyMatch(count -> count > 0);
    }
}
