package io.webhookmemory.admin.audit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.cognee.CogneeClient;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.zoho.api.ModuleCount;
import io.webhookmemory.zoho.api.ZohoClient;
import io.webhookmemory.zoho.crm.CrmModules;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/**
 * Compares Zoho, the directory and Cognee, and changes none of them. The directory is read first: a change that is made
 * meanwhile then looks like a difference, and never hides one. Every difference is looked at a second time, after the
 * pipeline has processed what it had before it.
 *
 * <p>Some 300 bytes of memory per record. For one thread.
 */
public final class Audit {
    private final AuditSettings settings;
    private final CogneeClient memory;
    private final Optional<ZohoSide> zoho;
    private final StopSignal stop;
    private final Clock clock;

    /** @param zoho empty if memory is compared with the directory alone */
    public Audit(AuditSettings settings, Optional<ZohoClient> zoho, StopSignal stop, Clock clock) {
        this.settings = settings;
        this.memory = CogneeClient.create(settings.cognee(), new SimpleMeterRegistry());
        this.zoho = zoho.map(client -> new ZohoSide(client, settings.links()));
        this.stop = stop;
        this.clock = clock;
    }

    /** How many records there are to read from Zoho, by module; costs a credit each. Empty without Zoho. */
    public List<ModuleCount> estimate(AuditScope scope) {
        return zoho.map(side -> side.count(scope.modules())).orElse(List.of());
    }

    /**
     * Reads and compares; blocks. Incomplete if a stop is requested meanwhile.
     *
     * @throws io.webhookmemory.cognee.MemoryException if Cognee fails
     * @throws io.webhookmemory.zoho.api.ZohoException if Zoho fails as a whole; a module that it refuses is compared
     *     without it
     * @throws RuntimeException {@code KafkaProblem}, {@code StartupException} or a {@code KafkaException} if Kafka fails
     */
    public AuditReport run(AuditScope scope) {
        return new Run(scope).report();
    }

    private final class Run {
        private final AuditScope scope;
        private final Instant cutoff;
        private final DirectorySide directory = new DirectorySide(settings.kafka(), stop);
        private final CogneeSide cognee = new CogneeSide(memory, stop);
        private final SortedMap<String, String> notCompared = new TreeMap<>();
        private Comparison comparison;

        Run(AuditScope scope) {
            this.scope = scope;
            this.cutoff = clock.instant().minus(scope.grace());
        }

        AuditReport report() {
            Map<String, RecordView> views = directory.read(id -> true);
            long known = views.values().stream()
                    .filter(RecordView::hasDocumentInDirectory)
                    .filter(this::isInScope)
                    .count();
            Set<String> datasets = datasets(views.values());
            long documents = cognee.read(datasets, views, id -> true);
            Set<String> compared = new HashSet<>();
            long inZoho = zoho.map(side -> readZoho(side, views, compared)).orElse(0L);
            comparison = new Comparison(settings.datasets(), compared, cutoff);
            Map<String, RecordView> suspects = new HashMap<>();
            views.forEach((id, view) -> {
                if (isInScope(view) && !comparison.of(id, view).isEmpty()) {
                    suspects.put(id, view);
                }
            });
            views.clear();
            AuditReport report = new AuditReport(
                    new AuditReport.Read(inZoho, known, documents, datasets.size()), notCompared, scope.samples());
            if (!suspects.isEmpty() && !stop.isAsked()) {
                lookAgain(suspects, report);
            }
            new GraphSide(settings.kafka(), stop)
                    .unbuilt(cutoff, datasets::contains)
                    .forEach(report::add);
            return report;
        }

        private boolean isInScope(RecordView view) {
            return view.module() != null && scope.hasModule(view.module()) && isOfAccount(view);
        }

        private boolean isOfAccount(RecordView view) {
            return scope.account()
                    .map(account -> view.account().filter(account::equals).isPresent()
                            || view.strays().stream()
                                    .anyMatch(stray -> stray.dataset()
                                            .equals(settings.datasets().of(account))))
                    .orElse(true);
        }

