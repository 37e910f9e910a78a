package io.github.redshiftreplicator.table;

import java.util.Arrays;

/**
 * Some whole rows of CSV. Its arrays are handed on without a copy: do not change them.
 *
 * @param bytes the CSV from index 0; what lies behind the last row's end has no meaning
 * @param rowEnds where each row ends, exclusive, ascending; its first {@code rows} places count
 * @param rows the number of rows, at least 1
 */
public record RowBlock(byte[] bytes, int[] rowEnds, int rows) {
    /** The bytes in use. */
    public int length() {
        return rowEnds[rows - 1];
    }

    /** Collects rows into blocks of a given size. Not thread-safe. */
    public static final class Builder {
        private final int blockSize;
        private byte[] bytes;
        private int[] rowEnds;
        private int length;
        private int rows;
        private int usualRows = 512;

        /** @param blockSize the most bytes of a block, unless a single row is longer */
        public Builder(int blockSize) {
            this.blockSize = blockSize;
        }

        /** Whether the row fits beside those that are there. */
        public boolean hasRoomFor(byte[] row) {
            return rows == 0 || length + row.length <= blockSize;
        }

        /** Whether there is no row yet. */
        public boolean isEmpty() {
            return rows == 0;
        }

        /** Adds a row of CSV with its end of line; the array may be handed on without a copy. */
        public void add(byte[] row) {
            if (rows == 0) {
                bytes = row.length >= blockSize ? row : new byte[blockSize];
                rowEnds = new int[usualRows];
            }
            if (bytes != row) {
                System.arraycopy(row, 0, bytes, length, row.length);
            }
            length += row.length;
            if (rows == rowEnds.length) {
                rowEnds = Arrays.copyOf(rowEnds, rows * 2);
            }
            rowEnds[rows++] = length;
        }

        /** The block of the rows so far; the builder is empty afterwards. At least one row must be there. */
        public RowBlock take() {
            RowBlock block = new RowBlock(bytes, rowEnds, rows);
            usualRows = rows + rows / 8 + 1;
            bytes = null;
            rowEnds = null;
            length = 0;
            rows = 0;
            return block;
        }
    }
}
