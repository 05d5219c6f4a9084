package io.webhookmemory.processor.record;

import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.crm.AccountLinks;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the account of a record: in the record itself, else in what its parents have told, else in the directory. What
 * a parent told takes precedence over the directory, which may be behind. The directory's entry of the record itself
 * only counts while the record's events do not say what it is linked to.
 */
public final class AccountFinder {
    private final AccountLinks links;

    public AccountFinder(AccountLinks links) {
        this.links = links;
    }

    /** How an account was found; the names are metric tags. */
    public enum Source {
        PAYLOAD,
        PARENT,
        DIRECTORY,
        UNRESOLVED
    }

    public record Found(Filing filing, Source source) {}

    /** @param directory gives a record id's entry, or null */
    public Found find(String module, String recordId, RecordState state, Function<String, DirectoryEntry> directory) {
        Optional<String> named = links.named(module, recordId, state.data());
        if (named.isPresent()) {
            return new Found(new Filing(module, named.get(), Map.of()), Source.PAYLOAD);
        }
        Map<String, Told> parents = parents(recordId, state);
        for (Map.Entry<String, Told> parent : parents.entrySet()) {
            Told told = parent.getValue();
            String account = told.known() ? told.account() : accountOf(parent.getKey(), directory);
            if (account != null) {
                return new Found(new Filing(module, account, parents), told.known() ? Source.PARENT : Source.DIRECTORY);
            }
        }
        String account = saysLinks(module, state) ? null : accountOf(recordId, directory);
        return new Found(new Filing(module, account, parents), account == null ? Source.UNRESOLVED : Source.DIRECTORY);
    }

    /**
     * What a record tells those that are linked to it.
     *
     * @param state null where nothing is known of it
     */
    public Told toChildren(RecordState state) {
        if (state == null || state.filing() == null) {
            return Told.UNKNOWN;
        }
        Filing filing = state.filing();
        return new Told(filing.account() != null || saysLinks(filing.module(), state), filing.account());
    }

    /** Whether an event's record has a link whose id is none. */
    public boolean hasBadLink(WebhookEvent event) {
        return links.hasBadLink(event.module(), event.recordData());
    }

    private boolean saysLinks(String module, RecordState state) {
        for (String field : links.fields(module)) {
            if (state.says(field)) {
                return true;
            }
        }
        return false;
    }

    /** In the order in which they count. */
    private Map<String, Told> parents(String recordId, RecordState state) {
        Map<String, Told> before =
                state.filing() == null ? Map.of() : state.filing().parents();
        Map<String, Told> parents = new LinkedHashMap<>();
        for (AccountLinks.Relative relative : links.relatives(state.data())) {
            String parent = relative.recordId();
            if (!parent.equals(recordId)) {
                parents.put(parent, before.getOrDefault(parent, Told.UNKNOWN));
            }
        }
        return parents;
    }

    private static String accountOf(String recordId, Function<String, DirectoryEntry> directory) {
        DirectoryEntry entry = directory.apply(recordId);
        return entry == null ? null : entry.accountId();
    }
}
