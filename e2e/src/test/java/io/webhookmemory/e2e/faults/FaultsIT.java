package io.webhookmemory.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.e2e.faults.Trial.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Faults of the catalogue, mixed as a seed says: {@code -Dfaults.seed=N}. By default, some minutes of it; with {@code
 * -Dfaults.minutes=M}, rounds until the time is up: the catalogue one by one, then mixed, and so on; the faults last up to a
 * minute. The processes' logs and the table are in {@code target/faults}.
 */
class FaultsIT {
    private static final long SEED = Long.getLong("faults.seed", 1);
    private static final int MINUTES = Integer.getInteger("faults.minutes", 0);
    private static final int AT_ONCE = 3;
    private static final int ROUNDS_OF_THE_BUILD = 7;
    /** Longer than the session timeout: the group goes on without a frozen member. */
    private static final Duration SHORT = Deployment.SESSION_TIMEOUT.plusSeconds(2);

    private static final int LONGEST_SECONDS = 60;

    private final Random random = new Random(SEED);
    private final FaultTable table = new FaultTable(SEED);
    private final Path directory = empty(Path.of("target", "faults"));

    @Test
    void whatever_fails_memory_and_topics_end_as_the_senders_know() throws IOException {
        Instant end = Instant.now().plus(Duration.ofMinutes(MINUTES));
        try (Trial trial = new Trial(directory, SEED)) {
            boolean mixed = MINUTES == 0;
            do {
                List<List<Fault>> rounds = mixed ? mixed(trial) : alone(trial);
                for (List<Fault> faults : MINUTES > 0 ? rounds : rounds.subList(0, ROUNDS_OF_THE_BUILD)) {
                    play(trial, faults);
                    if (MINUTES > 0 && Instant.now().isAfter(end)) {
                        break;
                    }
                }
                mixed = !mixed;
            } while (Instant.now().isBefore(end));
        } finally {
            Files.writeString(directory.resolve("table.md"), table.toString());
        }
    }

    private static Path empty(Path directory) {
        try {
            Files.createDirectories(directory);
            try (Stream<Path> old = Files.list(directory)) {
                old.forEach(file -> file.toFile().delete());
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void play(Trial trial, List<Fault> faults) {
        Result result = trial.round(faults, length());
        System.out.println(table.add(result));
        assertThat(result.violations()).isEmpty();
    }

    private Duration length() {
        int longer = MINUTES == 0 ? 0 : random.nextInt((int) (LONGEST_SECONDS - SHORT.toSeconds() + 1));
        return SHORT.plusSeconds(longer);
    }

    private List<List<Fault>> alone(Trial trial) {
        return shuffled(trial).stream().map(List::of).toList();
    }

    /** Up to three at once, each of other parts. */
    private List<List<Fault>> mixed(Trial trial) {
        List<Fault> left = new ArrayList<>(shuffled(trial));
        List<List<Fault>> groups = new ArrayList<>();
        while (!left.isEmpty()) {
            List<Fault> group = new ArrayList<>();
            Set<String> parts = new HashSet<>();
            for (Fault fault : left) {
                if (group.size() < AT_ONCE && Collections.disjoint(parts, fault.parts())) {
                    group.add(fault);
                    parts.addAll(fault.parts());
                }
            }
            left.removeAll(group);
            groups.add(group);
        }
        return groups;
    }

    private List<Fault> shuffled(Trial trial) {
        List<Fault> faults = new ArrayList<>(trial.catalogue(random).all());
        Collections.shuffle(faults, random);
        return faults;
    }
}
