package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.table.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Gathers rows into batches, each to become a part, by the rule of {@link PartCutter}; a row's size is estimated.
 * Marshalling a batch at once costs a fraction of marshalling row by row. Not thread-safe.
 */
public final class RowBatches implements Iterator<List<Row>>, AutoCloseable {
    /** The estimated bytes of CSV in a batch unless configured otherwise. */
    public static final long DEFAULT_BATCH_SIZE = 4L << 20;

    private static final int ROWS_OF_SEGMENT = 1024;

    private final Iterator<?> rows;
    private final Rounds<List<Row>> rounds;
    private List<Row> next;
    private boolean ended;

    /**
     * @param rows the rows, each a {@link Row}; closed with these batches if it is closeable
     * @param batchSize the most bytes in a batch, as estimated
     * @param slices the slices of the cluster, at least 1
     */
    public RowBatches(Iterator<?> rows, long batchSize, int slices) {
        this.rows = rows;
        this.rounds = new Rounds<>(this::segment, batchSize, slices);
    }

    private Rounds.Segment<List<Row>> segment() {
        if (!rows.hasNext()) {
            return null;
        }
        List<Row> segment = new ArrayList<>(ROWS_OF_SEGMENT);
        int[] ends = new int[ROWS_OF_SEGMENT];
        int end = 0;
        // a few long rows fill a segment as well, so that a round is not overfull
        while (segment.size() < ROWS_OF_SEGMENT && end < 1 << 20 && rows.hasNext()) {
            Row row = (Row) rows.next();
            end += row.weight();
            ends[segment.size()] = end;
            segment.add(row);
        }
        return new Rounds.Segment<>(segment, Arrays.copyOf(ends, segment.size()), segment.size());
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            List<Rounds.Piece<List<Row>>> pieces = rounds.next();
            ended = pieces.isEmpty();
            next = ended ? null : batch(pieces);
        }
        return next != null;
    }

    private static List<Row> batch(List<Rounds.Piece<List<Row>>> pieces) {
        List<Row> batch = new ArrayList<>();
        pieces.forEach(p -> batch.addAll(p.payload().subList(p.fromRow(), p.toRow())));
        return batch;
    }

    @Override
    public List<Row> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        List<Row> batch = next;
        next = null;
        return batch;
    }

    /** Closes the reader. */
    @Override
    public void close() {
        Closing.close(rows);
    }
}
