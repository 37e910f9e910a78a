package io.github.redshiftreplicator.table;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Map;
import java.util.RandomAccess;

/**
 * Rows that wait, in about the bytes that they take as CSV: as objects they would take ten times as much. Each row is made
 * anew when it is asked for. Rows of one result only; filled by one thread, then read by any.
 */
public final class PackedRows extends AbstractList<Row> implements RandomAccess {
    private static final int BYTES_OF_ROW = 64;

    private final int capacity;
    private Map<String, Integer> positions = Map.of();
    private int columns;
    private int size;
    private byte[] bytes = new byte[0];
    /** Where each value ends; for a NULL the complement of where the value before it ends. */
    private int[] ends = new int[0];

    /** @param capacity the rows that are expected */
    public PackedRows(int capacity) {
        this.capacity = capacity;
    }

    @Override
    public boolean add(Row row) {
        if (size == 0) {
            positions = row.positions();
            columns = row.size();
            bytes = new byte[capacity * BYTES_OF_ROW];
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
        return new Row(positions, values);
    }

    @Override
    public int size() {
        return size;
    }
}
