package io.github.redshiftreplicator.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "5s, PT5S",
        "500ms, PT0.5S",
        "2m, PT2M",
        "1h30m, PT1H30M",
        "1h 30m, PT1H30M",
        "1D, PT24H",
        "PT5M, PT5M",
        "pt0.5s, PT0.5S",
        "1500, PT1.5S",
        "0s, PT0S"
    })
    void whatPeopleWriteIsRead(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5x", "-5s", "PT-5S", "s", "5 s 3", "soon", "1.5s", "99999999999999999999s"})
    void whatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("duration");
    }
}
