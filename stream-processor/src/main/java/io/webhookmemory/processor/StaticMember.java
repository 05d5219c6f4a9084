package io.webhookmemory.processor;

import io.webhookmemory.service.ServiceSettings;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream thread as a static member of the group. Such a member says no good-bye, so that it finds its partitions again
 * after a restart. A thread that failed does not come back, and the one in its place is another member: without this its
 * partitions would stand still until the session times out.
 */
record StaticMember(String groupInstanceId) {
    private static final Logger LOG = LoggerFactory.getLogger(StaticMember.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Kafka Streams numbers its threads at the end of their names, and their group instance ids likewise. */
    static StaticMember ofThread(String threadName, ServiceSettings service) {
        return new StaticMember(service.instance() + threadName.substring(threadName.lastIndexOf('-')));
    }

    /** Takes the member out of the group; where that fails, its session times out. */
    void leave(KafkaSettings kafka) {
        RemoveMembersFromConsumerGroupOptions member =
                new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove(groupInstanceId)));
        member.reason("its thread failed");
        try (Admin admin = Admin.create(kafka.forAdmin(Map.of()))) {
            admin.removeMembersFromConsumerGroup(Topics.PROCESSOR_GROUP, member)
                    .all()
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().setCause(e).addKeyValue("member", groupInstanceId).log("failed thread remains in the group");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
