package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.table.RowBlock;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Cuts blocks of CSV into parts at row ends: a multiple of the cluster's slices, near equal in size, the last round's
 * too. Memory: one round, at most 32 MB. Not thread-safe.
 */
public final class PartCutter implements Iterator<CsvPart>, AutoCloseable {
    /** The bytes of CSV in a part unless configured otherwise. */
    public static final long DEFAULT_PART_SIZE = 8L << 20;

    private final Iterator<RowBlock> blocks;
    private final Rounds<RowBlock> rounds;
    private CsvPart next;
    private boolean ended;

    /**
     * @param blocks the rows; closed with this cutter if it is closeable
     * @param partSize the most bytes of CSV in a part, but for one row at most
     * @param slices the slices of the cluster, at least 1
     */
    public PartCutter(Iterator<RowBlock> blocks, long partSize, int slices) {
        this.blocks = blocks;
        this.rounds = new Rounds<>(this::segment, partSize, slices);
    }

    private Rounds.Segment<RowBlock> segment() {
        if (!blocks.hasNext()) {
            return null;
        }
        RowBlock block = blocks.next();
        return new Rounds.Segment<>(block, block.rowEnds(), block.rows());
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            List<Rounds.Piece<RowBlock>> pieces = rounds.next();
            ended = pieces.isEmpty();
            next = ended ? null : part(pieces);
        }
        return next != null;
    }

    private static CsvPart part(List<Rounds.Piece<RowBlock>> pieces) {
        return new CsvPart(
                pieces.stream()
                        .map(p -> new CsvPart.Slice(p.payload(), p.start(), p.end() - p.start()))
                        .toList(),
                pieces.stream().mapToLong(p -> p.toRow() - p.fromRow()).sum());
    }

    @Override
    public CsvPart next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        CsvPart part = next;
        next = null;
        return part;
    }

    /** Closes the reader. */
    @Override
    public void close() {
        Closing.close(blocks);
    }
}
