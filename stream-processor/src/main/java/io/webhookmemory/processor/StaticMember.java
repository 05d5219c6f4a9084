package io.webhookmemory.processor;

import io.webhookmemory.service.ServiceSettings;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream thread as a static member of the group. A static member does not leave the group when it stops, so that it
 * gets its partitions back after a restart. A failed thread does not come back, and its replacement is another member:
 * unless the failed member leaves, its partitions stop until the session times out.
 */
record StaticMember(String groupInstanceId) {
    private static final Logger LOG = LoggerFactory.getLogger(StaticMember.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Kafka Streams numbers its threads at the end of their names, and their group instance ids in the same way. */
    static StaticMember ofThread(String threadName, ServiceSettings service) {
        return new StaticMember(service.instance() + threadName.substring(threadName.lastIndexOf('-')));
    }

    /**
     * Removes an instance's members from the group if they belong to a version that read other topics. A static member
     * that returns within its session gets its old partitions without a new assignment, and would never read the new
     * topics. Call it before the instance's threads join.
     *
     * @param topics all topics that this version reads
     */
    static void leaveOldTopics(ServiceSettings service, Set<String> topics) {
        try (Admin admin = Admin.create(service.kafka().forAdmin(Map.of()))) {
            admin
                    .describeConsumerGroups(List.of(Topics.PROCESSOR_GROUP))
                    .describedGroups()
                    .get(Topics.PROCESSOR_GROUP)
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .members()
                    .stream()
                    .filter(member -> readsOther(member, topics))
                    .flatMap(member -> member.groupInstanceId().stream())
                    .filter(member -> member.matches(Pattern.quote(service.instance()) + "-\\d+"))
                    .forEach(member -> new StaticMember(member).leave(service.kafka()));
        } catch (ExecutionException | TimeoutException e) {
            // Without a group there are no members to remove.
            LOG.atDebug().setCause(e).log("group not described");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean readsOther(MemberDescription member, Set<String> topics) {
        Set<String> read = member.assignment().topicPartitions().stream()
                .map(TopicPartition::topic)
                .collect(Collectors.toSet());
        return !read.isEmpty() && !read.equals(topics);
    }

    /** Removes the member from the group; if that fails, its session times out. */
    void leave(KafkaSettings kafka) {
        RemoveMembersFromConsumerGroupOptions member =
                new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove(groupInstanceId)));
        member.reason("its thread failed, or reads other topics now");
        try (Admin admin = Admin.create(kafka.forAdmin(Map.of()))) {
            admin.removeMembersFromConsumerGroup(Topics.PROCESSOR_GROUP, member)
                    .all()
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().setCause(e).addKeyValue("member", groupInstanceId).log("member remains in the group");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
