package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.table.Row;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;

/**
 * Gathers rows into batches, each to become a part, by the rule of {@link PartCutter}; a row's size is estimated.
 * Marshalling a batch at once costs a fraction of marshalling row by row. Not thread-safe.
 */
public final class RowBatches implements Iterator<RowBatch>, AutoCloseable {
    /** The estimated bytes of CSV in a batch unless configured otherwise. */
    public static final long DEFAULT_BATCH_SIZE = 4L << 20;

    private static final int ROWS_OF_SEGMENT = 1024;

    /** A segment ends with the row that fills it. */
    private static final int BYTES_OF_SEGMENT = 1 << 20;

    private final Iterator<?> rows;
    private final UnaryOperator<Row> guard;
    private final Rounds<PackedRows> rounds;
    private int bytesExpected = ROWS_OF_SEGMENT * 64;
    private RowBatch next;
    private boolean ended;

    /**
     * @param rows the rows, each a {@link Row}; closed with these batches if it is closeable
     * @param guard makes each row fit its target
     * @param batchSize the most bytes in a batch, as estimated
     * @param slices the slices of the cluster, at least 1
     */
    public RowBatches(Iterator<?> rows, UnaryOperator<Row> guard, long batchSize, int slices) {
        this.rows = rows;
        this.guard = guard;
        this.rounds = new Rounds<>(this::segment, batchSize, slices);
    }

    private Rounds.Segment<PackedRows> segment() {
        if (!rows.hasNext()) {
            return null;
        }
        PackedRows segment = new PackedRows(ROWS_OF_SEGMENT, bytesExpected);
        int[] ends = new int[ROWS_OF_SEGMENT];
        int end = 0;
        // a few long rows fill a segment as well, so that a round is not overfull
        while (segment.size() < ROWS_OF_SEGMENT && end < BYTES_OF_SEGMENT && rows.hasNext()) {
            Row row = guard.apply((Row) rows.next());
            end += row.weight();
            ends[segment.size()] = end;
            segment.add(row);
        }
        // the next one is much alike, but for a row of many megabytes
        bytesExpected = Math.min(segment.bytes(), BYTES_OF_SEGMENT) / 16 * 17;
        return new Rounds.Segment<>(segment, Arrays.copyOf(ends, segment.size()), segment.size());
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            List<Rounds.Piece<PackedRows>> pieces = rounds.next();
            ended = pieces.isEmpty();
            next = ended ? null : new RowBatch(pieces);
        }
        return next != null;
    }

    @Override
    public RowBatch next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        RowBatch batch = next;
        next = null;
        return batch;
    }

    /** Closes the reader. */
    @Override
    public void close() {
        Closing.close(rows);
    }
}
