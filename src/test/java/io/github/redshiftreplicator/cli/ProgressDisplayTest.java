package io.github.redshiftreplicator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.route.FailureKind;
import io.github.redshiftreplicator.route.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A failure is read once: in the log on a terminal, as a plain line of its own where nobody watches. */
class ProgressDisplayTest {
    private static final Outcome FAILED = new Outcome(
            "users",
            Outcome.Kind.FAILED,
            "the disk is full.",
            Optional.empty(),
            Optional.of(FailureKind.SOURCE),
            Optional.empty());

    private static String printed(boolean terminal) {
        StringWriter written = new StringWriter();
        try (ProgressDisplay display = ProgressDisplay.start(List.of(), terminal)) {
            display.println(new PrintWriter(written), FAILED);
        }
        return written.toString();
    }

    @Test
    void aTerminalHasTheLog() {
        assertThat(printed(true)).isEmpty();
    }

    @Test
    void aScriptGetsALineThatNamesTheTable() {
        assertThat(printed(false)).isEqualToIgnoringNewLines("users: the disk is full.");
    }
}
