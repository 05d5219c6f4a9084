package io.webhookmemory.service.access;

import java.util.List;

/**
 * A right that a service needs.
 *
 * @param service {@code ingress}, {@code stream-processor}, {@code memory-sink}, {@code subscriptions} or {@code admin}
 * @param resource {@code topic}, {@code group} or {@code transactional-id}, as in kafka-acls
 * @param name of the resource
 * @param prefixed whether the name is a prefix
 * @param operations named as in kafka-acls
 */
public record AccessRule(String service, String resource, String name, boolean prefixed, List<String> operations) {

    public AccessRule {
        operations = List.copyOf(operations);
    }

    /**
     * The rule as options of {@code kafka-acls.sh --add}.
     *
     * @param principal such as {@code User:ingress}
     */
    public String options(String principal) {
        StringBuilder options = new StringBuilder("--allow-principal '" + principal + "'");
        operations.forEach(operation -> options.append(" --operation ").append(operation));
        options.append(" --").append(resource).append(" '").append(name).append("'");
        return prefixed ? options + " --resource-pattern-type prefixed" : options.toString();
    }
}
