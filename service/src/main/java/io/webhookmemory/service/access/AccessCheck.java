package io.webhookmemory.service.access;

import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.lifecycle.StartupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks Kafka whether a login has the rights that a service needs. So all missing rights are reported together at the
 * start, and not one by one by the first events that need them. Brokers report rights to topics and groups; missing
 * rights to prefixes and transactional ids only show in use. On a cluster without an authorizer everything is allowed.
 */
public final class AccessCheck {
    private AccessCheck() {}

    /**
     * The first request of a starting service to Kafka. It waits until Kafka responds.
     *
     * @throws StartupException naming every missing right, or why Kafka does not report them; after half a minute if
     *     Kafka does not respond
     */
    public static void require(KafkaSettings kafka, List<AccessRule> rules) {
        List<String> missing = new ArrayList<>();
        try {
            KafkaProblem.awaitReachable(kafka);
        } catch (KafkaProblem e) {
            throw new StartupException(e.getMessage(), e);
        }
        try (Admin admin = Clients.admin(kafka)) {
            Map<String, KafkaFuture<TopicDescription>> topics = admin.describeTopics(
                            names(rules, "topic"), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .topicNameValues();
            Map<String, KafkaFuture<ConsumerGroupDescription>> groups = admin.describeConsumerGroups(
                            names(rules, "group"),
                            new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                    .describedGroups();
            for (AccessRule rule : rules) {
                if (!rule.prefixed() && rule.resource().equals("topic")) {
                    missing.addAll(
                            missing(rule, operations(topics.get(rule.name()), TopicDescription::authorizedOperations)));
                } else if (!rule.prefixed() && rule.resource().equals("group")) {
                    missing.addAll(missing(
                            rule, operations(groups.get(rule.name()), ConsumerGroupDescription::authorizedOperations)));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while waiting for Kafka", e);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            throw new StartupException(KafkaProblem.of(kafka, e).getMessage(), e);
        }
        if (!missing.isEmpty()) {
            throw new StartupException("Kafka does not allow " + String.join(", ", missing)
                    + "; \"topics acls\" prints what is needed (brokers: " + kafka.bootstrapServers() + ")");
        }
    }

    private static Set<String> names(List<AccessRule> rules, String resource) {
        return rules.stream()
                .filter(rule -> rule.resource().equals(resource) && !rule.prefixed())
                .map(AccessRule::name)
                .collect(java.util.stream.Collectors.toSet());
    }

    private interface Operations<T> {
        Set<AclOperation> of(T description);
    }

    /** The allowed operations; all operations if the resource does not exist yet. */
    private static <T> Set<AclOperation> operations(KafkaFuture<T> described, Operations<T> operations)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            Set<AclOperation> allowed =
                    operations.of(described.get(Clients.ADMIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
            return allowed == null ? Set.of(AclOperation.values()) : allowed;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Set.of();
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof GroupIdNotFoundException) {
                return Set.of(AclOperation.values());
            }
            throw e;
        }
    }

    private static List<String> missing(AccessRule rule, Set<AclOperation> allowed) {
        return rule.operations().stream()
                .filter(operation -> !allowed.contains(enumerated(operation)))
                .map(operation -> operation + " on " + rule.resource() + " " + rule.name())
                .toList();
    }

    // kafka-acls prints DescribeConfigs, the enumeration has DESCRIBE_CONFIGS.
    private static AclOperation enumerated(String operation) {
        return AclOperation.valueOf(
                operation.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
    }
}
