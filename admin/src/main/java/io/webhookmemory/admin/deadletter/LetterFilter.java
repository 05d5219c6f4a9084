package io.webhookmemory.admin.deadletter;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which dead letters are meant: those that satisfy every condition; an empty one is satisfied by all.
 *
 * @param ids as {@code partition:offset}
 * @param modules in upper or lower case
 * @param records record ids, or dataset names
 * @param since put aside then or later
 * @param until put aside before
 */
public record LetterFilter(
        Set<String> ids,
        Set<String> reasons,
        Set<String> modules,
        Set<String> accounts,
        Set<String> records,
        Optional<Instant> since,
        Optional<Instant> until) {

    public LetterFilter {
        ids = Set.copyOf(ids);
        reasons = Set.copyOf(reasons);
        modules = Set.copyOf(modules);
        accounts = Set.copyOf(accounts);
        records = Set.copyOf(records);
    }

    public boolean matches(DeadLetter letter) {
        return isIn(ids, letter.id())
                && isIn(reasons, letter.reason())
                && isOfModules(letter)
                && isIn(accounts, letter.event().map(event -> event.accountId()).orElse(null))
                && isIn(records, letter.key())
                && since.map(time -> !letter.at().isBefore(time)).orElse(true)
                && until.map(time -> letter.at().isBefore(time)).orElse(true);
    }

    /** Whether every letter is meant. */
    public boolean isEmpty() {
        return ids.isEmpty()
                && reasons.isEmpty()
                && modules.isEmpty()
                && accounts.isEmpty()
                && records.isEmpty()
                && since.isEmpty()
                && until.isEmpty();
    }

    private boolean isOfModules(DeadLetter letter) {
        return modules.isEmpty()
                || letter.event()
                        .filter(event -> modules.stream().anyMatch(event.module()::equalsIgnoreCase))
                        .isPresent();
    }

    private static boolean isIn(Set<String> wanted, String value) {
        return wanted.isEmpty() || (value != null && wanted.contains(value));
    }
}
