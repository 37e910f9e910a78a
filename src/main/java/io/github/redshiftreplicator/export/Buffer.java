package io.github.redshiftreplicator.export;

import java.io.OutputStream;
import java.util.Arrays;

/** A byte array that grows and can be written to in place, to be used again. Not thread-safe. */
final class Buffer extends OutputStream {
    private static final int FIRST_CAPACITY = 1 << 16;
    private static final int MOST = Integer.MAX_VALUE - 16;

    private static final int SPARE = 1 << 18;
    private static final byte[] EMPTY = {};

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

    /** Makes room for a length that is known, with some to spare for the next part, which is about as long. */
    void prepare(long wanted) {
        if (wanted > bytes.length && wanted + SPARE <= MOST) {
            bytes = EMPTY;
            bytes = new byte[(int) wanted + SPARE];
        }
        length = 0;
    }

    /** Makes room behind the bytes in use. */
    void reserve(int more) {
        if (bytes.length - length < more) {
            if (length + (long) more > MOST) {
                throw new IllegalStateException("A part of 2 GB and more cannot be stored: set a smaller part size.");
            }
            long wanted = Math.max(bytes.length + bytes.length / 2L, (long) length + more);
            int capacity = (int) Math.min(wanted, MOST);
            if (length == 0) {
                bytes = EMPTY;
                bytes = new byte[capacity];
            } else {
                bytes = Arrays.copyOf(bytes, capacity);
            }
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
