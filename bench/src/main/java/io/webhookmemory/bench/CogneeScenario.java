package io.webhookmemory.bench;

import io.webhookmemory.cognee.AddResult;
import io.webhookmemory.cognee.DocumentMetadata;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.NewDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Adds, replacements and listings in one dataset as it grows, through the sink's client. Baseline: the same calls of the
 * bare API, taken in turns with the client's.
 */
final class CogneeScenario {
    private static final int FILL = 50;

    private final Memory client;
    private final BareCognee bare;
    private final int rounds;
    private final String dataset = "bench_" + Long.toHexString(System.nanoTime());
    private final List<String> dataIds = new ArrayList<>();
    private int revision;

    CogneeScenario(Memory client, String url, int rounds) {
        this.client = client;
        this.bare = new BareCognee(url);
        this.rounds = rounds;
    }

    MarkdownTable run(List<Integer> sizes) {
        MarkdownTable table =
                new MarkdownTable("documents", "what", "client, ms", "bare API, ms", "client, documents/s");
        try {
            for (int size : sizes) {
                fillTo(size);
                for (int batch : new int[] {1, 10, 50}) {
                    row(table, size, "add of " + batch, batch, i -> add(batch), i -> addBare(batch));
                }
                row(table, size, "delete and add, oldest", 1, i -> replace(2 * i), i -> replaceBare(2 * i + 1));
                int middle = size / 2;
                row(
                        table,
                        size,
                        "delete and add, middle",
                        1,
                        i -> replace(middle + 2 * i),
                        i -> replaceBare(middle + 2 * i + 1));
                int newest = size - 2 * rounds;
                row(
                        table,
                        size,
                        "delete and add, newest",
                        1,
                        i -> replace(newest + 2 * i),
                        i -> replaceBare(newest + 2 * i + 1));
                row(table, size, "list all", 1, i -> client.list(dataset), i -> bare.list());
            }
        } finally {
            client.deleteDataset(dataset);
        }
        return table;
    }

    private interface Round {
        void run(int number);
    }

    private void row(MarkdownTable table, int size, String what, int documents, Round ours, Round baseline) {
        double[] client = new double[rounds];
        double[] plain = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            plain[i] = millis(baseline, i);
            client[i] = millis(ours, i);
        }
        double median = median(client);
        table.row(
                String.valueOf(size),
                what,
                "%.0f".formatted(median),
                "%.0f".formatted(median(plain)),
                "%.1f".formatted(documents * 1000 / median));
    }

    private static double millis(Round round, int number) {
        long begin = System.nanoTime();
        round.run(number);
        return (System.nanoTime() - begin) / 1e6;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private void fillTo(int size) {
        while (dataIds.size() < size) {
            add(Math.min(FILL, size - dataIds.size()));
        }
    }

    private void add(int documents) {
        AddResult result = client.add(dataset, next(documents));
        dataIds.addAll(((AddResult.Added) result).dataIds());
    }

    private void addBare(int documents) {
        dataIds.addAll(bare.add(dataset, next(documents)));
    }

    private List<NewDocument> next(int documents) {
        int from = dataIds.size();
        return IntStream.range(from, from + documents).mapToObj(this::document).toList();
    }

    private void replace(int index) {
        client.delete(dataset, dataIds.get(index));
        revision++;
        AddResult result = client.add(dataset, List.of(document(index)));
        dataIds.set(index, ((AddResult.Added) result).dataIds().get(0));
    }

    private void replaceBare(int index) {
        bare.delete(dataIds.get(index));
        revision++;
        dataIds.set(index, bare.add(dataset, List.of(document(index))).get(0));
    }

    private NewDocument document(int index) {
        String id = Webhooks.recordId(index);
        return new NewDocument(
                "Deals_" + id + ".txt",
                "Deals " + id + "\nRevision: " + revision + "\nDescription: " + "much to say ".repeat(50),
                new DocumentMetadata("Deals", id, Instant.EPOCH, "0".repeat(64)));
    }
}
