package io.github.redshiftreplicator.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Cuts a stream of rows into rounds of one part a slice, so that every slice of the cluster loads the same share: COPY
 * gives each slice whole files. It holds one round at a time. Not thread-safe.
 *
 * @param <P> what holds the rows
 */
final class Rounds<P> {
    /** The most bytes held back to form a round. */
    private static final long HELD = 32L << 20;

    /** Some rows: where each ends in the payload's own measure. */
    record Segment<P>(P payload, int[] rowEnds, int rows) {}

    /** The rows {@code [fromRow, toRow)} of a payload, which lie at {@code [start, end)}. */
    record Piece<P>(P payload, int fromRow, int toRow, int start, int end) {}

    private final Supplier<Segment<P>> segments;
    private final Deque<Segment<P>> held = new ArrayDeque<>();
    private final long size;
    private final int slices;
    private int firstRow;
    private long heldBytes;
    private long heldRows;
    private boolean ended;
    private int partsLeft;
    private int partsOfRound;
    private long roundBytes;
    private long cutBytes;
    private boolean isLast;

    /**
     * @param segments gives the next segment, null at the end
     * @param partSize the most bytes of a part; in the last round a row may reach beyond, and a part has one row at least
     * @param slices the parts of a round
     */
    Rounds(Supplier<Segment<P>> segments, long partSize, int slices) {
        if (partSize < 1 || slices < 1) {
            throw new IllegalArgumentException(
                    "The part size " + partSize + " and the slices " + slices + " must be at least 1.");
        }
        this.segments = segments;
        this.slices = slices;
        this.size = Math.max(1, Math.min(partSize, HELD / slices));
    }

    /** The next part's pieces, empty at the end. */
    List<Piece<P>> next() {
        if (partsLeft == 0) {
            startRound();
        }
        if (heldRows == 0) {
            return List.of();
        }
        int part = partsOfRound - partsLeft + 1;
        partsLeft--;
        if (isLast && partsLeft == 0) {
            return take(heldRows);
        }
        long target = isLast ? roundBytes * part / partsOfRound - cutBytes : size;
        long most = isLast ? heldRows - partsLeft : heldRows;
        List<Piece<P>> pieces = take(Math.min(most, Math.max(1, rowsWithin(target))));
        if (heldRows == 0) {
            partsLeft = 0;
        }
        return pieces;
    }

    private void startRound() {
        long round = size * slices;
        while (heldBytes < round && !ended) {
            Segment<P> segment = segments.get();
            if (segment == null) {
                ended = true;
            } else {
                held.add(segment);
                heldBytes += segment.rowEnds()[segment.rows() - 1];
                heldRows += segment.rows();
            }
        }
        isLast = heldBytes < round;
        roundBytes = Math.min(round, heldBytes);
        partsOfRound = isLast ? (int) Math.min(slices, heldRows) : slices;
        partsLeft = partsOfRound;
        cutBytes = 0;
    }

    /** The rows at the front that fit; in the last round, where nothing is carried over, as many as come nearest. */
    private long rowsWithin(long bytes) {
        long rows = 0;
        long left = bytes;
        int from = firstRow;
        for (Segment<P> segment : held) {
            int start = start(segment, from);
            int length = segment.rowEnds()[segment.rows() - 1] - start;
            if (length > left) {
                int row = rowAt(segment, from, start + left);
                int before = start(segment, row);
                boolean nextIsNearer = isLast && segment.rowEnds()[row] - (start + left) < start + left - before;
                return rows + row - from + (nextIsNearer ? 1 : 0);
            }
            rows += segment.rows() - from;
            left -= length;
            from = 0;
        }
        return rows;
    }

    /** The first row that ends behind an offset. */
    private static int rowAt(Segment<?> segment, int from, long offset) {
        int found = Arrays.binarySearch(segment.rowEnds(), from, segment.rows(), (int) offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    private static int start(Segment<?> segment, int row) {
        return row == 0 ? 0 : segment.rowEnds()[row - 1];
    }

    private List<Piece<P>> take(long rows) {
        List<Piece<P>> pieces = new ArrayList<>();
        for (long left = rows; left > 0; ) {
            Segment<P> segment = held.peek();
            int count = (int) Math.min(left, segment.rows() - firstRow);
            int start = start(segment, firstRow);
            int end = segment.rowEnds()[firstRow + count - 1];
            pieces.add(new Piece<>(segment.payload(), firstRow, firstRow + count, start, end));
            left -= count;
            heldRows -= count;
            heldBytes -= end - start;
            cutBytes += end - start;
            firstRow += count;
            if (firstRow == segment.rows()) {
                held.remove();
                firstRow = 0;
            }
        }
        return pieces;
    }
}
