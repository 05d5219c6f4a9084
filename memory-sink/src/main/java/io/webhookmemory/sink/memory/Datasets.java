package io.webhookmemory.sink.memory;

import io.webhookmemory.service.config.SettingsReader;

/**
 * Which dataset a record's document lies in.
 *
 * @param template with {@code {account_id}} in it
 * @param unassigned the dataset of records that belong to no account
 */
public record Datasets(String template, String unassigned) {
    private static final String PLACEHOLDER = "{account_id}";

    public static Datasets from(SettingsReader settings) {
        Datasets datasets = new Datasets(
                settings.text("COGNEE_DATASET", "account_{account_id}"),
                settings.text("COGNEE_DATASET_UNASSIGNED", "account_none"));
        if (!datasets.template.contains(PLACEHOLDER)) {
            settings.problem("COGNEE_DATASET must contain " + PLACEHOLDER);
        }
        if ((datasets.template + datasets.unassigned).matches(".*[ .].*")) {
            settings.problem("COGNEE_DATASET and COGNEE_DATASET_UNASSIGNED must not contain spaces or dots");
        }
        return datasets;
    }

    /** @param accountId null for a record of no account */
    public String of(String accountId) {
        return accountId == null ? unassigned : template.replace(PLACEHOLDER, accountId);
    }
}
