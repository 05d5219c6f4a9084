package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.Memory;
import org.junit.jupiter.api.Nested;

class FakeMemoryTest {
    @Nested
    class WithConflicts implements MemoryContract {
        @Override
        public Memory memory() {
            return new FakeMemory(true);
        }
    }

    @Nested
    class WithoutConflicts implements MemoryContract {
        @Override
        public Memory memory() {
            return new FakeMemory(false);
        }
    }
}
