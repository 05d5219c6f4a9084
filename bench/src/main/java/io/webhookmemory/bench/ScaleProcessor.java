package io.webhookmemory.bench;

import io.webhookmemory.processor.StreamProcessorMain;
import io.webhookmemory.topics.catalogue.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Instances of the stream-processor, each with a state directory of its own that a restart finds again. */
final class ScaleProcessor extends ScaleParts {
    private final int threads;
    private final Path state = directory();
    private final Backlog backlog = new Backlog(bootstrapServers());

    /** @param threads stream threads of each instance */
    ScaleProcessor(int threads) {
        this.threads = threads;
    }

    @Override
    Service start(int number) {
        return start(
                "stream-processor",
                number,
                StreamProcessorMain.class,
                "STREAM_PROCESSOR_MANAGEMENT_PORT",
                Map.of(
                        "STREAM_PROCESSOR_THREADS",
                        String.valueOf(threads),
                        "STREAM_PROCESSOR_STATE_DIR",
                        state.resolve(String.valueOf(number)).toString()));
    }

    /** The throughput does not count the first fifth of its events. */
    @Override
    void warmUp(List<Service> instances) {}

    @Override
    Backlog.Pace throughput(int events, List<Service> instances) throws Exception {
        return backlog.workOff(Topics.PROCESSOR_GROUP, events, processes(instances));
    }

    @Override
    SteadyLoad.Sender sender() {
        return SteadyLoad.toKafka(bootstrapServers(), backlog::next);
    }

    @Override
    AutoCloseable observe(Gaps gaps) {
        return new TopicOutput(bootstrapServers(), Topics.ofModules(Topics.DEFAULT_MODULES), gaps);
    }

    @Override
    boolean isShared(int instances) {
        return isShared(Topics.PROCESSOR_GROUP, threads * instances);
    }
}
