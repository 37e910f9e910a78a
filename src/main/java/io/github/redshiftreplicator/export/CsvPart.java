package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.table.RowBlock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A part's CSV before compression: whole rows in slices of the reader's blocks, not copied. It can be read as often as one
 * likes until it is closed, which {@link PartCompression} does on a route: its memory is then used for other rows, as soon
 * as those who are reading it have done so. Thread-safe.
 */
public final class CsvPart implements AutoCloseable {
    /** A stretch of a block. */
    record Slice(RowBlock block, int offset, int length) {}

    private final List<Slice> slices;
    private final long rows;
    private final long bytes;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Those that read it, and the part itself until it is closed. */
    private final AtomicInteger holders = new AtomicInteger(1);

    CsvPart(List<Slice> slices, long rows) {
        this.slices = List.copyOf(slices);
        this.rows = rows;
        this.bytes = slices.stream().mapToLong(Slice::length).sum();
    }

    List<Slice> slices() {
        return slices;
    }

    /** The rows in it, at least 1. */
    public long rows() {
        return rows;
    }

    /** Its size, uncompressed. */
    public long bytes() {
        return bytes;
    }

    /**
     * Writes all of it.
     *
     * @throws IllegalStateException if it is closed
     */
    public void writeTo(OutputStream out) throws IOException {
        hold();
        try {
            for (Slice slice : slices) {
                out.write(slice.block().bytes(), slice.offset(), slice.length());
            }
        } finally {
            letGo();
        }
    }

    /**
     * Reads it from its start; may be asked for again. The part's memory is its own until the stream is closed.
     *
     * @throws IllegalStateException if the part is closed
     */
    public InputStream inputStream() {
        hold();
        return new SliceStream();
    }

    /** Gives its memory back. Does nothing the second time. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            letGo();
        }
    }

    private void hold() {
        holders.updateAndGet(count -> {
            if (count == 0 || closed.get()) {
                throw new IllegalStateException(
                        "This part is compressed, and its memory has other rows now: what needs it"
                                + " later, such as a wireTap, must take a copy (convertBodyTo byte[]) first.");
            }
            return count + 1;
        });
    }

    private void letGo() {
        if (holders.decrementAndGet() == 0) {
            slices.forEach(slice -> slice.block().release(slice.length()));
        }
    }

    /** What logs show: its size, none of its rows. */
    @Override
    public String toString() {
        return "CsvPart[" + rows + " rows, " + bytes + " bytes]";
    }

    private final class SliceStream extends InputStream {
        private int next;
        private int position;
        private boolean ended;

        @Override
        public synchronized int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (ended) {
                throw new IOException("The stream is closed.");
            }
            while (next < slices.size() && position == slices.get(next).length()) {
                next++;
                position = 0;
            }
            if (next == slices.size()) {
                return -1;
            }
            Slice slice = slices.get(next);
            int count = Math.min(length, slice.length() - position);
            System.arraycopy(slice.block().bytes(), slice.offset() + position, target, offset, count);
            position += count;
            return count;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public synchronized void close() {
            if (!ended) {
                ended = true;
                letGo();
            }
        }
    }
}
