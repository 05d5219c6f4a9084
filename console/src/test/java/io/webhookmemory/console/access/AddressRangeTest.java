package io.webhookmemory.console.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.200.3.4, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.168.1.128/25, 192.168.1.127, false",
        "192.168.1.128/25, 192.168.1.200, true",
        "172.18.0.5, 172.18.0.5, true",
        "172.18.0.5, 172.18.0.6, false",
        "fd00::/8, fd12:3456::1, true",
        "fd00::/8, [fd12:3456::1], true",
        "::1, [0:0:0:0:0:0:0:1], true",
        "::1, 127.0.0.1, false",
        "0.0.0.0/0, 8.8.8.8, true",
        "0.0.0.0/0, not-an-address, false",
    })
    void an_address_is_in_a_range_or_not(String range, String address, boolean expected) {
        assertThat(AddressRange.parse(range).contains(address)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/x", "proxy.example", ""})
    void what_is_no_range_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> AddressRange.parse(text));
    }
}
