package io.webhookmemory.e2e.faults;

import io.webhookmemory.testkit.cognee.CogneeDouble.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether memory holds every record that exists, once, in its newest state, and no other. */
final class MemoryCheck {
    private static final Pattern TEXT = Pattern.compile("\\btext\\d+x\\d+\\b");

    private MemoryCheck() {}

    /** What is wrong; empty if nothing is. */
    static List<String> differences(Map<String, ExpectedDocument> expected, Collection<Document> documents) {
        Map<String, List<ExpectedDocument>> actual = documents.stream()
                .collect(Collectors.groupingBy(
                        Document::name, TreeMap::new, Collectors.mapping(MemoryCheck::read, Collectors.toList())));
        List<String> differences = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(expected.keySet());
        names.addAll(actual.keySet());
        for (String name : names) {
            List<ExpectedDocument> wanted = expected.containsKey(name) ? List.of(expected.get(name)) : List.of();
            List<ExpectedDocument> found = actual.getOrDefault(name, List.of());
            if (!found.equals(wanted)) {
                differences.add("memory holds %s as %s, not %s".formatted(name, found, wanted));
            }
        }
        return differences;
    }

    private static ExpectedDocument read(Document document) {
        return new ExpectedDocument(
                document.dataset(),
                TEXT.matcher(document.text())
                        .results()
                        .map(MatchResult::group)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }
}
