package io.webhookmemory.sink.memory;

/** A write whose old documents are removed; only adding the new one remains. */
record ReadyWrite(Attempt attempt, Change.Write write) {}
