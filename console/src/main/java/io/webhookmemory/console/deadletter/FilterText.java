package io.webhookmemory.console.deadletter;

import io.webhookmemory.admin.deadletter.DeadLetterFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A filter in words. */
final class FilterText {
    private static final int MAX_IDS = 20;

    private FilterText() {}

    static String of(DeadLetterFilter filter) {
        List<String> parts = new ArrayList<>();
        add(parts, "id", filter.ids());
        add(parts, "reason", filter.reasons());
        add(parts, "module", filter.modules());
        add(parts, "account", filter.accounts());
        add(parts, "record", filter.records());
        filter.since().ifPresent(time -> parts.add("since " + time));
        filter.until().ifPresent(time -> parts.add("before " + time));
        return parts.isEmpty() ? "all" : String.join(", ", parts);
    }

    private static void add(List<String> parts, String name, Collection<String> values) {
        if (!values.isEmpty()) {
            List<String> shown = values.stream().sorted().limit(MAX_IDS).toList();
            String more = values.size() > MAX_IDS ? " and " + (values.size() - MAX_IDS) + " more" : "";
            parts.add(name + " " + String.join(" or ", shown) + more);
        }
    }
}
