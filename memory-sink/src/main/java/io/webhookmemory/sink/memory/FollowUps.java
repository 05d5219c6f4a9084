package io.webhookmemory.sink.memory;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.JsonSerde;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Creates the follow-up writes of a change of memory. Thread-safe. */
final class FollowUps {
    private static final JsonSerde<CognifyRequest> REQUESTS = JsonSerde.cognifyRequest();

    private final Refreshes refreshes;
    private final Clock clock;

    FollowUps(Refreshes refreshes, Clock clock) {
        this.refreshes = refreshes;
        this.clock = clock;
    }

    /** Requests for graphs. */
    List<ProducerRecord<String, byte[]>> ofDirty(Attempt attempt) {
        WebhookEvent event = attempt.change().event();
        return attempt.dirty().stream()
                .map(dataset -> new CognifyRequest(dataset, event.urgent(), clock.instant()))
                .map(request -> new ProducerRecord<String, byte[]>(
                        Topics.COGNIFY, request.dataset(), REQUESTS.toBytes(request)))
                .toList();
    }

    /** Requests for graphs, then refresh events of accounts, then the directory. */
    List<ProducerRecord<String, byte[]>> of(Attempt attempt, Known before, ProducerRecord<String, byte[]> directory) {
        WebhookEvent event = attempt.change().event();
        Set<String> accounts = new LinkedHashSet<>();
        accounts.add(event.accountId());
        before.document().map(Place::accountId).ifPresent(accounts::add);
        accounts.remove(null);
        List<ProducerRecord<String, byte[]>> followUps = new ArrayList<>(ofDirty(attempt));
        followUps.addAll(refreshes.ofAccounts(event, accounts));
        followUps.add(directory);
        return followUps;
    }
}
