package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.table.CsvFormat;
import io.github.redshiftreplicator.table.Row;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/**
 * Rows that wait, in about the bytes that they take as CSV: as objects they would take ten times as much. Each row is made
 * anew when it is asked for. Rows of one result only; filled by one thread, then read by any.
 */
final class PackedRows extends AbstractList<Row> implements RandomAccess {
    private static final byte[] NULL_MARKER = CsvFormat.NULL_MARKER.getBytes(StandardCharsets.US_ASCII);

    private final int capacity;
    private final int expectedBytes;
    /** Knows the columns' names. */
    private Row model;

    private int columns;
    private int size;
    private byte[] bytes = new byte[0];
    /** Where each value ends; for a NULL the complement of where the value before it ends. */
    private int[] ends = new int[0];

    /**
     * @param capacity the rows that are expected
     * @param expectedBytes what their values are expected to take as UTF-8
     */
    PackedRows(int capacity, int expectedBytes) {
        this.capacity = capacity;
        this.expectedBytes = expectedBytes;
    }

    @Override
    public boolean add(Row row) {
        if (size == 0) {
            model = row;
            columns = row.size();
            bytes = new byte[expectedBytes];
            ends = new int[capacity * columns];
        }
        int first = size * columns;
        if (first + columns > ends.length) {
            ends = Arrays.copyOf(ends, ends.length * 2);
        }
        int end = end(first - 1);
        for (int column = 0; column < columns; column++) {
            String value = row.get(column);
            if (value == null) {
                ends[first + column] = ~end;
            } else {
                end = append(value, end);
                ends[first + column] = end;
            }
        }
        size++;
        return true;
    }

    private int append(String value, int at) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        int end = Math.addExact(at, encoded.length);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, (int) Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8)));
        }
        System.arraycopy(encoded, 0, bytes, at, encoded.length);
        return end;
    }

    private int end(int value) {
        return value < 0 ? 0 : ends[value] < 0 ? ~ends[value] : ends[value];
    }

    @Override
    public Row get(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("There are " + size + " rows, and none at " + index + ".");
        }
        String[] values = new String[columns];
        int first = index * columns;
        int start = end(first - 1);
        for (int column = 0; column < columns; column++) {
            int end = ends[first + column];
            if (end >= 0) {
                values[column] = new String(bytes, start, end - start, StandardCharsets.UTF_8);
                start = end;
            }
        }
        return model.with(values);
    }

    @Override
    public int size() {
        return size;
    }

    /** What the values take as UTF-8. */
    int bytes() {
        return end(size * columns - 1);
    }

    /** Writes the rows {@code [fromRow, toRow)} as CSV, quoted where camel-csv would quote. */
    void writeCsv(int fromRow, int toRow, Buffer out) {
        int value = fromRow * columns;
        int start = end(value - 1);
        for (int row = fromRow; row < toRow; row++) {
            long most = 2L * (end(value + columns - 1) - start) + (NULL_MARKER.length + 3L) * columns;
            out.reserve((int) Math.min(most, Integer.MAX_VALUE));
            byte[] csv = out.bytes();
            int at = out.length();
            for (int column = 0; column < columns; column++) {
                int end = ends[value++];
                if (column > 0) {
                    csv[at++] = CsvFormat.DELIMITER;
                }
                if (end < 0) {
                    System.arraycopy(NULL_MARKER, 0, csv, at, NULL_MARKER.length);
                    at += NULL_MARKER.length;
                } else {
                    at = writeField(start, end, column == 0, csv, at);
                    start = end;
                }
            }
            csv[at++] = '\n';
            out.advance(at - out.length());
        }
    }

    private int writeField(int start, int end, boolean isFirst, byte[] csv, int at) {
        if (!isToBeQuoted(start, end, isFirst)) {
            System.arraycopy(bytes, start, csv, at, end - start);
            return at + end - start;
        }
        int next = at;
        csv[next++] = CsvFormat.QUOTE;
        for (int i = start; i < end; i++) {
            if (bytes[i] == CsvFormat.QUOTE) {
                csv[next++] = CsvFormat.QUOTE;
            }
            csv[next++] = bytes[i];
        }
        csv[next++] = CsvFormat.QUOTE;
        return next;
    }

    /** Beside what has to be, it is what commons-csv quotes: blanks at an end, and what begins like a comment. */
    private boolean isToBeQuoted(int start, int end, boolean isFirst) {
        if (start == end) {
            return isFirst;
        }
        if (Byte.toUnsignedInt(bytes[start]) <= '#' || Byte.toUnsignedInt(bytes[end - 1]) <= ' ') {
            return true;
        }
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b == CsvFormat.DELIMITER || b == CsvFormat.QUOTE || b == '\n' || b == '\r') {
                return true;
            }
        }
        return false;
    }
}
