package io.webhookmemory.subscriptions.importing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a module is imported.
 *
 * @param reached all records that were changed last before this time are in Kafka
 * @param records how many were published so far, those that an interrupted run published twice included
 * @param finished when the import of the module ended; empty while it has not
 */
public record ModulePosition(Instant reached, long records, Optional<Instant> finished) {
    /** Before every record, and not before 1970, which a server may not expect. */
    public static final ModulePosition BEGINNING =
            new ModulePosition(Instant.EPOCH.plusSeconds(1), 0, Optional.empty());

    ModulePosition after(Instant time, int published) {
        return new ModulePosition(time.isAfter(reached) ? time : reached, records + published, Optional.empty());
    }

    ModulePosition finishedAt(Instant time) {
        return new ModulePosition(reached, records, Optional.of(time));
    }

    String toJson() {
        ObjectNode json = Json.MAPPER.createObjectNode().put("reached", reached.toString());
        json.put("records", records);
        finished.ifPresent(time -> json.put("finished", time.toString()));
        return json.toString();
    }

    /** Empty where the text is none that {@link #toJson} wrote. */
    static Optional<ModulePosition> fromJson(String text) {
        try {
            JsonNode json = Json.MAPPER.readTree(text);
            Optional<Instant> finished =
                    Optional.ofNullable(json.path("finished").asText(null)).map(Instant::parse);
            return Optional.of(new ModulePosition(
                    Instant.parse(json.path("reached").asText()),
                    json.path("records").asLong(),
                    finished));
        } catch (JsonProcessingException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