        /** The datasets that are the pipeline's, or those of one account. */
        private Set<String> datasets(Collection<RecordView> views) {
            Set<String> named = views.stream()
                    .filter(this::isOfAccount)
                    .flatMap(view -> view.entry().map(DirectoryEntry::dataset).stream())
                    .collect(Collectors.toCollection(TreeSet::new));
            if (scope.account().isPresent()) {
                named.add(settings.datasets().of(scope.account().get()));
            } else {
                memory.datasets().stream().filter(settings.datasets()::has).forEach(named::add);
            }
            return named;
        }

        private long readZoho(ZohoSide side, Map<String, RecordView> views, Set<String> compared) {
            long[] records = new long[1];
            for (String module : ZohoSide.readable(scope.modules())) {
                if (stop.isAsked()) {
                    break;
                }
                Set<String> ids = new HashSet<>();
                Optional<String> refused = side.read(module, (id, row) -> {
                    ids.add(id);
                    views.computeIfAbsent(id, absent -> new RecordView()).inZoho(row);
                });
                refused.ifPresentOrElse(why -> notCompared.put(module, why), () -> compared.add(module));
                records[0] += ids.size();
            }
            return records[0];
        }

        /** Reads the suspects once more, and reports what still differs in the same way. */
        private void lookAgain(Map<String, RecordView> suspects, AuditReport report) {
            Set<Integer> behind = behind();
            Map<String, RecordView> again = directory.read(suspects::containsKey);
            suspects.keySet().forEach(id -> again.computeIfAbsent(id, absent -> new RecordView()));
            cognee.read(places(suspects, again), again, suspects::containsKey);
            suspects.forEach((id, view) -> view.zoho().ifPresent(again.get(id)::inZoho));
            Map<String, RecordView> after = directory.read(suspects::containsKey);
            Set<String> stillThere = stillThere(again);
            suspects.forEach((id, first) -> {
                RecordView second = again.get(id);
                List<Finding> findings = both(comparison.of(id, first), comparison.of(id, second));
                boolean moves = !second.hasSameEntry(first)
                        || !second.hasSameEntry(after.getOrDefault(id, new RecordView()))
                        || behind.contains(partition(id))
                        || stillThere.contains(id);
                if (!findings.isEmpty() && moves) {
                    report.addOnTheWay();
                } else if (!findings.isEmpty()) {
                    report.add(new AuditReport.Drifted(id, second, findings));
                }
            });
        }

        private Set<Integer> behind() {
            try (PipelinePositions positions = new PipelinePositions(settings.kafka(), settings.catalogue(), stop)) {
                return positions.awaitProcessed(scope.grace());
            }
        }

        private Set<String> places(Map<String, RecordView> first, Map<String, RecordView> again) {
            return Stream.concat(first.values().stream(), again.values().stream())
                    .flatMap(view -> Stream.concat(
                            view.entry().map(DirectoryEntry::dataset).stream(),
                            view.strays().stream().map(RecordView.Stray::dataset)))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        /** A list may lack a record that exists, such as one that was created while its module was read. */
        private Set<String> stillThere(Map<String, RecordView> suspects) {
            Map<String, List<String>> missing = new HashMap<>();
            suspects.forEach((id, view) -> {
                if (view.module() != null && comparison.isGone(view)) {
                    missing.computeIfAbsent(view.module(), absent -> new ArrayList<>())
                            .add(id);
                }
            });
            Set<String> there = new HashSet<>();
            missing.forEach((module, ids) -> CrmModules.holding(module)
                    .forEach(holding -> zoho.ifPresent(side -> there.addAll(side.stillThere(holding, ids, cutoff)))));
            return there;
        }

        private int partition(String recordId) {
            byte[] key = recordId.getBytes(StandardCharsets.UTF_8);
            return Utils.toPositive(Utils.murmur2(key)) % settings.catalogue().partitions();
        }
    }

    private static List<Finding> both(List<Finding> first, List<Finding> second) {
        Set<Drift> kinds = first.stream().map(Finding::drift).collect(Collectors.toSet());
        // A view of one account's datasets may show only one of two documents at first.
        boolean same = second.stream().anyMatch(finding -> kinds.contains(finding.drift()));
        return same || kinds.contains(Drift.OUT_OF_STEP) ? second : List.of();
    }
}
