package io.webhookmemory.bench;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** The other end of {@link LoadProcess}. */
final class Load implements AutoCloseable {
    private final ChildProcess process;
    private long nextId = 1;

    /** @param servers with the same secret; the connections are spread over them */
    Load(String secret, URI... servers) {
        process = ChildProcess.start(
                "load",
                LoadProcess.class,
                List.of("-Xmx1g"),
                Map.of(),
                Stream.concat(Stream.of(secret), Arrays.stream(servers).map(URI::toString))
                        .toArray(String[]::new));
    }

    /** What is sent. */
    enum Kind {
        /** Signed and new. */
        WEBHOOKS,
        /** The same bytes with a header to which the server responds 415 after reading them: no HMAC, no Kafka. */
        NO_OP,
        /** The same bytes with a wrong signature. */
        REFUSED
    }

    /**
     * One run.
     *
     * @param records in each webhook
     * @param rate webhooks per second; 0 for as fast as responses arrive
     * @param status that every response must have
     */
    record Run(Kind kind, int connections, int count, int records, int rate, int status, long firstId) {
        String line() {
            return String.join(
                    " ",
                    kind.name(),
                    String.valueOf(connections),
                    String.valueOf(count),
                    String.valueOf(records),
                    String.valueOf(rate),
                    String.valueOf(status),
                    String.valueOf(firstId));
        }

        static Run parse(String line) {
            String[] words = line.split(" ", -1);
            return new Run(
                    Kind.valueOf(words[0]),
                    Integer.parseInt(words[1]),
                    Integer.parseInt(words[2]),
                    Integer.parseInt(words[3]),
                    Integer.parseInt(words[4]),
                    Integer.parseInt(words[5]),
                    Long.parseLong(words[6]));
        }
    }

    LoadGenerator.Result asFastAsPossible(Kind kind, int connections, int count, int records, int status) {
        return run(new Run(kind, connections, count, records, 0, status, firstId(count * records)));
    }

    LoadGenerator.Result atRate(Kind kind, int connections, int count, int records, int rate, int status) {
        return run(new Run(kind, connections, count, records, rate, status, firstId(count * records)));
    }

    /** Keeps this number of senders that send one byte per second; a disconnected one reconnects. */
    void slowSenders(int count) {
        process.tell("slow " + count);
        process.hear();
    }

    private LoadGenerator.Result run(Run run) {
        process.tell(run.line());
        String[] words = process.hear().split(" ", -1);
        Histogram micros = Histogram.decodeFromByteBuffer(
                ByteBuffer.wrap(Base64.getDecoder().decode(words[3])), 0);
        return new LoadGenerator.Result(
                micros,
                Duration.ofNanos(Long.parseLong(words[0])),
                Duration.ofNanos(Long.parseLong(words[1])),
                Long.parseLong(words[2]));
    }

    private long firstId(int ids) {
        long first = nextId;
        nextId += ids;
        return first;
    }

    @Override
    public void close() {
        process.close();
    }
}
