package io.webhookmemory.admin.catalogue;

import io.webhookmemory.service.catalogue.Difference;
import java.util.List;

/**
 * What {@link CatalogueAdmin#apply()} changed, and what it could not fix.
 *
 * @param differing empty if all is well
 * @param notes what is not a difference, but may not be what the operator wants
 */
public record Applied(List<Change> changes, List<Difference> differing, List<String> notes) {

    /**
     * One change of a topic.
     *
     * @param kind {@link #CREATED}, {@link #WIDENED} or {@link #CONFIGURED}
     */
    public record Change(String topic, String kind, String description) {
        static final String CREATED = "created";
        static final String WIDENED = "widened";
        static final String CONFIGURED = "configured";

        @Override
        public String toString() {
            return topic + ": " + description;
        }
    }
}
