package io.github.redshiftreplicator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;

/** How wide what a command prints may be. */
final class TerminalWidth {
    private TerminalWidth() {}

    /** The terminal's width in characters; empty where the output goes to a file or a pipe, which gets everything. */
    static OptionalInt get() {
        return isTerminal()
                ? OptionalInt.of(new ConsoleProgressBarConsumer(System.err).getMaxRenderedLength())
                : OptionalInt.empty();
    }

    /** Whether a person watches. */
    static boolean isTerminal() {
        return System.console() != null && !"dumb".equals(System.getenv("TERM"));
    }

    /** The text in lines of that width, broken between words; a longer word, such as an S3 key, is left whole. */
    static String wrap(String text, OptionalInt width) {
        return wrap(text, width, 0);
    }

    /** @param indent by how much the lines will be indented */
    static String wrap(String text, OptionalInt width, int indent) {
        if (width.isEmpty()) {
            return text;
        }
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width.getAsInt() - indent) {
                lines.add(line);
                line = word;
            } else {
                line = line.isEmpty() ? word : line + " " + word;
            }
        }
        lines.add(line);
        return String.join("\n", lines);
    }
}
