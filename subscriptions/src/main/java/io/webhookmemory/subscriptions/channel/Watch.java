package io.webhookmemory.subscriptions.channel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The operations of a module that Zoho reports.
 *
 * @param module Zoho's name of it, such as {@code Deals}
 * @param operations some of {@code create}, {@code edit} and {@code delete}, sorted
 */
public record Watch(String module, List<String> operations) {
    private static final List<String> ALL = List.of("create", "delete", "edit");
    private static final Set<String> KNOWN = Set.of("create", "delete", "edit", "all");
    private static final String EVENT = "[A-Za-z][A-Za-z0-9_]{0,99}\\.\\w+";

    public Watch {
        operations = List.copyOf(new TreeSet<>(operations));
    }

    public static Watch all(String module) {
        return new Watch(module, ALL);
    }

    /**
     * @param events such as {@code Deals.edit} or {@code Deals.all}
     * @throws IllegalArgumentException naming the first invalid one
     */
    public static List<Watch> of(List<String> events) {
        Map<String, List<String>> operations = new LinkedHashMap<>();
        for (String event : events) {
            String operation = event.substring(event.indexOf('.') + 1);
            if (!event.matches(EVENT) || !KNOWN.contains(operation)) {
                throw new IllegalArgumentException(event + " is none of Module.create, .edit, .delete and .all");
            }
            operations
                    .computeIfAbsent(event.substring(0, event.indexOf('.')), module -> new ArrayList<>())
                    .addAll(operation.equals("all") ? ALL : List.of(operation));
        }
        return operations.entrySet().stream()
                .map(watch -> new Watch(watch.getKey(), watch.getValue()))
                .toList();
    }

    /** In Zoho's format, such as {@code Deals.edit}. */
    public List<String> events() {
        return operations.stream().map(operation -> module + "." + operation).toList();
    }

    @Override
    public String toString() {
        return module + " (" + String.join(", ", operations) + ")";
    }
}
