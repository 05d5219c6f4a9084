package io.webhookmemory.topics.catalogue;

/**
 * One way in which the cluster is not as the catalogue says.
 *
 * @param mendable whether {@link CatalogueAdmin#apply()} can put it right; partitions cannot be taken away
 */
public record Difference(String topic, String description, boolean mendable) {
    @Override
    public String toString() {
        return topic + ": " + description;
    }
}
