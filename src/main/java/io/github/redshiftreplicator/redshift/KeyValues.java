package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.TableName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Reads the keys to delete from a message's body. */
final class KeyValues {
    private KeyValues() {}

    /**
     * The keys in a body: a list or an iterator, each of whose elements is a value, a list of values in the key
     * columns' order, or a map that has the key columns.
     *
     * @throws IllegalArgumentException if the body is none of these, or a value is missing
     */
    static List<List<Object>> of(Object body, List<String> keys, TableName table) {
        Iterator<?> elements = elements(body, table);
        List<List<Object>> values = new ArrayList<>();
        while (elements.hasNext()) {
            List<Object> key = key(elements.next(), keys);
            if (key.size() != keys.size() || key.contains(null)) {
                throw new IllegalArgumentException("delete from " + table + ": a key needs a value for each of ("
                        + String.join(", ", keys) + "), and one of the body's has a value missing or too many.");
            }
            values.add(key);
        }
        return values;
    }

    private static Iterator<?> elements(Object body, TableName table) {
        if (body instanceof Iterable<?> iterable) {
            return iterable.iterator();
        }
        if (body instanceof Iterator<?> iterator) {
            return iterator;
        }
        if (body instanceof Object[] array) {
            return Arrays.asList(array).iterator();
        }
        throw new IllegalArgumentException("delete from " + table
                + " needs a list of keys as the body, or a manifest of parts that hold them; the body is "
                + (body == null ? "empty" : "a " + body.getClass().getSimpleName()) + ".");
    }

    private static List<Object> key(Object element, List<String> keys) {
        if (element instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        if (element instanceof Object[] array) {
            return new ArrayList<>(Arrays.asList(array));
        }
        if (element instanceof Map<?, ?> row) {
            List<Object> values = new ArrayList<>();
            keys.forEach(key -> values.add(valueOf(row, key)));
            return values;
        }
        return new ArrayList<>(Arrays.asList(element));
    }

    private static Object valueOf(Map<?, ?> row, String key) {
        return row.entrySet().stream()
                .filter(entry -> ColumnPlan.isSame(key, String.valueOf(entry.getKey())))
                .findFirst()
                .<Object>map(Map.Entry::getValue)
                .orElse(null);
    }

    /** The keys, each spelled as the column that it names, since names fold in Redshift. */
    static List<String> spelledAs(List<String> columns, List<String> keys) {
        return keys.stream()
                .map(key -> columns.stream()
                        .filter(column -> ColumnPlan.isSame(column, key))
                        .findFirst()
                        .orElse(key))
                .toList();
    }
}
