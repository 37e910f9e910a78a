package io.github.redshiftreplicator.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Rows on their way to PostgreSQL's COPY, as CSV whose strings are always quoted and whose NULLs are empty. */
final class RowBuffer {

    private byte[] bytes = new byte[1 << 17];
    private int length;

    int length() {
        return length;
    }

    byte[] bytes() {
        return bytes;
    }

    void cut(int to) {
        length = to;
    }

    void put(byte b) {
        room(1);
        bytes[length++] = b;
    }

    void put(byte[] source, int from, int to) {
        int count = to - from;
        room(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    void put(String ascii) {
        byte[] source = ascii.getBytes(StandardCharsets.US_ASCII);
        put(source, 0, source.length);
    }

    void quoted(byte[] source, int from, int to) {
        room(2 * (to - from) + 2);
        byte[] target = bytes;
        int at = length;
        target[at++] = '"';
        for (int i = from; i < to; i++) {
            byte b = source[i];
            target[at++] = b;
            if (b == '"') {
                target[at++] = '"';
            }
        }
        target[at++] = '"';
        length = at;
    }

    private void room(int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
