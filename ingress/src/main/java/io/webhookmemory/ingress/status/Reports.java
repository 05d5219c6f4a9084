package io.webhookmemory.ingress.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.webhookmemory.service.redis.HealthBeacon;
import io.webhookmemory.service.redis.RedisLink;
import io.webhookmemory.topics.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the services say of themselves in Redis. A service of the pipeline that says nothing is {@code missing}: it is dead,
 * frozen or was never started. The last reports stand while Redis fails a few times. Used by one thread.
 */
final class Reports {
    /** Every one of them has to run for an event to arrive in memory. */
    static final List<String> EXPECTED = List.of("ingress", "stream-processor", "memory-sink");

    static final String MISSING = "missing";

    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);
    private static final List<String> FROM_GOOD_TO_BAD = List.of("healthy", "degraded", "unavailable");
    private static final int FAILURES_OF_AN_OUTAGE = 3;

    private final RedisLink redis;
    private Optional<Map<String, Map<String, String>>> last = Optional.empty();
    private int failuresInARow;

    Reports(RedisLink redis) {
        this.redis = redis;
    }

    /** Status by service and instance; empty if Redis is away. */
    Optional<Map<String, Map<String, String>>> read() throws InterruptedException {
        Optional<Map<String, Map<String, String>>> now = ask();
        failuresInARow = now.isPresent() ? 0 : failuresInARow + 1;
        if (now.isPresent() || failuresInARow >= FAILURES_OF_AN_OUTAGE) {
            last = now;
        }
        return last;
    }

    /** The worst status of a service's instances, or {@link #MISSING}; no names of instances, which are names of hosts. */
    static Map<String, String> byService(Map<String, Map<String, String>> reports) {
        Map<String, String> services = new TreeMap<>();
        reports.forEach((service, instances) -> services.put(
                service,
                instances.values().stream()
                        .reduce((one, other) -> badness(one) < badness(other) ? other : one)
                        .orElse(MISSING)));
        return services;
    }

    private static int badness(String status) {
        int known = FROM_GOOD_TO_BAD.indexOf(status);
        return known < 0 ? FROM_GOOD_TO_BAD.size() : known;
    }

    private Optional<Map<String, Map<String, String>>> ask() throws InterruptedException {
        Optional<RedisAsyncCommands<String, String>> commands = redis.commands();
        if (commands.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Map<String, String>> reports = new TreeMap<>();
        try {
            for (String service : EXPECTED) {
                reports.put(service, instances(commands.get(), service));
            }
            return Optional.of(reports);
        } catch (ExecutionException | RedisException e) {
            LOG.atDebug().setCause(e).log("Redis does not say how the services are");
            return Optional.empty();
        }
    }

    private static Map<String, String> instances(RedisAsyncCommands<String, String> commands, String service)
            throws ExecutionException, InterruptedException {
        List<String> names = new ArrayList<>(
                commands.smembers(HealthBeacon.instancesKey(service)).get());
        Map<String, String> instances = new TreeMap<>();
        if (names.isEmpty()) {
            return instances;
        }
        List<KeyValue<String, String>> reports = commands.mget(names.stream()
                        .map(name -> HealthBeacon.key(service, name))
                        .toArray(String[]::new))
                .get();
        for (int i = 0; i < names.size(); i++) {
            if (reports.get(i).hasValue()) {
                instances.put(names.get(i), status(reports.get(i).getValue()));
            } else {
                // One that only was slow puts itself in again with its next beat.
                commands.srem(HealthBeacon.instancesKey(service), names.get(i));
            }
        }
        return instances;
    }

    private static String status(String json) {
        try {
            return Json.MAPPER.readTree(json).path("status").asText("unknown");
        } catch (JsonProcessingException e) {
            return "unknown";
        }
    }
}
