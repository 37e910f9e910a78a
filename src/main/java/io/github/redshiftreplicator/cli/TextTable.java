package io.github.redshiftreplicator.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** Rows of text in aligned columns, numbers to the right. */
final class TextTable {
    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] right;
    private final boolean[] optional;
    private int painted = -1;
    private UnaryOperator<String> paint = UnaryOperator.identity();

    /**
     * @param headings the columns' headings; one that begins with {@code >} aligns its column to the right, one with
     *     {@code ?} before that is left out where every cell is nought or nothing
     */
    TextTable(String... headings) {
        right = new boolean[headings.length];
        optional = new boolean[headings.length];
        String[] plain = new String[headings.length];
        for (int i = 0; i < headings.length; i++) {
            optional[i] = headings[i].startsWith("?");
            String heading = optional[i] ? headings[i].substring(1) : headings[i];
            right[i] = heading.startsWith(">");
            plain[i] = right[i] ? heading.substring(1) : heading;
        }
        rows.add(plain);
    }

    private boolean isShown(int column) {
        return !optional[column]
                || rows.stream().skip(1).anyMatch(row -> !row[column].equals("-") && !row[column].equals("0"));
    }

    /** Gives a column's cells, not its heading, a colour; the paint takes a cell's text and returns it with the colour's codes. */
    TextTable paint(String heading, UnaryOperator<String> with) {
        painted = List.of(rows.get(0)).indexOf(heading);
        paint = with;
        return this;
    }

    TextTable row(String... cells) {
        rows.add(cells);
        return this;
    }

    @Override
    public String toString() {
        int[] widths = new int[right.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                if (!isShown(i)) {
                    continue;
                }
                String padding = " ".repeat(widths[i] - row[i].length());
                String cell = i == painted && row != rows.get(0) ? paint.apply(row[i]) : row[i];
                line.append(i == 0 ? "" : "  ").append(right[i] ? padding + cell : cell + padding);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    static String number(OptionalLong number) {
        return number.isPresent() ? String.format(Locale.ROOT, "%,d", number.getAsLong()) : "-";
    }

    /** A size with a unit, three digits or so: {@code 1.2 MB}. */
    static String bytes(OptionalLong bytes) {
        if (bytes.isEmpty()) {
            return "-";
        }
        double size = bytes.getAsLong();
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        int unit = 0;
        while (size >= 1000 && unit < units.length - 1) {
            size /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || size >= 100 ? "%.0f %s" : "%.1f %s", size, units[unit]);
    }

    /** Seconds with two decimals, or minutes and hours where it takes that long. */
    static String duration(Optional<Duration> duration) {
        if (duration.isEmpty()) {
            return "-";
        }
        Duration d = duration.get();
        return d.toMinutes() < 1
                ? String.format(Locale.ROOT, "%.2f s", d.toMillis() / 1000.0)
                : d.toHours() < 1
                        ? String.format(Locale.ROOT, "%d:%02d min", d.toMinutes(), d.toSecondsPart())
                        : String.format(Locale.ROOT, "%d:%02d h", d.toHours(), d.toMinutesPart());
    }
}
