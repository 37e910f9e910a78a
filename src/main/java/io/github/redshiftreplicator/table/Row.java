package io.github.redshiftreplicator.table;

import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.Set;

/**
 * One row: the texts of its columns as Redshift's COPY reads them, null for NULL. Immutable; the columns' names are
 * shared by all rows of a result.
 */
public final class Row extends AbstractList<Object> implements RandomAccess {
    private final Map<String, Integer> positions;
    private final String[] values;

    /**
     * Makes a row.
     *
     * @param positions where each column stands, by its name as spelled in the query; not copied
     * @param values the columns' texts, null for NULL; not copied
     */
    public Row(Map<String, Integer> positions, String[] values) {
        this.positions = positions;
        this.values = values;
    }

    /** The same columns with other values; not copied. */
    public Row with(String[] others) {
        return new Row(positions, others);
    }

    @Override
    public String get(int index) {
        return values[index];
    }

    /**
     * A column's text by its name as spelled in the query.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    public String get(String column) {
        Integer position = positions.get(column);
        if (position == null) {
            throw new IllegalArgumentException("The row has no column '" + column + "', only "
                    + String.join(", ", List.copyOf(positions.keySet())) + ".");
        }
        return values[position];
    }

    /** The columns' texts in the query's order, null for NULL; a view. */
    public List<String> texts() {
        return Collections.unmodifiableList(Arrays.asList(values));
    }

    /** The same, by the columns' names: a view, its values in the query's order. */
    public Map<String, Object> asMap() {
        return new ByName();
    }

    @Override
    public int size() {
        return values.length;
    }

    /** The characters of its values together with one for each separator: about the bytes it takes as CSV. */
    public int weight() {
        int weight = values.length;
        for (String value : values) {
            weight += value == null ? 4 : value.length() + 2;
        }
        return weight;
    }

    private final class ByName extends AbstractMap<String, Object> {
        @Override
        public Object get(Object column) {
            Integer position = positions.get(column);
            return position == null ? null : values[position];
        }

        @Override
        public boolean containsKey(Object column) {
            return positions.containsKey(column);
        }

        @Override
        public int size() {
            return values.length;
        }

        @Override
        public Collection<Object> values() {
            return Row.this;
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            Map<String, Object> entries = new LinkedHashMap<>();
            positions.entrySet().stream()
                    .sorted(Entry.comparingByValue())
                    .forEach(column -> entries.put(column.getKey(), values[column.getValue()]));
            return Collections.unmodifiableSet(entries.entrySet());
        }
    }
}
