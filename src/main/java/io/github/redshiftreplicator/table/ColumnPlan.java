package io.github.redshiftreplicator.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which source column fills which target column: the columns that both tables have, in the target's order. Immutable.
 *
 * <p>Redshift folds names' ASCII letters to lower case, even in quoted ones ("Names and identifiers" in its
 * documentation), so columns match by their folded names.
 *
 * @param columns the pairs, in the target's order, never empty
 */
public record ColumnPlan(List<Pair> columns) {
    /** A source column and the target column that it fills. */
    public record Pair(SourceColumn source, TargetColumn target) {}

    public ColumnPlan {
        columns = List.copyOf(columns);
    }

    /**
     * Matches a source table's columns with its target's.
     *
     * @throws IllegalArgumentException if no column is common, if two source columns fold to one name, or if the
     *     replication field or a key is missing on a side; the message names the table and the column
     */
    public static ColumnPlan of(Table table, List<SourceColumn> source, List<TargetColumn> target) {
        Map<String, SourceColumn> byFoldedName = new LinkedHashMap<>();
        for (SourceColumn column : source) {
            SourceColumn other = byFoldedName.put(fold(column.name()), column);
            if (other != null && target.stream().anyMatch(t -> fold(t.name()).equals(fold(column.name())))) {
                throw new IllegalArgumentException("Table " + table.name() + ": the columns '" + other.name()
                        + "' and '"
                        + column.name() + "' of " + table.source() + " have one name in Redshift, which folds names to"
                        + " lower case. Rename one in the source or replicate a view.");
            }
        }
        List<Pair> pairs = new ArrayList<>();
        for (TargetColumn column : target) {
            SourceColumn from = byFoldedName.get(fold(column.name()));
            if (from != null) {
                pairs.add(new Pair(from, column));
            }
        }
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("Table " + table.name() + ": " + table.source() + " and its target "
                    + table.target() + " have no column in common.");
        }
        table.replicationField().ifPresent(field -> requireSource(table, byFoldedName, "replication field", field));
        for (String key : table.keys()) {
            requireSource(table, byFoldedName, "key", key);
            if (table.strategy() == Strategy.TIMED
                    && pairs.stream().noneMatch(p -> fold(p.target().name()).equals(fold(key)))) {
                throw new IllegalArgumentException("Table " + table.name() + ": the key column '" + key
                        + "' is missing in the target " + table.target() + ". Add it there or name other keys.");
            }
        }
        return new ColumnPlan(pairs);
    }

    private static void requireSource(Table table, Map<String, SourceColumn> columns, String what, String name) {
        if (!columns.containsKey(fold(name))) {
            throw new IllegalArgumentException("Table " + table.name() + ": the " + what + " '" + name
                    + "' is not a column of " + table.source() + ". Its columns are "
                    + String.join(
                            ", ",
                            columns.values().stream().map(SourceColumn::name).toList()) + ".");
        }
    }

    /** The target's column names, in order. */
    public List<String> targetNames() {
        return columns.stream().map(pair -> pair.target().name()).toList();
    }

    /** A name as Redshift folds it, which is its ASCII letters alone ("Names and identifiers"). */
    public static String fold(String name) {
        StringBuilder folded = new StringBuilder(name);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                folded.setCharAt(i, (char) (c + 'a' - 'A'));
            }
        }
        return folded.toString();
    }

    /** Whether two names are one in Redshift. */
    public static boolean isSame(String one, String other) {
        return fold(one).equals(fold(other));
    }
}
