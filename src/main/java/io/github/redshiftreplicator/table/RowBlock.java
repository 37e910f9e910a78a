package io.github.redshiftreplicator.table;

import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Some whole rows of CSV. Its arrays are handed on without a copy: do not change them, and do not read them any more when
 * all bytes are released, since the next block may then be made of them. Thread-safe.
 */
public final class RowBlock {
    private final byte[] bytes;
    private final int[] rowEnds;
    private final int rows;
    private final Pool pool;
    private final AtomicInteger unreleased;

    /** Arrays of blocks that are done with: without it, the collector would be busy with little else. Thread-safe. */
    public static final class Pool {
        private final int blockSize;
        private final Queue<byte[]> free = new ConcurrentLinkedQueue<>();

        /** @param blockSize the most bytes of a block, unless a single row is longer */
        public Pool(int blockSize) {
            this.blockSize = blockSize;
        }

        private byte[] take() {
            byte[] array = free.poll();
            return array == null ? new byte[blockSize] : array;
        }

        private void giveBack(byte[] array) {
            if (array.length == blockSize) {
                free.add(array);
            }
        }
    }

    /** A block whose array nobody else uses, and that need not be released. */
    public RowBlock(byte[] bytes, int[] rowEnds, int rows) {
        this(bytes, rowEnds, rows, new Pool(0));
    }

    private RowBlock(byte[] bytes, int[] rowEnds, int rows, Pool pool) {
        this.bytes = bytes;
        this.rowEnds = rowEnds;
        this.rows = rows;
        this.pool = pool;
        this.unreleased = new AtomicInteger(length());
    }

    /** The CSV from index 0; what lies behind the last row's end has no meaning. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where each row ends, exclusive, ascending; the first {@link #rows} places count. */
    public int[] rowEnds() {
        return rowEnds;
    }

    /** The number of rows, at least 1. */
    public int rows() {
        return rows;
    }

    /** The bytes in use. */
    public int length() {
        return rowEnds[rows - 1];
    }

    /** Says that some of its bytes, each once, are read no more. */
    public void release(int count) {
        if (unreleased.addAndGet(-count) == 0) {
            pool.giveBack(bytes);
        }
    }

    /** Collects rows into blocks of a given size. Not thread-safe. */
    public static final class Builder {
        private final Pool pool;
        private byte[] bytes;
        private int[] rowEnds;
        private int length;
        private int rows;
        private int usualRows = 512;

        /** @param pool where its arrays come from; may be that of several builders */
        public Builder(Pool pool) {
            this.pool = pool;
        }

        /** Whether the row fits beside those that are there. */
        public boolean hasRoomFor(byte[] row) {
            return rows == 0 || length + row.length <= pool.blockSize;
        }

        /** Whether there is no row yet. */
        public boolean isEmpty() {
            return rows == 0;
        }

        /** Adds a row of CSV with its end of line; the array may be handed on without a copy. */
        public void add(byte[] row) {
            if (rows == 0) {
                bytes = row.length > pool.blockSize ? row : pool.take();
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
            RowBlock block = new RowBlock(bytes, rowEnds, rows, pool);
            usualRows = rows + rows / 8 + 1;
            bytes = null;
            rowEnds = null;
            length = 0;
            rows = 0;
            return block;
        }
    }
}
