package io.github.redshiftreplicator.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** Rows of text in aligned columns, numbers to the right. */
final class TextTable {
    private static final int GAP = 2;
    /** A point in time, or the digits of a 64-bit number. */
    private static final int LONGEST_SPARE_CELL = 20;

    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] right;
    private final boolean[] optional;
    private final boolean[] spare;
    private int painted = -1;
    private UnaryOperator<String> paint = UnaryOperator.identity();

    /**
     * @param headings the columns' headings; one that begins with {@code >} aligns its column to the right, one with
     *     {@code ?} before that is left out where every cell is nought or nothing, one with {@code ~} before all that may
     *     be left out where there is no room for all
     */
    TextTable(String... headings) {
        right = new boolean[headings.length];
        optional = new boolean[headings.length];
        spare = new boolean[headings.length];
        String[] plain = new String[headings.length];
        for (int i = 0; i < headings.length; i++) {
            spare[i] = headings[i].startsWith("~");
            String heading = spare[i] ? headings[i].substring(1) : headings[i];
            optional[i] = heading.startsWith("?");
            heading = optional[i] ? heading.substring(1) : heading;
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

    /** All of it, as wide as it is. */
    @Override
    public String toString() {
        return toString(OptionalInt.empty());
    }

    /**
     * In lines of that width: long cells of spare columns are cut, long cells of the first column stand on a line of their
     * own, and spare columns go, the last first, until it fits. Whatever room is left then is the cut cells' again. What no
     * spare column can make room for is left as wide as it is.
     *
     * @param width in characters; empty: as wide as it is
     */
    String toString(OptionalInt width) {
        boolean[] shown = new boolean[right.length];
        int[] widths = new int[right.length];
        for (int i = 0; i < right.length; i++) {
            shown[i] = isShown(i);
            widths[i] = width(i);
        }
        if (width.isPresent() && total(shown, widths) > width.getAsInt()) {
            fit(shown, widths, width.getAsInt());
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                if (!shown[i]) {
                    continue;
                }
                String cell = row[i];
                if (cell.length() > widths[i] && i == 0) {
                    text.append(cell).append('\n');
                    cell = "";
                } else if (cell.length() > widths[i]) {
                    cell = cell.substring(0, widths[i] - 1) + "…";
                }
                String padding = " ".repeat(widths[i] - cell.length());
                String shownCell = i == painted && row != rows.get(0) ? paint.apply(cell) : cell;
                line.append(i == 0 ? "" : "  ").append(right[i] ? padding + shownCell : shownCell + padding);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private void fit(boolean[] shown, int[] widths, int width) {
        int[] whole = widths.clone();
        for (int i = 1; i < widths.length; i++) {
            if (spare[i]) {
                widths[i] = Math.min(widths[i], LONGEST_SPARE_CELL);
            }
        }
        leaveOut(shown, widths, width);
        for (int i = 1; i < widths.length; i++) {
            if (shown[i]) {
                widths[i] += Math.max(0, Math.min(whole[i] - widths[i], width - total(shown, widths)));
            }
        }
    }

    /** Leaves spare columns out, the last first, and narrows the first column, until the rest fits. */
    private void leaveOut(boolean[] shown, int[] widths, int width) {
        int heading = rows.get(0)[0].length();
        int name = widths[0];
        for (int i = widths.length; i >= 1; i--) {
            if (i < widths.length) {
                shown[i] = shown[i] && !spare[i];
            }
            widths[0] = 0;
            widths[0] = Math.min(name, width - total(shown, widths));
            if (widths[0] >= heading) {
                return;
            }
        }
        widths[0] = heading;
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
    }

    private static int total(boolean[] shown, int[] widths) {
        int total = -GAP;
        for (int i = 0; i < widths.length; i++) {
            total += shown[i] ? widths[i] + GAP : 0;
        }
        return total;
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
