package io.webhookmemory.sink.consume;

import java.time.Duration;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits finished records, and thereby proves the membership: if there is nothing new to commit, it commits a position
 * again before the last proof gets too old. Only the polling thread uses it.
 */
final class OffsetCommits {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetCommits.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_PROOF_INTERVAL = Duration.ofSeconds(3);

    private final String group;
    private final Consumer<?, ?> consumer;
    private final Assignment assignment;
    private final Duration proofInterval;
    private long last = System.nanoTime();
    private boolean pending;
    private boolean failing;

    OffsetCommits(String group, Consumer<?, ?> consumer, Assignment assignment, Duration sessionTimeout) {
        this.group = group;
        this.consumer = consumer;
        this.assignment = assignment;
        Duration tenth = sessionTimeout.dividedBy(10);
        this.proofInterval = tenth.compareTo(LONGEST_PROOF_INTERVAL) < 0 ? tenth : LONGEST_PROOF_INTERVAL;
    }

    /** Commits if a commit is due, without waiting for Kafka's response. */
    void commitWhereDue(Membership membership) {
        boolean proofIsDue = isProofDue(membership);
        if (pending || (!proofIsDue && System.nanoTime() - last < INTERVAL.toNanos())) {
            return;
        }
        last = System.nanoTime();
        Assignment.PendingCommit commit = assignment.toCommit(consumer::position, proofIsDue);
        if (commit.offsets().isEmpty()) {
            return;
        }
        pending = true;
        Membership.Moment sent = membership.now();
        try {
            consumer.commitAsync(commit.offsets(), (committed, error) -> {
                pending = false;
                if (error == null) {
                    succeeded(commit, membership, sent);
                } else {
                    failed(commit, error);
                }
            });
        } catch (KafkaException e) {
            pending = false;
            failed(commit, e);
            throw e;
        }
    }

    /** Whether everything finished is committed. */
    boolean areDone() {
        return !pending && assignment.isCommitted(consumer::position);
    }

    boolean isProofDue(Membership membership) {
        return membership.age().compareTo(proofInterval) >= 0;
    }

    /** Commits and waits for Kafka's response, a few seconds at most. */
    void commitNow(Membership membership) {
        Assignment.PendingCommit commit = assignment.toCommit(consumer::position, isProofDue(membership));
        if (commit.offsets().isEmpty()) {
            return;
        }
        Membership.Moment sent = membership.now();
        try {
            consumer.commitSync(commit.offsets(), LIMIT);
            succeeded(commit, membership, sent);
        } catch (KafkaException e) {
            failed(commit, e);
        }
    }

    private void succeeded(Assignment.PendingCommit commit, Membership membership, Membership.Moment sent) {
        commit.succeeded();
        membership.proven(sent);
        if (failing) {
            failing = false;
            LOG.atInfo().addKeyValue("group", group).log("offsets are committed again");
        }
    }

    // The records stay uncommitted and at worst are read again.
    private void failed(Assignment.PendingCommit commit, Exception error) {
        commit.failed();
        if (error instanceof RebalanceInProgressException || error instanceof CommitFailedException) {
            LOG.atDebug().addKeyValue("group", group).log("commit skipped: the group is rebalancing");
        } else if (!failing) {
            failing = true;
            LOG.atWarn().setCause(error).addKeyValue("group", group).log("commit failed, retrying");
        }
    }
}
