package io.github.redshiftreplicator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalLinesTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TerminalLines lines = new TerminalLines(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    private final PrintStream others = new PrintStream(lines, true, StandardCharsets.UTF_8);

    /** What a terminal shows of the bytes so far: text, new lines, and "up and erase". */
    private List<String> screen() {
        List<String> rows = new ArrayList<>(List.of(""));
        String text = bytes.toString(StandardCharsets.UTF_8);
        for (int i = 0; i < text.length(); i++) {
            int last = rows.size() - 1;
            if (text.startsWith("\u001b[1A\u001b[2K", i)) {
                assertThat(rows.remove(last)).as("the row below").isEmpty();
                rows.set(last - 1, "");
                i += 7;
            } else if (text.charAt(i) == '\n') {
                rows.add("");
            } else {
                rows.set(last, rows.get(last) + text.charAt(i));
            }
        }
        return rows;
    }

    @Test
    void theyStayBelowWhatOthersWrite() {
        lines.show("a", "a 10%");
        lines.show("b", "b 1%");
        others.println("log 1");
        lines.show("a", "a 20%");
        others.println("log 2");

        assertThat(screen()).containsExactly("log 1", "log 2", "a 20%", "b 1%", "");
    }

    @Test
    void aLineGoesWithItsBarAndAllWithClear() {
        lines.show("a", "a 10%");
        lines.show("b", "b 1%");
        lines.remove("a");
        assertThat(screen()).containsExactly("b 1%", "");

        others.println("done");
        lines.clear();
        assertThat(screen()).containsExactly("done", "");
    }

    @Test
    void aLineThatIsNotEndedIsLeftWhole() {
        lines.show("a", "a 10%");
        others.print("half ");
        lines.show("a", "a 20%");
        others.println("whole");

        assertThat(screen()).containsExactly("half whole", "a 20%", "");
    }
}
