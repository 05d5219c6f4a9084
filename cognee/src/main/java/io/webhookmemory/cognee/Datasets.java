package io.webhookmemory.cognee;

import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.event.CrmId;

/**
 * Determines the dataset of a record's document.
 *
 * @param template contains {@code {account_id}}
 * @param unassigned the dataset of records that belong to no account
 */
public record Datasets(String template, String unassigned) {
    private static final String PLACEHOLDER = "{account_id}";
    /** No id contains it, so that no two accounts share a dataset. */
    private static final String NO_ID_HAS = "~";

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

    /**
     * The dataset of an account's records. No account has the unassigned dataset, whatever its id, because deleting an
     * account deletes its dataset.
     *
     * @param accountId a {@link CrmId}; null for a record of no account
     */
    public String of(String accountId) {
        if (accountId == null) {
            return unassigned;
        }
        String dataset = template.replace(PLACEHOLDER, accountId);
        return dataset.equals(unassigned) ? template.replace(PLACEHOLDER, accountId + NO_ID_HAS) : dataset;
    }

    /** Whether the dataset is that of an account, or that of the records without one. */
    public boolean has(String dataset) {
        if (dataset.equals(unassigned)) {
            return true;
        }
        int others = template.replace(PLACEHOLDER, "").length();
        int times = (template.length() - others) / PLACEHOLDER.length();
        int length = (dataset.length() - others) / times;
        int at = template.indexOf(PLACEHOLDER);
        if (length < 1 || at + length > dataset.length()) {
            return false;
        }
        String id = dataset.substring(at, at + length);
        return template.replace(PLACEHOLDER, id).equals(dataset) && CrmId.isValid(id.replace(NO_ID_HAS, ""));
    }
}
