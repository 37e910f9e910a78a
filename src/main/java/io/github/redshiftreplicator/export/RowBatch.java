package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.table.Row;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;

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
    public Iterator<Row> iterator() {
        return new Rows();
    }

    @Override
    public int size() {
        return size;
    }

    /** Writes all rows as CSV. */
    void writeCsv(Buffer out) {
        for (Rounds.Piece<PackedRows> piece : pieces) {
            piece.payload().writeCsv(piece.fromRow(), piece.toRow(), out);
        }
    }

    private final class Rows implements Iterator<Row> {
        private final Iterator<Rounds.Piece<PackedRows>> left = pieces.iterator();
        private Rounds.Piece<PackedRows> piece;
        private int row;

        @Override
        public boolean hasNext() {
            return piece != null && row < piece.toRow() || left.hasNext();
        }

        @Override
        public Row next() {
            if (piece == null || row == piece.toRow()) {
                piece = left.next();
                row = piece.fromRow();
            }
            return piece.payload().get(row++);
        }
    }
}
