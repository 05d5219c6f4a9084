package io.webhookmemory.service.catalogue;

/**
 * One difference between cluster and catalogue.
 *
 * @param fixable whether {@code topics apply} can fix it; partitions cannot be removed
 */
public record Difference(String topic, String description, boolean fixable) {
    @Override
    public String toString() {
        return topic + ": " + description;
    }
}
