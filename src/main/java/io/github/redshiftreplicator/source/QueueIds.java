package io.github.redshiftreplicator.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rows of the deletion queue that were read, as ranges of ids. Only ids that were seen are in it: one in between may
 * belong to a transaction that had not committed. Not thread-safe.
 */
public final class QueueIds {
    /**
     * Ids without a gap.
     *
     * @param last inclusive
     */
    public record Range(long first, long last) {}

    private long[] bounds = new long[16];
    private int used;
    private long count;

    /** Adds an id that is higher than those before it. */
    public void add(long id) {
        addRange(id, id);
    }

    private void addRange(long first, long last) {
        if (used > 0 && bounds[used - 1] >= first) {
            throw new IllegalArgumentException("The id " + first + " is not higher than " + bounds[used - 1] + ".");
        }
        count += last - first + 1;
        if (used > 0 && bounds[used - 1] + 1 == first) {
            bounds[used - 1] = last;
            return;
        }
        if (used == bounds.length) {
            bounds = Arrays.copyOf(bounds, used * 2);
        }
        bounds[used++] = first;
        bounds[used++] = last;
    }

    /** How many ids there are. */
    public long count() {
        return count;
    }

    /** The ranges, none longer than asked. */
    public List<Range> ranges(int longest) {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < used; i += 2) {
            for (long first = bounds[i]; first <= bounds[i + 1]; first += longest) {
                ranges.add(new Range(first, Math.min(bounds[i + 1], first + longest - 1)));
            }
        }
        return ranges;
    }

    /** The text that {@link #parse} reads back, such as {@code 1-9,12}. */
    @Override
    public String toString() {
        return IntStream.range(0, used / 2)
                .mapToObj(i -> bounds[2 * i] == bounds[2 * i + 1]
                        ? String.valueOf(bounds[2 * i])
                        : bounds[2 * i] + "-" + bounds[2 * i + 1])
                .collect(Collectors.joining(","));
    }

    /** @throws NumberFormatException if the text is none of {@link #toString} */
    public static QueueIds parse(String text) {
        QueueIds ids = new QueueIds();
        if (!text.isEmpty()) {
            for (String range : text.split(",")) {
                int dash = range.indexOf('-');
                ids.addRange(
                        Long.parseLong(dash < 0 ? range : range.substring(0, dash)),
                        Long.parseLong(range.substring(dash + 1)));
            }
        }
        return ids;
    }
}
