package io.webhookmemory.sink.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordDirectoryTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901234Z");
    private static final String DIGEST = "00ff" + "a1".repeat(30);
    private static final String ID = "0f0e0d0c-0b0a-0908-f706-050403020100";

    private final RecordDirectory directory = new RecordDirectory();

    static Stream<Known> everything_comes_back_as_it_was_put_in() {
        Place place = new Place("Deals", "7", "account_7", ID, DIGEST, AT);
        return Stream.of(
                Known.NOTHING,
                Known.at(place),
                Known.at(new Place("Deals", null, "account_none", ID, DIGEST, Instant.EPOCH.minusNanos(1))),
                Known.at(new Place("Deals", "7", "account_7", "not-a-uuid", DIGEST, AT)),
                Known.at(new Place("Deals", "7", "account_7", ID.replace('e', 'E'), DIGEST, AT)),
                Known.at(new Place("Deals", "7", "account_7", ID, "", AT)),
                Known.at(new Place("Deals", "7", "account_7", ID, DIGEST.replace('f', 'F'), AT)),
                Known.at(place).changing(List.of("account_8")),
                Known.at(place).lost(),
                Known.deleted(AT),
                Known.at(new Place("Deals", "7", "account_7", ID, DIGEST, Instant.MIN)));
    }

    @ParameterizedTest
    @MethodSource
    void everything_comes_back_as_it_was_put_in(Known known) {
        directory.put("1", known);

        assertThat(directory.of("1")).isEqualTo(known);
    }

    @Test
    void the_records_of_partitions_that_go_are_forgotten_and_the_others_stay() {
        directory.partitions(4);
        for (int i = 0; i < 1_000; i++) {
            directory.put("r" + i, Known.deleted(AT));
        }
        directory.drop(List.of(0, 1, 2));
        assertThat(directory.size()).isBetween(150, 350);

        directory.drop(List.of());
        assertThat(directory.size()).isPositive();
        directory.drop(List.of(3));
        assertThat(directory.size()).isZero();
    }

    @Test
    void a_hundred_thousand_records_fit_into_25_megabytes() {
        long before = usedBytes();
        for (int i = 0; i < 100_000; i++) {
            directory.put(
                    "57257670000" + (10_000_000 + i),
                    Known.at(new Place(
                            new String("Deals"),
                            "572576700" + i / 50,
                            "account_572576700" + i / 50,
                            new UUID(i, -i).toString(),
                            DIGEST,
                            AT.plusMillis(i))));
        }
        long bytes = (usedBytes() - before) / directory.size();

        assertThat(bytes).isLessThan(250);
    }

    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
