package io.webhookmemory.processor.topology;

import io.webhookmemory.processor.record.AccountFinder;
import io.webhookmemory.processor.record.Filing;
import io.webhookmemory.processor.record.RecordState;
import io.webhookmemory.processor.record.Told;
import io.webhookmemory.topics.wire.Headers;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Tracks links between records, and sends the messages between them: a child tells its parents that it is linked, a
 * parent tells its children its account whenever it changes. So a child's account is eventually right, whichever of the
 * two arrives first.
 *
 * <p>The store has a key {@code parent/child} for each link to a record of this partition.
 */
final class Links {
    static final String CHILDREN_STORE = "children";

    /**
     * The maximum number of links that a message about an account travels. A note on a task of a deal needs two. Only
     * records that are linked in a circle need more; without a limit, their messages would never end.
     */
    private static final int MAX_HOPS = 5;

    private static final char SEPARATOR = '/';
    private static final byte[] PRESENT = {1};
    private static final StringSerializer KEYS = new StringSerializer();

    private final ProcessorContext<String, byte[]> context;
    private final AccountFinder accounts;
    private final KeyValueStore<String, byte[]> children;

    Links(ProcessorContext<String, byte[]> context, AccountFinder accounts) {
        this.context = context;
        this.accounts = accounts;
        this.children = context.getStateStore(CHILDREN_STORE);
    }

    /**
     * Tells parents and children about a change of a record.
     *
     * @param cause the record that caused the change; its key is the changed record's id
     * @param before null if nothing was known
     */
    void changed(Record<String, ?> cause, RecordState before, RecordState after, LinkMessage.Cause event, int hops) {
        String id = cause.key();
        Set<String> old = parents(before);
        Set<String> now = parents(after);
        now.stream()
                .filter(parent -> !old.contains(parent))
                .forEach(parent -> send(cause, parent, LinkMessage.linked(id, event)));
        old.stream()
                .filter(parent -> !now.contains(parent))
                .forEach(parent -> send(cause, parent, LinkMessage.unlinked(id, event)));
        Told told = accounts.toChildren(after);
        if (hops < MAX_HOPS && !told.equals(accounts.toChildren(before))) {
            tellChildren(cause, LinkMessage.account(id, told, hops + 1, event));
        }
    }

    /**
     * Tells the parents of a record whose state is gone that it is not linked any more. Its children are told nothing:
     * they keep the account that it told them while it was known.
     *
     * @param before null if nothing was known
     */
    void forgotten(Record<String, ?> cause, RecordState before, LinkMessage.Cause event) {
        parents(before).forEach(parent -> send(cause, parent, LinkMessage.unlinked(cause.key(), event)));
    }

    /** Adds a child, and tells it the account if it is known. */
    void linked(Record<String, ?> cause, String child, RecordState parent, LinkMessage.Cause event) {
        children.put(cause.key() + SEPARATOR + child, PRESENT);
        Told told = accounts.toChildren(parent);
        if (told.known()) {
            send(cause, child, LinkMessage.account(cause.key(), told, 1, event));
        }
    }

    void unlinked(String parent, String child) {
        children.delete(parent + SEPARATOR + child);
    }

    private void tellChildren(Record<String, ?> cause, LinkMessage news) {
        String prefix = cause.key() + SEPARATOR;
        try (KeyValueIterator<String, byte[]> links = children.prefixScan(prefix, KEYS)) {
            while (links.hasNext()) {
                KeyValue<String, byte[]> link = links.next();
                send(cause, link.key.substring(prefix.length()), news);
            }
        }
    }

    private void send(Record<String, ?> cause, String to, LinkMessage message) {
        context.forward(
                new Record<>(to, LinkMessage.SERDE.toBytes(message), cause.timestamp(), headers(cause)),
                ProcessorTopology.LINKS_SINK);
    }

    /** The headers that an event takes from the record that caused it. */
    static RecordHeaders headers(Record<String, ?> cause) {
        RecordHeaders headers = new RecordHeaders();
        for (String name : Set.of(Headers.TRACEPARENT, Headers.REPLAY_ID)) {
            Headers.get(cause.headers(), name).ifPresent(value -> Headers.put(headers, name, value));
        }
        return headers;
    }

    private static Set<String> parents(RecordState state) {
        Filing filing = state == null ? null : state.filing();
        return filing == null ? Set.of() : filing.parents().keySet();
    }
}
