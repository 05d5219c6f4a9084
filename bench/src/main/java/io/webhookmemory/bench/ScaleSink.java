package io.webhookmemory.bench;

import io.webhookmemory.sink.MemorySinkMain;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.topics.catalogue.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.utils.Utils;

/**
 * Instances of the memory-sink, at a Cognee whose every call takes {@link SinkScenario#LATENCY}. Documents of one dataset
 * that wait at the same time go in one call.
 */
final class ScaleSink extends ScaleParts {
    private static final int WARM_UP = 10_000;

    private final int workers;
    private final int accounts;
    private final CogneeDouble cognee = closing(CogneeDouble.start());
    private final AtomicInteger nextId = new AtomicInteger(1);
    private final SinkBacklog backlog = new SinkBacklog(bootstrapServers(), nextId);

    /** @param workers of each instance */
    ScaleSink(int workers) {
        this.workers = workers;
        accounts = SinkScenario.accounts(2 * workers);
    }

    @Override
    Service start(int number) {
        return start(
                "memory-sink",
                number,
                MemorySinkMain.class,
                "MEMORY_SINK_MANAGEMENT_PORT",
                Map.of("COGNEE_URL", cognee.url(), "WEBHOOK_NUM_WORKERS", String.valueOf(workers)));
    }

    @Override
    void warmUp(List<Service> instances) {
        await(nextId.get() - 1);
        cognee.latency(Duration.ZERO);
        int count = WARM_UP * instances.size();
        SinkBacklog.arrivals(cognee, count, () -> backlog.write(count, accounts));
        cognee.latency(SinkScenario.LATENCY);
    }

    @Override
    Backlog.Pace throughput(int events, List<Service> instances) {
        long before = ChildProcess.processorNanos(processes(instances));
        long[] times = SinkBacklog.arrivals(cognee, events, () -> backlog.write(events, accounts));
        return new Backlog.Pace(
                Math.round(SinkBacklog.perSecond(times)),
                (ChildProcess.processorNanos(processes(instances)) - before) / events);
    }

    /** What a steady load has left to do is not part of the next measurement. */
    private void await(int documents) {
        while (cognee.documents().size() < documents) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Override
    SteadyLoad.Sender sender() {
        return SteadyLoad.toKafka(bootstrapServers(), () -> backlog.record(nextId.get() % accounts));
    }

    @Override
    AutoCloseable observe(Gaps gaps) {
        cognee.latency(SinkScenario.LATENCY);
        cognee.onDocument(document -> gaps.output(partition(document.name())));
        return () -> cognee.onDocument(document -> {});
    }

    /** The partition of the record that a document is of. */
    private int partition(String name) {
        byte[] recordId = name.substring(name.indexOf('_') + 1).getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(recordId)) % partitions();
    }

    @Override
    boolean isShared(int instances) {
        return isShared(Topics.SINK_GROUP, instances);
    }
}
