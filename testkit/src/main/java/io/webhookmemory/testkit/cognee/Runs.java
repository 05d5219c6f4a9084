package io.webhookmemory.testkit.cognee;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Cognee's representation of a pipeline run. */
final class Runs {
    private Runs() {}

    /** A successful run, to be completed with {@link #documents}. */
    static Map<String, Object> of(String dataset) {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("status", "PipelineRunCompleted");
        run.put("pipeline_run_id", UUID.randomUUID());
        run.put("dataset_id", Dataset.idOf(dataset));
        run.put("dataset_name", dataset);
        return run;
    }

    static List<Map<String, Object>> documents(List<Store.Added> documents) {
        return documents.stream()
                .map(document -> Map.of(
                        "run_info",
                        Map.of("status", document.existed() ? "PipelineRunAlreadyCompleted" : "PipelineRunCompleted"),
                        "data_id",
                        document.dataId()))
                .toList();
    }
}
