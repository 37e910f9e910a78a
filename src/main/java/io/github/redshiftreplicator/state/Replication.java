package io.github.redshiftreplicator.state;

import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One attempt to move one window of a table, as its row of the state table was read. Immutable: a transition returns the
 * next one.
 *
 * @param id the row's number; a newer replication has a higher one
 * @param table the table's name (column {@code processorName})
 * @param messageId the replication's key among those of its table, e.g. {@code users-0000000042}
 * @param strategy how the table was replicated then (column {@code replication_type})
 * @param firstRecord the window's lower bound, empty: from the beginning
 * @param lastRecord the window's upper bound; empty before it is fixed, for a full replication and after a reset
 * @param recordCount the rows in it, empty before they are counted
 * @param alteredCount the values in it that a policy altered because Redshift cannot hold them, empty before they are
 *     counted
 * @param slices the parts asked for
 * @param parts the parts written
 * @param bytes the size of all parts as stored
 * @param key what the S3 keys of its parts start with
 * @param columns the target's columns in the parts, in order; empty before they are known
 * @param manifest the manifest's S3 key
 * @param retries how often it was resumed after it had stopped
 * @param lastError why it stopped, until the next success
 * @param loadSession the Redshift session that last began to load it
 * @param owner the {@link Owner#text()} of who works on it or finished it; empty if it was released
 * @param leaseUntil until when the owner may work on it, on the state database's clock
 * @param version grows with every change: the fencing token
 */
public record Replication(
        long id,
        String table,
        String messageId,
        Strategy strategy,
        State state,
        String sourceTable,
        String targetTable,
        Optional<String> firstRecord,
        Optional<String> lastRecord,
        OptionalLong recordCount,
        OptionalLong alteredCount,
        int slices,
        OptionalInt parts,
        OptionalLong bytes,
        PartFormat format,
        Optional<String> key,
        Optional<String> manifest,
        List<String> columns,
        int retries,
        Optional<String> lastError,
        Optional<Duration> exportDuration,
        Optional<Duration> uploadDuration,
        Optional<Duration> importDuration,
        OptionalInt loadSession,
        Optional<String> owner,
        Optional<Instant> leaseUntil,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    /** Whether it is in this state. */
    public boolean is(State wanted) {
        return state == wanted;
    }

    /** The range that it moves. */
    public Window window() {
        return new Window(firstRecord, lastRecord);
    }

    /** Whether its window was fixed and later forgotten by a reset: the next replication of its table takes everything. */
    public boolean isReset() {
        return (state == State.IMPORTED || state == State.CANCELED && key.isPresent())
                && lastRecord.isEmpty()
                && strategy != Strategy.FULL;
    }

    /**
     * Whether its export ended well and left the import to whoever comes next. Taking it over from there is not a
     * retry.
     */
    public boolean isHandedOver() {
        return state == State.UPLOADED && owner.isEmpty() && lastError.isEmpty();
    }

    /** The ledger's name of its load, unique over all deployments that share a target; empty before the export began. */
    public Optional<String> loadId() {
        return key.map(name -> name.substring(name.lastIndexOf('/') + 1));
    }

    /**
     * Whether its retries are used up.
     *
     * @param maxRetries how often a replication may be resumed; empty: for ever
     */
    public boolean isExhausted(OptionalInt maxRetries) {
        return maxRetries.isPresent() && retries >= maxRetries.getAsInt() && !isHandedOver();
    }

    /**
     * The row by its columns' names, in the table's order: numbers as numbers, durations in milliseconds, instants in
     * ISO 8601, null where the column is NULL.
     */
    public Map<String, Object> toRow() {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", id);
        row.put("processorName", table);
        row.put("messageId", messageId);
        row.put("createdAt", createdAt.toString());
        row.put("replication_type", strategy.word());
        row.put("state", state.word());
        row.put("source_table", sourceTable);
        row.put("target_table", targetTable);
        row.put("first_record", firstRecord.orElse(null));
        row.put("last_record", lastRecord.orElse(null));
        row.put("record_count", orNull(recordCount));
        row.put("altered_count", orNull(alteredCount));
        row.put("slices", slices);
        row.put("parts", parts.isPresent() ? parts.getAsInt() : null);
        row.put("bytes", orNull(bytes));
        row.put("export_format", format.word());
        row.put("key", key.orElse(null));
        row.put("manifest", manifest.orElse(null));
        row.put("column_names", columns.isEmpty() ? null : String.join("\n", columns));
        row.put("retries", retries);
        row.put("last_error", lastError.orElse(null));
        row.put("export_duration", exportDuration.map(Duration::toMillis).orElse(null));
        row.put("upload_duration", uploadDuration.map(Duration::toMillis).orElse(null));
        row.put("import_duration", importDuration.map(Duration::toMillis).orElse(null));
        row.put("load_session", loadSession.isPresent() ? loadSession.getAsInt() : null);
        row.put("owner", owner.orElse(null));
        row.put("lease_until", leaseUntil.map(Instant::toString).orElse(null));
        row.put("version", version);
        row.put("created_at", createdAt.toString());
        row.put("updated_at", updatedAt.toString());
        return Collections.unmodifiableMap(row);
    }

    private static Long orNull(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }
}
