package io.webhookmemory.testkit.cognee;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.List;
import java.util.UUID;

/** The body of a cognify call; Cognee accepts both spellings. */
record CognifyBody(
        List<String> datasets, @JsonAlias("datasetIds") List<UUID> datasetIds) {
    CognifyBody {
        datasets = datasets == null ? List.of() : List.copyOf(datasets);
        datasetIds = datasetIds == null ? List.of() : List.copyOf(datasetIds);
    }
}
