package io.webhookmemory.cognee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetsTest {
    @ParameterizedTest
    @CsvSource({
        "account_{account_id}, account_none, none",
        "account_{account_id}, account_0, 0",
        "{account_id}, unassigned, unassigned",
        "crm-{account_id}-x, crm-7-x, 7",
        "{account_id}{account_id}, 77, 7",
    })
    void no_account_has_the_unassigned_dataset_whatever_its_id(String template, String unassigned, String id) {
        Datasets datasets = new Datasets(template, unassigned);

        assertThat(datasets.of(null)).isEqualTo(unassigned);
        assertThat(datasets.of(id)).isNotEqualTo(unassigned).doesNotContain(" ", ".");
    }

    @Test
    void two_accounts_never_share_a_dataset() {
        Datasets datasets = new Datasets("account_{account_id}", "account_0");
        List<String> ids = new Random(1)
                .ints(1_000, 0, 1_000_000)
                .distinct()
                .mapToObj(Integer::toString)
                .toList();

        assertThat(ids.stream().map(datasets::of)).doesNotHaveDuplicates();
        assertThat(datasets.of("0")).isNotIn(datasets.of("00"), datasets.of("0_"), datasets.of(null));
    }

    @Test
    void datasets_of_other_applications_are_not_the_pipelines() {
        Datasets datasets = new Datasets("crm_{account_id}_docs", "crm_none");

        assertThat(List.of(datasets.of("17"), datasets.of(null))).allMatch(datasets::has);
        assertThat(List.of("crm_17", "crm__docs", "crm_1 7_docs", "main_dataset"))
                .noneMatch(datasets::has);
        Datasets twice = new Datasets("{account_id}{account_id}", "none");
        assertThat(twice.has(twice.of("7"))).isTrue();
        Datasets clash = new Datasets("{account_id}", "other");
        assertThat(clash.has(clash.of("other"))).isTrue();
    }
}
