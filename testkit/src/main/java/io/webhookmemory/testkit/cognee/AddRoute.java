package io.webhookmemory.testkit.cognee;

import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code POST /api/v1/add}: files that become documents. */
final class AddRoute {
    static final String BAD_NAME = "Dataset name cannot contain spaces or dots.";
    private static final int MOST_FILES = 1000;
    private static final int LARGEST_FIELD = 1024 * 1024;

    private final CogneeDouble cognee;
    private final Store store;
    private final Faults faults;

    AddRoute(CogneeDouble cognee, Store store, Faults faults) {
        this.cognee = cognee;
        this.store = store;
        this.faults = faults;
    }

    void add(Context call) throws IOException {
        List<UploadedFile> files = call.uploadedFiles("data");
        refuseTooLarge(call, files);
        List<String> metadata = Metadata.perFile(call.formParam("external_metadata"), files.size());
        String dataset = datasetOf(call);
        if (files.isEmpty()) {
            throw Refusal.routed(400, "Provide at least one file in 'data' or one entry in 'raw_data'.", null);
        }
        if (isBadName(dataset)) {
            store.datasetNamed(dataset);
            throw Refusal.routed(500, "Internal server error", BAD_NAME);
        }
        List<Store.Upload> uploads = new ArrayList<>();
        for (UploadedFile file : files) {
            uploads.add(upload(file, metadata.get(uploads.size())));
        }
        List<Store.Added> added = store.add(dataset, uploads, cognee.version(), cognee::tell);
        faults.loseResponseIfAsked();
        Map<String, Object> result = Runs.of(dataset);
        result.put("data_ingestion_info", Runs.documents(added));
        call.json(result);
    }

    private Store.Upload upload(UploadedFile file, String metadata) throws IOException {
        byte[] bytes = file.content().readAllBytes();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new Store.Upload(file.filename(), text, metadata, faults.failureOf(text));
        } catch (CharacterCodingException e) {
            return new Store.Upload(file.filename(), "", metadata, Optional.of(unreadable(file)));
        }
    }

    private Refusal unreadable(UploadedFile file) {
        String message = "'" + file.filename() + "' cannot be read as text: decoding it as utf-8 failed";
        return cognee.version().hidesStatus()
                ? Refusal.routed(500, "Internal server error", "'utf-8' codec can't decode byte 0xff in position 0")
                : Refusal.named(415, "UnreadableFileContentError", message);
    }

    // Starlette's limits, which Cognee leaves as they are.
    private static void refuseTooLarge(Context call, List<UploadedFile> files) {
        if (files.size() > MOST_FILES) {
            throw Refusal.plain(400, "Too many files. Maximum number of files is " + MOST_FILES + ".");
        }
        call.formParamMap().values().stream()
                .flatMap(Collection::stream)
                .filter(value -> value.getBytes(StandardCharsets.UTF_8).length > LARGEST_FIELD)
                .findFirst()
                .ifPresent(tooLarge -> {
                    throw Refusal.plain(400, "Part exceeded maximum size of 1024KB.");
                });
    }

    private String datasetOf(Context call) {
        String id = call.formParam("datasetId");
        if (id != null && !id.isEmpty()) {
            return store.dataset(Api.uuid(id))
                    .orElseThrow(() -> Refusal.permission("write"))
                    .name();
        }
        String name = call.formParam("datasetName");
        if (name == null || name.isEmpty()) {
            throw Refusal.routed(400, "Either datasetId or datasetName must be provided.", null);
        }
        return name;
    }

    // Cognee makes the dataset before it looks at the name, and leaves it behind.
    static boolean isBadName(String dataset) {
        return dataset.contains(" ") || dataset.contains(".");
    }
}
