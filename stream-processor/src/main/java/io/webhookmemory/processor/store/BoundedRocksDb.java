package io.webhookmemory.processor.store;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;

/** Gives every RocksDB instance of the process its share of {@link RocksDbMemory}. */
public final class BoundedRocksDb implements RocksDBConfigSetter {
    /** Small, because every partition of every store has one. */
    private static final long WRITE_BUFFER_BYTES = 8 << 20;

    /** RocksDB allocates write buffers in blocks of this size, the first with the first write. */
    private static final long ARENA_BLOCK_BYTES = 128 << 10;

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        RocksDbMemory memory = RocksDbMemory.of(configs);
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(memory.cache());
        table.setCacheIndexAndFilterBlocks(true);
        table.setCacheIndexAndFilterBlocksWithHighPriority(true);
        table.setPinL0FilterAndIndexBlocksInCache(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(memory.writeBuffers());
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setArenaBlockSize(ARENA_BLOCK_BYTES);
    }

    /** Closes nothing: other stores still use the shared objects, and Kafka Streams closes the options itself. */
    @Override
    public void close(String storeName, Options options) {}
}
