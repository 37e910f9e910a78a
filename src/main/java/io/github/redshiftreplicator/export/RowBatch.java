package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.table.PackedRows;
import io.github.redshiftreplicator.table.Row;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** The rows of a part, as a list. Read it by its iterator: each row is made when it is reached. Immutable. */
public final class RowBatch extends AbstractList<Row> {
    private final List<Rounds.Piece<PackedRows>> pieces;
    private final int size;
    private final long weight;

    RowBatch(List<Rounds.Piece<PackedRows>> pieces) {
        this.pieces = pieces;
        this.size = pieces.stream().mapToInt(p -> p.toRow() - p.fromRow()).sum();
        this.weight = pieces.stream().mapToLong(p -> p.end() - p.start()).sum();
    }

    /** The estimated bytes of its rows as CSV. */
    public long weight() {
        return weight;
    }

    @Override
    public Row get(int index) {
        int left = index;
        for (Rounds.Piece<PackedRows> piece : pieces) {
            int rows = piece.toRow() - piece.fromRow();
            if (left >= 0 && left < rows) {
                return piece.payload().get(piece.fromRow() + left);
            }
            left -= rows;
        }
        throw new IndexOutOfBoundsException("There are " + size + " rows, and none at " + index + ".");
    }

    @Override
    public Stream<Row> stream() {
        return pieces.stream().flatMap(p -> p.payload().subList(p.fromRow(), p.toRow()).stream());
    }

    @Override
    public Iterator<Row> iterator() {
        return stream().iterator();
    }

    @Override
    public int size() {
        return size;
    }
}
