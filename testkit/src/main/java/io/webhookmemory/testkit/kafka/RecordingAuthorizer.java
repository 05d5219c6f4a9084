package io.webhookmemory.testkit.kafka;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/** Kafka's own authorizer, which remembers what it was asked: so a test sees which rights were used, and which missed. */
public final class RecordingAuthorizer extends StandardAuthorizer {
    // The broker makes its authorizer by the class's name: there is no other way to it.
    private static final Set<Decision> DECISIONS = ConcurrentHashMap.newKeySet();

    /**
     * One answer.
     *
     * @param user without {@code User:}
     * @param operation and the resource's type and name as Kafka's enumerations spell them
     */
    public record Decision(String user, String operation, String type, String name, boolean allowed)
            implements Comparable<Decision> {
        @Override
        public int compareTo(Decision other) {
            return toString().compareTo(other.toString());
        }
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        List<AuthorizationResult> results = super.authorize(context, actions);
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            boolean allowed = results.get(i) == AuthorizationResult.ALLOWED;
            // What only filters a listing is no refusal, and Kafka does not log it as one either.
            if (allowed ? action.logIfAllowed() : action.logIfDenied()) {
                DECISIONS.add(new Decision(
                        context.principal().getName(),
                        action.operation().name(),
                        action.resourcePattern().resourceType().name(),
                        action.resourcePattern().name(),
                        allowed));
            }
        }
        return results;
    }

    /** What was asked since the last {@link #forget()}, of all brokers in this JVM. */
    public static Set<Decision> decisions() {
        return new TreeSet<>(DECISIONS);
    }

    public static void forget() {
        DECISIONS.clear();
    }
}
