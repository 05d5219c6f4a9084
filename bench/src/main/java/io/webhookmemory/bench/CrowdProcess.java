package io.webhookmemory.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients that disturb others, in a process of their own; each repeats its request when it is done. Arguments: the
 * server, a {@link Crowd} and the number of clients. It prints a line when there were as many responses as clients,
 * prints the counted responses after the first line of input, and ends.
 */
final class CrowdProcess {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int STACK_BYTES = 256 * 1024;

    private final URI server;
    private final byte[] request;
    private final CountDownLatch everyoneCame;
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();

    /** What they send. */
    enum Crowd {
        /** A megabyte each, with a wrong signature. */
        LARGE,
        /** Not HTTP. */
        GARBAGE;

        byte[] request() {
            if (this == GARBAGE) {
                byte[] bytes = new byte[2048];
                new Random(1).nextBytes(bytes);
                return bytes;
            }
            return HttpConnection.webhook("none", "sha256=" + "0".repeat(64), "x".repeat(1024 * 1024));
        }
    }

    private CrowdProcess(URI server, byte[] request, int clients) {
        this.server = server;
        this.everyoneCame = new CountDownLatch(clients);
        this.request = request;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Crowd crowd = Crowd.valueOf(args[1]);
        int clients = Integer.parseInt(args[2]);
        CrowdProcess process = new CrowdProcess(URI.create(args[0]), crowd.request(), clients);
        for (int i = 0; i < clients; i++) {
            Thread client = new Thread(null, process::comeAgainAndAgain, "client-" + i, STACK_BYTES);
            client.setDaemon(true);
            client.start();
        }
        process.everyoneCame.await();
        System.out.println("all came");
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        System.out.println(new TreeMap<>(process.outcomes));
        System.exit(0);
    }

    private void comeAgainAndAgain() {
        while (true) {
            outcomes.computeIfAbsent(outcome(), name -> new LongAdder()).increment();
            everyoneCame.countDown();
        }
    }

    private String outcome() {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                socket.getOutputStream().write(request);
            } catch (IOException e) {
                // The response may have come before the server closed.
            }
            byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return line.length == 0 ? "closed" : new String(line, 9, 3, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return e.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        }
    }
}
