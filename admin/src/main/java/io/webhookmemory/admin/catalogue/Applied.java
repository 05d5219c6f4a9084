package io.webhookmemory.admin.catalogue;

import io.webhookmemory.service.catalogue.Difference;
import java.util.List;

/**
 * What {@link CatalogueAdmin#apply()} did, and what it could not mend.
 *
 * @param differing nothing if all is well
 * @param notes what is no difference, and yet may not be what the operator wants
 */
public record Applied(List<Change> changes, List<Difference> differing, List<String> notes) {

    /**
     * One thing that was done to a topic.
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
