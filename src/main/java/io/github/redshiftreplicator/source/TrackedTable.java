package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * A table whose deletions are tracked.
 *
 * @param name the replicated table's name; two that share a source each have their own queue
 * @param source the table that the triggers are on
 * @param keys the columns that identify a row, never empty
 */
public record TrackedTable(String name, SourceTable source, List<SourceColumn> keys) {
    public TrackedTable {
        keys = List.copyOf(keys);
    }

    /**
     * Finds the key columns.
     *
     * @throws SourceException if the table has no key, or the source not its columns, or a column's queued text does not
     *     tell its value; the message says what to do
     */
    static TrackedTable of(Table table, SourceTable source, DeletionSql sql) {
        if (table.keys().isEmpty()) {
            throw new SourceException("Table " + table.name() + ": its deletions cannot be tracked, for it has no key:"
                    + " a deleted row could not be told from the others in the target. Name the columns that identify"
                    + " a row in 'keys', or set deleteTracking to false.");
        }
        List<SourceColumn> columns = new ArrayList<>();
        for (String key : table.keys()) {
            columns.add(source.column(key)
                    .orElseThrow(() -> new SourceException("Table " + table.name()
                            + ": its deletions cannot be tracked, for the key column '" + key + "' is not a column of "
                            + source.name() + ". Name the columns that identify a row in 'keys', or set deleteTracking"
                            + " to false.")));
        }
        columns.stream().filter(column -> !sql.isExact(column)).findFirst().ifPresent(column -> {
            throw new SourceException(
                    "Table " + table.name() + ": its deletions cannot be tracked, for the queue's text"
                            + " of the key column '" + column.name() + "', a " + column.typeName()
                            + ", does not tell its value."
                            + " Name other columns that identify a row in 'keys', or set deleteTracking to false.");
        });
        return new TrackedTable(table.name(), source, columns);
    }
}
