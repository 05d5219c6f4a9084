package io.webhookmemory.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The load generator in a process of its own. Arguments: the secret of the servers, and the servers. It reads one {@link Load.Run} or
 * {@code slow N} per line, and prints a line for each.
 */
final class LoadProcess {
    private final List<URI> servers;
    private final Webhooks webhooks;
    private final SlowSenders slow;

    private LoadProcess(String secret, List<URI> servers) {
        this.servers = servers;
        this.webhooks = new Webhooks(secret);
        this.slow = new SlowSenders(servers.get(0));
    }

    public static void main(String[] args) throws IOException {
        LoadProcess process = new LoadProcess(
                args[0], Arrays.stream(args).skip(1).map(URI::create).toList());
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(process.answer(line));
        }
        System.exit(0);
    }

    private String answer(String line) {
        if (line.startsWith("slow ")) {
            slow.keep(Integer.parseInt(line.substring("slow ".length())));
            return "slow";
        }
        Load.Run run = Load.Run.parse(line);
        LoadGenerator generator = new LoadGenerator(servers, run.connections());
        List<byte[]> requests = requests(run);
        LoadGenerator.Result result = run.rate() == 0
                ? generator.asFastAsPossible(requests, run.status())
                : generator.atRate(requests, run.rate(), run.status()).result();
        return encode(result);
    }

    private List<byte[]> requests(Load.Run run) {
        return switch (run.kind()) {
            case WEBHOOKS -> webhooks.deals(run.firstId(), run.count(), run.records());
            case NO_OP -> webhooks.compressed(run.count());
            case REFUSED -> webhooks.unauthenticated(run.count());
        };
    }

    private static String encode(LoadGenerator.Result result) {
        Histogram micros = result.micros();
        ByteBuffer buffer = ByteBuffer.allocate(micros.getNeededByteBufferCapacity());
        micros.encodeIntoByteBuffer(buffer);
        buffer.flip();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return result.took().toNanos() + " " + result.processorTime().toNanos() + " " + result.unexpected() + " "
                + Base64.getEncoder().encodeToString(bytes);
    }
}
