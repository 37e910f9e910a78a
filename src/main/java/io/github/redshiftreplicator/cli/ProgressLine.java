package io.github.redshiftreplicator.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** How far an export is, in one line of a terminal: what is known of it comes first, a bar takes the room that is left. */
final class ProgressLine {
    private static final int LONGEST_NAME = 24;
    private static final int LONGEST_BAR = 40;
    private static final int SHORTEST_BAR = 4;

    private ProgressLine() {}

    /**
     * @param expected how many rows there are; empty: not known, so neither a bar nor the time left
     * @param bytes with a unit
     * @param width of the terminal, in characters
     */
    static String of(String table, long rows, OptionalLong expected, String bytes, Duration elapsed, int width) {
        double perSecond = rows / Math.max(0.001, elapsed.toMillis() / 1000.0);
        String name = table.length() <= LONGEST_NAME ? table : table.substring(0, LONGEST_NAME - 1) + "…";
        String numbers = String.format(Locale.ROOT, "%,d rows, %,.0f rows/s, %s", rows, perSecond, bytes);
        if (expected.isEmpty() || expected.getAsLong() == 0) {
            return cut(name + "  " + numbers, width);
        }
        long all = Math.max(rows, expected.getAsLong());
        if (rows > 0) {
            numbers += ", " + clock((long) Math.ceil((all - rows) / perSecond)) + " left";
        }
        String share = String.format(Locale.ROOT, "%s  %3d%%", name, rows * 100 / all);
        int room = Math.min(LONGEST_BAR, width - share.length() - numbers.length() - "  []".length());
        int done = room < SHORTEST_BAR ? 0 : (int) (room * rows / all);
        String bar = room < SHORTEST_BAR ? "" : " [" + "=".repeat(done) + " ".repeat(room - done) + "]";
        return cut(share + bar + " " + numbers, width);
    }

    private static String clock(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    private static String cut(String line, int width) {
        return line.length() <= width ? line : line.substring(0, width - 1) + "…";
    }
}
