package io.webhookmemory.e2e.faults;

import io.webhookmemory.testkit.KafkaProcess;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All faults of a deployment. Which of several alike processes one hits is drawn. */
final class FaultCatalogue {
    private static final String INGRESS = "ingress";
    private static final String PROCESSOR = "stream-processor";
    private static final String SINK = "memory-sink";
    private static final String BROKERS = "brokers";
    private static final String REDIS = "redis";
    private static final String COGNEE = "cognee";
    private static final String LLM = "llm";
    private static final String SENDERS = "senders";

    private static final int ENDED_BY_SIGTERM = 143;
    private static final int MANY = 1_000_000;
    private static final Duration USUAL = Duration.ofMillis(5);

    private final Deployment deployment;
    private final SenderClock clock;
    private final Ledger ledger;
    private final Random random;

    FaultCatalogue(Deployment deployment, SenderClock clock, Ledger ledger, Random random) {
        this.deployment = deployment;
        this.clock = clock;
        this.ledger = ledger;
        this.random = random;
    }

    List<Fault> all() {
        return Stream.of(services(), brokers(), redis(), cognee(), others())
                .flatMap(List::stream)
                .toList();
    }

    private List<Fault> services() {
        List<Instance> ingress = List.of(deployment.ingress);
        return List.of(
                killed("ingress killed", INGRESS, ingress),
                frozen("ingress frozen", INGRESS, ingress),
                killed("one stream-processor killed", PROCESSOR, oneOf(deployment.processors)),
                killed("all stream-processors killed", PROCESSOR, deployment.processors),
                frozen("one stream-processor frozen", PROCESSOR, oneOf(deployment.processors)),
                wiped("one stream-processor killed, its state lost", oneOf(deployment.processors)),
                wiped("all stream-processors killed, their state lost", deployment.processors),
                killed("one memory-sink killed", SINK, oneOf(deployment.sinks)),
                killed("all memory-sinks killed", SINK, deployment.sinks),
                frozen("one memory-sink frozen", SINK, oneOf(deployment.sinks)),
                frozen("all memory-sinks frozen", SINK, deployment.sinks),
                new Fault(
                        "another stream-processor comes and goes",
                        "spare stream-processor",
                        deployment.spareProcessor::start,
                        () -> stop(deployment.spareProcessor)),
                new Fault(
                        "another memory-sink comes and goes",
                        "spare memory-sink",
                        deployment.spareSink::start,
                        () -> stop(deployment.spareSink)),
                new Fault(
                        "rolling restart", Set.of(INGRESS, PROCESSOR, SINK), this::restartOneAfterTheOther, () -> {}));
    }

    private List<Fault> brokers() {
        List<KafkaProcess> two = deployment.brokers.subList(1, 3);
        return List.of(
                brokersKilled("one broker killed", oneOf(deployment.brokers)),
                brokersKilled("two brokers killed", two),
                brokersKilled("all brokers killed", deployment.brokers),
                on("one broker frozen", BROKERS, oneOf(deployment.brokers), KafkaProcess::freeze, KafkaProcess::thaw));
    }

    private List<Fault> redis() {
        return List.of(
                new Fault(
                        "Redis stopped, its keys lost",
                        REDIS,
                        deployment.redis::stopServer,
                        deployment.redis::startServer),
                new Fault("Redis hangs", REDIS, deployment.redisLink::hang, deployment.redisLink::restore));
    }

    private List<Fault> cognee() {
        return List.of(
                new Fault("Cognee down", COGNEE, deployment.cogneeLink::cut, deployment.cogneeLink::restore),
                new Fault("Cognee hangs", COGNEE, deployment.cogneeLink::hang, deployment.cogneeLink::restore),
                new Fault(
                        "connections to Cognee reset",
                        COGNEE,
                        deployment.cogneeLink::breakConnections,
                        deployment.cogneeLink::breakConnections),
                slow("Cognee slow", Duration.ofSeconds(1)),
                slow("Cognee slower than the timeout", Deployment.COGNEE_TIMEOUT.plusSeconds(1)),
                failing("Cognee fails every call", 100),
                failing("Cognee fails every second call", 50),
                new Fault(
                        "Cognee loses its responses",
                        COGNEE,
                        () -> deployment.cognee.loseNextResponses(MANY),
                        () -> deployment.cognee.loseNextResponses(0)),
                new Fault(
                        "Cognee throttles",
                        COGNEE,
                        () -> deployment.cognee.throttleNext(MANY, Duration.ofSeconds(1)),
                        () -> deployment.cognee.throttleNext(0, Duration.ZERO)),
                new Fault(
                        "Cognee's LLM away",
                        LLM,
                        () -> deployment.cognee.failCognify("LLM connection error"),
                        () -> deployment.cognee.failCognify(null)));
    }

    private List<Fault> others() {
        return List.of(new Fault("senders' clock an hour ahead", SENDERS, clock::jumpAhead, clock::jumpBack));
    }

    private Fault slow(String name, Duration latency) {
        return new Fault(
                name, COGNEE, () -> deployment.cognee.latency(latency), () -> deployment.cognee.latency(USUAL));
    }

    private Fault failing(String name, int percent) {
        return new Fault(
                name, COGNEE, () -> deployment.cognee.failCalls(percent), () -> deployment.cognee.failCalls(0));
    }

    private static Fault killed(String name, String part, List<Instance> instances) {
        return on(name, part, instances, Instance::kill, Instance::start);
    }

    private static Fault frozen(String name, String part, List<Instance> instances) {
        return on(name, part, instances, Instance::freeze, Instance::thaw);
    }

    private Fault wiped(String name, List<Instance> processors) {
        return on(name, PROCESSOR, processors, Instance::kill, processor -> {
            deployment.wipeState(processor);
            processor.start();
        });
    }

    private static Fault brokersKilled(String name, List<KafkaProcess> brokers) {
        return on(name, BROKERS, brokers, KafkaProcess::kill, KafkaProcess::launch);
    }

    private static <T> Fault on(String name, String part, List<T> targets, Consumer<T> begin, Consumer<T> end) {
        return new Fault(name, part, () -> targets.forEach(begin), () -> targets.forEach(end));
    }

    private <T> List<T> oneOf(List<T> several) {
        return List.of(several.get(random.nextInt(several.size())));
    }

    /** A JVM that has only just started ends without the service's order. */
    private void stop(Instance instance) {
        boolean ready = instance.isReady();
        int code = instance.stop();
        if (code != 0 && !(code == ENDED_BY_SIGTERM && !ready)) {
            ledger.violated(instance.name() + " was stopped in order and ended with code " + code);
        }
    }

    private void restartOneAfterTheOther() {
        for (Instance instance : deployment.running()) {
            stop(instance);
            instance.start();
        }
    }
}
