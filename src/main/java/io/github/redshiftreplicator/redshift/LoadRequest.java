package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.Window;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One load, all options and headers resolved.
 *
 * @param operation append, merge, replace or delete
 * @param table the target
 * @param keys the columns that identify a row
 * @param columns the parts' columns; empty: the target's
 * @param manifest the parts; absent for keys in the message, or a replace by nothing
 * @param expectedRows the rows that the manifest promises
 * @param keyValues the keys to delete, each a value for every key column
 * @param deletes what goes before the rows come
 * @param ledger where the load is recorded; absent: nowhere
 * @param loadId the load's id in the ledger
 * @param window what it moves, for the ledger
 * @param fence who may load
 * @param missingOnly whether an append adds only the rows whose keys the target lacks
 * @param swap whether a replace puts a new table in the target's place
 * @param authorization asked for at each attempt, since keys may be renewed
 * @param clauses of a COPY into the target
 * @param stagingClauses of a COPY into a staging table
 */
record LoadRequest(
        RedshiftOperation operation,
        TableName table,
        List<String> keys,
        List<String> columns,
        Optional<String> manifest,
        Optional<Long> expectedRows,
        List<List<Object>> keyValues,
        Deletes deletes,
        Optional<Ledger> ledger,
        String loadId,
        Window window,
        LoadFence fence,
        boolean missingOnly,
        boolean swap,
        Supplier<Authorization> authorization,
        CopyClauses clauses,
        CopyClauses stagingClauses) {

    /** Whether the parts go through a staging table, and which of the target's columns they have is known. */
    boolean stagesNamedColumns() {
        boolean stages = operation == RedshiftOperation.MERGE
                || operation == RedshiftOperation.REPLACE && !swap
                || operation == RedshiftOperation.APPEND && missingOnly;
        return stages && !columns.isEmpty();
    }

    /** "merge into users", for messages. */
    String describe() {
        return switch (operation) {
            case APPEND -> "append to " + table;
            case MERGE -> "merge into " + table;
            case REPLACE -> "replace of " + table;
            case DELETE -> "delete from " + table;
            case VACUUM, ANALYZE -> operation.word() + " of " + table;
        };
    }
}
