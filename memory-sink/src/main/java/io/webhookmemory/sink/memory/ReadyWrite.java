package io.webhookmemory.sink.memory;

/** A write whose old documents are removed: what is left is to add the new one. */
record ReadyWrite(Attempt attempt, Change.Write write) {}
