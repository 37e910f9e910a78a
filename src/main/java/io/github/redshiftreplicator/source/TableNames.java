package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.TableName;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Chooses the table that a name means, or explains why none does. */
final class TableNames {
    interface Others {
        List<TableName> get() throws SQLException;
    }

    private TableNames() {}

    /**
     * @param alike the tables whose names differ from the wanted one in case at most, best schema first
     * @param place the database, for the explanation
     * @param others every table, asked for only to explain
     */
    static TableName choose(TableName wanted, List<TableName> alike, String place, Others others) throws SQLException {
        List<TableName> exact = alike.stream()
                .filter(t -> t.name().equals(wanted.name()))
                .filter(t -> wanted.schema().isEmpty() || t.schema().equals(wanted.schema()))
                .toList();
        if (!exact.isEmpty()) {
            return exact.get(0);
        }
        if (alike.size() == 1) {
            return alike.get(0);
        }
        if (alike.size() > 1) {
            throw new SourceException("Table " + wanted + " could be any of " + join(alike) + " in " + place
                    + ": write its name exactly as spelled there.");
        }
        List<TableName> near = others.get().stream()
                .filter(t -> distance(wanted, t) <= Math.max(2, wanted.name().length() / 3))
                .sorted(Comparator.comparingInt((TableName t) -> distance(wanted, t))
                        .thenComparing(TableName::toString))
                .limit(3)
                .toList();
        throw new SourceException("Table " + wanted + " was not found in " + place
                + (near.isEmpty() ? "." : "; the nearest names are " + join(near) + "."));
    }

    private static String join(List<TableName> names) {
        return names.stream().map(TableName::toString).collect(Collectors.joining(", "));
    }

    /** Levenshtein's distance of the bare names, whatever their case. */
    private static int distance(TableName wanted, TableName other) {
        String one = wanted.name().toLowerCase(Locale.ROOT);
        String two = other.name().toLowerCase(Locale.ROOT);
        int[] costs = new int[two.length() + 1];
        for (int j = 0; j < costs.length; j++) {
            costs[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = costs[0];
            costs[0] = i;
            for (int j = 1; j <= two.length(); j++) {
                int change = diagonal + (one.charAt(i - 1) == two.charAt(j - 1) ? 0 : 1);
                diagonal = costs[j];
                costs[j] = Math.min(change, Math.min(costs[j], costs[j - 1]) + 1);
            }
        }
        return costs[two.length()];
    }
}
