package io.webhookmemory.processor.store;

import java.util.Map;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that all stores of the process share. Each partition of each store is a RocksDB instance; with Kafka
 * Streams' defaults each may use 50 MiB of cache and 48 MiB of write buffers outside the heap. Here one cache holds the
 * blocks, indexes and filters of all, and write buffers are charged to it.
 *
 * <p>Thread-safe. Close it after the streams; a store that is still open keeps what it uses.
 */
public final class RocksDbMemory implements AutoCloseable {
    /** The key of the streams configuration that passes the object to {@link BoundedRocksDb}. */
    public static final String CONFIG = "stream.processor.rocksdb.memory";

    private final long bytes;
    private final Cache cache;
    private final WriteBufferManager writeBuffers;

    /** @param bytes for blocks, indexes, filters and write buffers together; write buffers use half of it at most */
    public RocksDbMemory(long bytes) {
        RocksDB.loadLibrary();
        this.bytes = bytes;
        this.cache = new LRUCache(bytes);
        this.writeBuffers = new WriteBufferManager(bytes / 2, cache);
    }

    static RocksDbMemory of(Map<String, ?> configs) {
        return (RocksDbMemory) configs.get(CONFIG);
    }

    public long limitBytes() {
        return bytes;
    }

    /** Bytes in use, including write buffers. */
    public long usedBytes() {
        return writeBuffers.isOwningHandle() ? cache.getUsage() : 0;
    }

    Cache cache() {
        return cache;
    }

    WriteBufferManager writeBuffers() {
        return writeBuffers;
    }

    @Override
    public void close() {
        writeBuffers.close();
        cache.close();
    }
}
