package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.TableName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table or view of the source, as its catalog describes it. Immutable.
 *
 * @param name its name as spelled there, with its schema where the database has schemas
 * @param columns its columns, in their order
 * @param primaryKey the primary key's columns, in order; empty if it has none
 * @param indexedLeadingColumns the columns that are the first of some index; a later place in a composite index does
 *     not help to find new rows
 */
public record SourceTable(
        TableName name, List<SourceColumn> columns, List<String> primaryKey, Set<String> indexedLeadingColumns) {
    public SourceTable {
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
        indexedLeadingColumns = Set.copyOf(indexedLeadingColumns);
    }

    /** A column by its name: as spelled, else by the only one that differs in case alone. */
    public Optional<SourceColumn> column(String column) {
        List<SourceColumn> alike =
                columns.stream().filter(c -> c.name().equalsIgnoreCase(column)).toList();
        return alike.stream()
                .filter(c -> c.name().equals(column))
                .findFirst()
                .or(() -> alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty());
    }

    /** Whether some index has this column first. */
    public boolean isIndexed(String column) {
        return column(column).map(c -> indexedLeadingColumns.contains(c.name())).orElse(false);
    }
}
