package io.webhookmemory.testkit.kafka;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/**
 * Kafka's own authorizer, which records its decisions, so that a test sees which rights were used and which were
 * missing.
 */
public final class RecordingAuthorizer extends StandardAuthorizer {
    // The broker creates its authorizer by class name; a static field is the only access to it.
    private static final Set<Decision> DECISIONS = ConcurrentHashMap.newKeySet();

    /**
     * One decision.
     *
     * @param user without {@code User:}
     * @param operation and the resource's type and name, spelled like Kafka's enumerations
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
            // Filtering a listing is not a refusal, and Kafka does not log it as one.
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

    /** The decisions since the last {@link #forget()}, of all brokers in this JVM. */
    public static Set<Decision> decisions() {
        return new TreeSet<>(DECISIONS);
    }

    public static void forget() {
        DECISIONS.clear();
    }
}
