package io.webhookmemory.processor;

import io.webhookmemory.processor.topology.CommitPace;
import io.webhookmemory.processor.topology.TopologySettings;
import io.webhookmemory.service.ServiceSettings;
import io.webhookmemory.service.config.SettingsReader;
import java.nio.file.Path;

/**
 * The configuration of the stream-processor.
 *
 * @param stateDirectory directory of the state stores; if lost, it is restored from Kafka
 * @param threads stream threads in this instance
 * @param standbyReplicas copies of each state store on other instances, for a fast takeover
 * @param commitPace how often transactions end, which is about the delay that this hop adds
 * @param rocksDbMemory bytes outside the heap for all state stores of the process together
 */
public record ProcessorSettings(
        ServiceSettings service,
        TopologySettings topology,
        Path stateDirectory,
        int threads,
        int standbyReplicas,
        CommitPace commitPace,
        int rocksDbMemory) {
    static final String SERVICE = "stream-processor";
    private static final int DEFAULT_MANAGEMENT_PORT = 9102;

    public static ProcessorSettings from(SettingsReader settings) {
        return new ProcessorSettings(
                ServiceSettings.from(settings, SERVICE, DEFAULT_MANAGEMENT_PORT),
                TopologySettings.from(settings),
                Path.of(settings.text("STREAM_PROCESSOR_STATE_DIR", ".state/stream-processor")),
                settings.integer("STREAM_PROCESSOR_THREADS", 1, 1, 64),
                settings.integer("STREAM_PROCESSOR_STANDBY_REPLICAS", 0, 0, 5),
                new CommitPace(settings.millis("STREAM_PROCESSOR_COMMIT_INTERVAL_MS", 100, 10, 60_000)),
                settings.integer("STREAM_PROCESSOR_ROCKSDB_MEMORY_BYTES", 64 << 20, 8 << 20, Integer.MAX_VALUE));
    }
}
