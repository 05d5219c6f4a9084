package io.webhookmemory.service.access;

import java.util.List;

/**
 * What a service must be allowed.
 *
 * @param service {@code ingress}, {@code stream-processor}, {@code memory-sink} or {@code topics}
 * @param resource {@code topic}, {@code group} or {@code transactional-id}, as kafka-acls calls them
 * @param name of the resource
 * @param prefixed whether the name is a prefix
 * @param operations by the names that kafka-acls takes
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
