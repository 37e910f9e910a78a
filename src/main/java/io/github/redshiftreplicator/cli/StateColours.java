package io.github.redshiftreplicator.cli;

import picocli.CommandLine.Help.Ansi;

/** The colours of states in tables: picocli decides whether there are any, by the terminal and {@code NO_COLOR}. */
final class StateColours {
    private StateColours() {}

    /** The state in its colour: green is good, red has failed, yellow is given up, anything else goes on. */
    static String of(Ansi ansi, String state) {
        if (!ansi.enabled()) {
            return state;
        }
        String colour = state.startsWith("FAILED")
                ? "red"
                : switch (state) {
                    case "imported", "done" -> "green";
                    case "canceled", "held" -> "yellow";
                    case "never", "nothing to do" -> "faint";
                    default -> "blue";
                };
        return ansi.string("@|" + colour + " " + state + "|@");
    }
}
