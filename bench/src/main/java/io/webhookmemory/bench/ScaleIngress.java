package io.webhookmemory.bench;

import io.webhookmemory.ingress.IngressMain;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.topics.catalogue.Topics;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Instances of the ingress; webhooks of one record are spread over them. */
final class ScaleIngress extends ScaleParts {
    private static final int CONNECTIONS = 64;
    private static final int WARM_UP = 60_000;
    private static final long STEADY_IDS = 2_000_000;

    private final List<Integer> ports = Stream.generate(FreePort::any).limit(2).toList();
    private Load load;
    private long steadyIds = STEADY_IDS;

    @Override
    Service start(int number) {
        return start(
                "ingress",
                number,
                IngressMain.class,
                "INGRESS_MANAGEMENT_PORT",
                Map.of("WEBHOOK_SECRET", SECRET, "INGRESS_PORT", String.valueOf(ports.get(number - 1))));
    }

    @Override
    void warmUp(List<Service> instances) {
        load = closing(new Load(SECRET, servers().limit(instances.size()).toArray(URI[]::new)));
        load.asFastAsPossible(Load.Kind.WEBHOOKS, CONNECTIONS, WARM_UP * instances.size(), 1, 200);
    }

    @Override
    Backlog.Pace throughput(int events, List<Service> instances) {
        long before = ChildProcess.processorNanos(processes(instances));
        LoadGenerator.Result result = load.asFastAsPossible(Load.Kind.WEBHOOKS, CONNECTIONS, events, 1, 200);
        if (result.unexpected() > 0) {
            throw new IllegalStateException(result.unexpected() + " webhooks were not acknowledged");
        }
        return new Backlog.Pace(
                result.perSecond(), (ChildProcess.processorNanos(processes(instances)) - before) / events);
    }

    private Stream<URI> servers() {
        return ports.stream().map(port -> URI.create("http://localhost:" + port));
    }

    @Override
    SteadyLoad.Sender sender() {
        steadyIds += STEADY_IDS;
        return new BalancedSender(servers().toList(), SECRET, steadyIds);
    }

    @Override
    AutoCloseable observe(Gaps gaps) {
        return new TopicOutput(bootstrapServers(), List.of(Topics.WEBHOOKS), gaps);
    }

    /** They share nothing but the load. */
    @Override
    boolean isShared(int instances) {
        return true;
    }
}
