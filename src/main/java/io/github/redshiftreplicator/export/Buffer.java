package io.github.redshiftreplicator.export;

import java.io.OutputStream;
import java.util.Arrays;

/** A byte array that grows and can be written to in place, to be used again. Not thread-safe. */
final class Buffer extends OutputStream {
    private static final int FIRST_CAPACITY = 1 << 20;
    private static final int MOST = Integer.MAX_VALUE - 16;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length;

    void clear() {
        length = 0;
    }

    /** The array; reserving more may replace it. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Makes room behind the bytes in use. */
    void reserve(int more) {
        if (bytes.length - length < more) {
            if (length + (long) more > MOST) {
                throw new IllegalStateException("A part of 2 GB and more cannot be stored: set a smaller part size.");
            }
            long wanted = Math.max(bytes.length + bytes.length / 2L, (long) length + more);
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, MOST));
        }
    }

    /** Counts bytes written in place as in use. */
    void advance(int more) {
        length += more;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    @Override
    public void write(int b) {
        reserve(1);
        bytes[length++] = (byte) b;
    }

    @Override
    public void write(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }
}
