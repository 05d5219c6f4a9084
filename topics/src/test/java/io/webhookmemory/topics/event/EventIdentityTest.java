package io.webhookmemory.topics.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.topics.digest.Sha256;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventIdentityTest {
    /** An event that two versions have received is a duplicate only if both give it the same identity. */
    @Test
    void theDigestOfTextsIsThatOfEarlierVersions() {
        String longText = "é".repeat(300);

        assertThat(EventIdentity.combined(Arrays.asList("ab", null, "", longText)))
                .isEqualTo(Sha256.hex("2:ab-1:0:300:" + longText));
        // sha256sum of "2:ab-1:0:"
        assertThat(EventIdentity.combined(Arrays.asList("ab", null, "")))
                .isEqualTo("45626eba7ed32d5fcf28cd193ce14364ba0108551198b412e1b496c8a1e01d14");
    }

    @Test
    void differentListsHaveDifferentDigests() {
        assertThat(EventIdentity.combined(List.of("ab", "c"))).isNotEqualTo(EventIdentity.combined(List.of("a", "bc")));
        assertThat(EventIdentity.combined(List.of("a"))).isNotEqualTo(EventIdentity.combined(List.of("a", "")));
    }
}
