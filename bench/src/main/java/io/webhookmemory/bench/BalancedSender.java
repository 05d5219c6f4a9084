package io.webhookmemory.bench;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * Sends webhooks to several ingresses in turn, as a load balancer does. If one breaks the connection or refuses, the next
 * gets the webhook.
 */
final class BalancedSender implements SteadyLoad.Sender {
    private static final int ATTEMPTS = 20;

    private final List<URI> servers;
    private final HttpConnection[] connections;
    private final Webhooks webhooks;
    private long nextId;
    private int turn;

    BalancedSender(List<URI> servers, String secret, long firstId) {
        this.servers = List.copyOf(servers);
        connections = new HttpConnection[servers.size()];
        webhooks = new Webhooks(secret);
        nextId = firstId;
    }

    @Override
    public void send() throws IOException {
        byte[] request = webhooks.deals(nextId++, 1).get(0);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            turn = (turn + 1) % connections.length;
            if (isAcknowledged(request)) {
                return;
            }
        }
        throw new IOException("no ingress acknowledges");
    }

    private boolean isAcknowledged(byte[] request) throws IOException {
        try {
            if (connections[turn] == null) {
                connections[turn] = new HttpConnection(servers.get(turn));
            }
            return connections[turn].exchange(request) == 200;
        } catch (IOException e) {
            disconnect(turn);
            return false;
        }
    }

    private void disconnect(int index) throws IOException {
        if (connections[index] != null) {
            connections[index].close();
            connections[index] = null;
        }
    }

    @Override
    public void close() throws IOException {
        for (int i = 0; i < connections.length; i++) {
            disconnect(i);
        }
    }
}
