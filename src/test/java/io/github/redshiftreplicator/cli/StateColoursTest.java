package io.github.redshiftreplicator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class StateColoursTest {
    @Test
    void coloursDoNotMoveTheColumns() {
        TextTable table = new TextTable("TABLE", "STATE", ">ROWS")
                .paint("STATE", state -> StateColours.of(Ansi.ON, state))
                .row("users", "imported", "7")
                .row("orders", "FAILED at importing", "10");

        assertThat(table.toString().replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo("""
                TABLE   STATE                ROWS
                users   imported                7
                orders  FAILED at importing    10
                """);
        assertThat(table.toString()).contains("\u001b[32mimported\u001b[39m\u001b[0m", "\u001b[31mFAILED at importing");
    }

    @Test
    void elsewhereThereAreNone() {
        assertThat(StateColours.of(Ansi.OFF, "imported")).isEqualTo("imported");
    }
}
