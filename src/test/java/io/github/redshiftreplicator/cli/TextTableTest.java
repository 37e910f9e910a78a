package io.github.redshiftreplicator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void columnsAreAlignedAndNumbersStandToTheRight() {
        assertThat(new TextTable("TABLE", ">ROWS", "STATE")
                        .row("users", "7", "imported")
                        .row("page_views", "100,000", "-"))
                .hasToString("""
                        TABLE          ROWS  STATE
                        users             7  imported
                        page_views  100,000  -
                        """);
    }

    @Test
    void anOptionalColumnIsShownOnlyWhereItSaysSomething() {
        assertThat(new TextTable("TABLE", "?>ALTERED").row("users", "0").row("orders", "-"))
                .hasToString("TABLE\nusers\norders\n");
        assertThat(new TextTable("TABLE", "?>ALTERED").row("users", "0").row("orders", "3"))
                .hasToString("TABLE   ALTERED\nusers         0\norders        3\n");
    }

    @Test
    void sizesAndDurationsHaveUnits() {
        assertThat(TextTable.bytes(OptionalLong.of(999))).isEqualTo("999 B");
        assertThat(TextTable.bytes(OptionalLong.of(1_920_000))).isEqualTo("1.9 MB");
        assertThat(TextTable.bytes(OptionalLong.empty())).isEqualTo("-");
        assertThat(TextTable.duration(Optional.of(Duration.ofMillis(1234)))).isEqualTo("1.23 s");
        assertThat(TextTable.duration(Optional.of(Duration.ofSeconds(75)))).isEqualTo("1:15 min");
        assertThat(TextTable.duration(Optional.of(Duration.ofMinutes(125)))).isEqualTo("2:05 h");
    }
}
