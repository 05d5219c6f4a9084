package io.webhookmemory.service.access;

import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.TopicSpec;
import io.webhookmemory.topics.catalogue.Topics;
import java.util.ArrayList;
import java.util.List;

/**
 * The rights that each service needs, and no others. {@code Read} and {@code Write} imply {@code Describe}; writing to
 * any topic implies the idempotent producer.
 */
public final class AccessList {
    public static final String INGRESS = "ingress";
    public static final String SUBSCRIPTIONS = "subscriptions";
    public static final String STREAM_PROCESSOR = "stream-processor";
    public static final String MEMORY_SINK = "memory-sink";

    private final TopicCatalogue catalogue;
    private final List<AccessRule> rules = new ArrayList<>();

    private AccessList(TopicCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** The rights of all services and of the command line. */
    public static List<AccessRule> of(TopicCatalogue catalogue) {
        AccessList list = new AccessList(catalogue);
        list.ingress();
        list.subscriptions();
        list.streamProcessor();
        list.memorySink();
        list.admin();
        return List.copyOf(list.rules);
    }

    /** The rights of one service. */
    public static List<AccessRule> of(TopicCatalogue catalogue, String service) {
        return of(catalogue).stream()
                .filter(rule -> rule.service().equals(service))
                .toList();
    }

    private void ingress() {
        String service = INGRESS;
        lookAtCatalogue(service);
        topics(service, List.of(Topics.WEBHOOKS, Topics.REJECTED), "Write");
        // The backlog in /webhooks/health is the lag of these groups.
        groups(service, List.of(Topics.PROCESSOR_GROUP, Topics.SINK_GROUP), "Describe");
    }

    private void subscriptions() {
        String service = SUBSCRIPTIONS;
        lookAtCatalogue(service);
        // The leader is the instance that owns partition 0. It commits how far it swept.
        topics(service, List.of(Topics.WEBHOOKS), "Read", "Write");
        groups(service, List.of(Topics.SUBSCRIPTIONS_GROUP), "Read");
        // The import keeps its positions in these groups, and waits while the pipeline has a backlog.
        rules.add(new AccessRule(service, "group", Topics.IMPORT_GROUP_PREFIX, true, List.of("Read")));
        groups(service, List.of(Topics.PROCESSOR_GROUP, Topics.SINK_GROUP), "Describe");
    }

    private void streamProcessor() {
        String service = STREAM_PROCESSOR;
        lookAtCatalogue(service);
        topics(service, List.of(Topics.WEBHOOKS, Topics.DIRECTORY), "Read");
        topics(service, modules(), "Write");
        topics(service, List.of(Topics.REJECTED), "Write");
        topics(service, List.of(Topics.LINKS), "Read", "Write");
        groups(service, List.of(Topics.PROCESSOR_GROUP), "Read");
        // Kafka Streams creates, writes and restores the changelogs of its stores under this prefix.
        rules.add(new AccessRule(
                service,
                "topic",
                Topics.PROCESSOR_GROUP + "-",
                true,
                List.of("Create", "Describe", "DescribeConfigs", "Read", "Write")));
        transactions(service, Topics.PROCESSOR_GROUP + "-");
    }

    private void memorySink() {
        String service = MEMORY_SINK;
        lookAtCatalogue(service);
        // The sink writes verify events for a record's owner and, with Zoho credentials, refresh events.
        topics(service, modules(), "Read", "Write");
        topics(service, retries(), "Read", "Write");
        topics(service, List.of(Topics.COGNIFY, Topics.DIRECTORY), "Read", "Write");
        topics(service, List.of(Topics.DLT), "Read", "Write");
        topics(service, List.of(Topics.DLT_HANDLED), "Read");
        groups(service, List.of(Topics.SINK_GROUP, Topics.COGNIFY_GROUP), "Read");
        // The transactional id of an instance: group and instance name. The group's membership fences its writes.
        transactions(service, Topics.SINK_GROUP + "-");
    }

    private void admin() {
        String service = "admin";
        for (TopicSpec topic : catalogue.topics()) {
            rules.add(new AccessRule(
                    service,
                    "topic",
                    topic.name(),
                    false,
                    List.of("Create", "Alter", "AlterConfigs", "Describe", "DescribeConfigs")));
        }
        topics(service, List.of(Topics.DLT, Topics.DIRECTORY, Topics.REJECTED), "Read");
        topics(service, List.of(Topics.WEBHOOKS, Topics.DLT_HANDLED), "Read", "Write");
        topics(service, List.of(Topics.COGNIFY), "Write");
        topics(service, modules(), "Read");
        topics(service, retries(), "Read");
        // A trace compares an event's position with theirs.
        groups(service, List.of(Topics.PROCESSOR_GROUP, Topics.SINK_GROUP), "Describe");
        rules.add(new AccessRule(service, "group", "admin-replay-", true, List.of("Read")));
        transactions(service, "admin-");
    }

    /** Every service compares the topics with the catalogue at the start. */
    private void lookAtCatalogue(String service) {
        topics(service, catalogue.topics().stream().map(TopicSpec::name).toList(), "Describe", "DescribeConfigs");
    }

    private void topics(String service, List<String> names, String... operations) {
        names.forEach(name -> rules.add(new AccessRule(service, "topic", name, false, List.of(operations))));
    }

    private void groups(String service, List<String> names, String... operations) {
        names.forEach(name -> rules.add(new AccessRule(service, "group", name, false, List.of(operations))));
    }

    private void transactions(String service, String prefix) {
        rules.add(new AccessRule(service, "transactional-id", prefix, true, List.of("Describe", "Write")));
    }

    private List<String> modules() {
        return Topics.ofModules(catalogue.settings().modules());
    }

    private List<String> retries() {
        return Topics.retries(catalogue.settings().retryTiers());
    }
}
