package io.webhookmemory.admin.deadletter;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Selects the dead letters that satisfy every condition; an empty condition is satisfied by all.
 *
 * @param ids as {@code partition:offset}
 * @param modules case does not matter
 * @param records record ids, or dataset names
 * @param since dead-lettered then or later
 * @param until dead-lettered before
 */
public record DeadLetterFilter(
        Set<String> ids,
        Set<String> reasons,
        Set<String> modules,
        Set<String> accounts,
        Set<String> records,
        Optional<Instant> since,
        Optional<Instant> until) {

    public DeadLetterFilter {
        ids = Set.copyOf(ids);
        reasons = Set.copyOf(reasons);
        modules = Set.copyOf(modules);
        accounts = Set.copyOf(accounts);
        records = Set.copyOf(records);
    }

    public boolean matches(DeadLetter deadLetter) {
        return isIn(ids, deadLetter.id())
                && isIn(reasons, deadLetter.reason())
                && isOfModules(deadLetter)
                && isIn(
                        accounts,
                        deadLetter.event().map(event -> event.accountId()).orElse(null))
                && isIn(records, deadLetter.key())
                && since.map(time -> !deadLetter.at().isBefore(time)).orElse(true)
                && until.map(time -> deadLetter.at().isBefore(time)).orElse(true);
    }

    /** Whether the filter selects every dead letter. */
    public boolean isEmpty() {
        return ids.isEmpty()
                && reasons.isEmpty()
                && modules.isEmpty()
                && accounts.isEmpty()
                && records.isEmpty()
                && since.isEmpty()
                && until.isEmpty();
    }

    private boolean isOfModules(DeadLetter deadLetter) {
        return modules.isEmpty()
                || deadLetter
                        .event()
                        .filter(event -> modules.stream().anyMatch(event.module()::equalsIgnoreCase))
                        .isPresent();
    }

    private static boolean isIn(Set<String> wanted, String value) {
        return wanted.isEmpty() || (value != null && wanted.contains(value));
    }
}
