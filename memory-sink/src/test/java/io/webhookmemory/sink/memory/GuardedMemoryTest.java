package io.webhookmemory.sink.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.sink.failure.BreakerPauses;
import io.webhookmemory.sink.failure.CircuitGate;
import io.webhookmemory.sink.failure.FailurePolicy;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardedMemoryTest {
    private final List<String> calls = new ArrayList<>();
    private Failure failure = new Failure.Outage("unreachable");

    @AutoClose
    private final CircuitGate gate = new CircuitGate(
            new CircuitGate.Target("memory", "http://cognee", "", () -> true, false),
            new FailurePolicy(3, Duration.ofSeconds(2), Duration.ofMinutes(30), () -> 0.0),
            BreakerPauses.DEFAULT,
            Clock.systemUTC());

    private final GuardedMemory memory = new GuardedMemory(failing(), gate);

    @Test
    void an_outage_opens_the_breaker_and_the_next_call_fails_without_being_made() {
        failure = new Failure.Outage("unreachable", Optional.of(Duration.ofHours(1)));
        assertThat(failureOf(() -> memory.list("a"))).isEqualTo(failure);

        assertThat(failureOf(() -> memory.list("a"))).isEqualTo(new Failure.Outage("unreachable"));
        assertThat(calls).containsExactly("list");
    }

    @ParameterizedTest
    @CsvSource({"http_409, true", "http_500, true", "timeout, true", "http_429, false"})
    void a_deletion_that_a_busy_dataset_refuses_says_so(String reason, boolean busy) {
        failure = new Failure.Transient(reason, Optional.empty());

        assertThat(failureOf(() -> memory.delete("a", "1")))
                .isEqualTo(new Failure.Transient(reason, Optional.empty(), busy));
        assertThat(failureOf(() -> memory.deleteDataset("a")))
                .isEqualTo(new Failure.Transient(reason, Optional.empty(), busy));
        assertThat(failureOf(() -> memory.settle("a")))
                .isEqualTo(new Failure.Transient(reason, Optional.empty(), busy));
    }

    @Test
    void what_is_no_deletion_is_not_refused_for_a_busy_dataset() {
        failure = new Failure.Transient("http_500", Optional.empty());

        assertThat(failureOf(() -> memory.add("a", List.of()))).isEqualTo(failure);
    }

    @Test
    void building_graphs_goes_past_this_breaker() {
        failureOf(() -> memory.list("a"));
        failureOf(() -> memory.cognify("a"));

        assertThat(calls).containsExactly("list", "cognify");
    }

    @Test
    void no_call_is_forgotten() {
        assertThat(Memory.class.getMethods())
                .allSatisfy(method ->
                        assertThat(declared(method).getDeclaringClass()).isEqualTo(GuardedMemory.class));
    }

    private static Method declared(Method method) throws NoSuchMethodException {
        return GuardedMemory.class.getMethod(method.getName(), method.getParameterTypes());
    }

    private static Failure failureOf(ThrowingCallable call) {
        return catchThrowableOfType(MemoryException.class, call).failure();
    }

    private Memory failing() {
        return (Memory) Proxy.newProxyInstance(
                Memory.class.getClassLoader(), new Class<?>[] {Memory.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    throw new MemoryException(failure, "failed", null);
                });
    }
}
