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
 * The health reports that the services write to Redis. A service of the pipeline without a report is {@code missing}: it is
 * dead, frozen or was never started. The last reports stay valid during a few consecutive Redis failures. Used by one
 * thread.
 */
final class Reports {
    /** The services that must run for an event to reach memory. */
    static final List<String> EXPECTED = List.of("ingress", "stream-processor", "memory-sink");

    static final String MISSING = "missing";

    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);
    private static final List<String> BY_SEVERITY = List.of("healthy", "degraded", "unavailable");
    private static final int OUTAGE_FAILURES = 3;

    private final RedisLink redis;
    private Optional<Map<String, Map<String, String>>> last = Optional.empty();
    private int failuresInARow;

    Reports(RedisLink redis) {
        this.redis = redis;
    }

    /** Status by service and instance; empty if Redis is unavailable. */
    Optional<Map<String, Map<String, String>>> read() throws InterruptedException {
        Optional<Map<String, Map<String, String>>> now = readFromRedis();
        failuresInARow = now.isPresent() ? 0 : failuresInARow + 1;
        if (now.isPresent() || failuresInARow >= OUTAGE_FAILURES) {
            last = now;
        }
        return last;
    }

    /** The worst status of a service's instances, or {@link #MISSING}; without instance names, which are host names. */
    static Map<String, String> byService(Map<String, Map<String, String>> reports) {
        Map<String, String> services = new TreeMap<>();
        reports.forEach((service, instances) -> services.put(
                service,
                instances.values().stream()
                        .reduce((one, other) -> severity(one) < severity(other) ? other : one)
                        .orElse(MISSING)));
        return services;
    }

    private static int severity(String status) {
        int known = BY_SEVERITY.indexOf(status);
        return known < 0 ? BY_SEVERITY.size() : known;
    }

    private Optional<Map<String, Map<String, String>>> readFromRedis() throws InterruptedException {
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
            LOG.atDebug().setCause(e).log("cannot read the health reports from Redis");
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
                // If the instance was only slow, its next heartbeat adds it again.
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
