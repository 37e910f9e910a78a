package io.github.redshiftreplicator.state;

import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
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
import java.util.function.Function;

/**
 * One attempt to move one window of a table, as its row of the state table was read. Immutable: a transition returns the
 * next one.
 *
 * @param id the row's number; a newer replication has a higher one
 * @param table the table's name (column {@code processorName})
 * @param messageId the replication's key among those of its table, e.g. {@code users-0000000042}
 * @param strategy how the table was replicated then (column {@code replication_type})
 * @param replicationField the source column of its bounds; empty where there are none, and where an earlier version opened
 *     it
 * @param firstRecord the window's lower bound, empty: from the beginning
 * @param lastRecord the window's upper bound; empty before it is fixed, for a full replication and after a reset
 * @param sourceClock timed: the source's clock beside the exporting machine's when the window was fixed, by which the next
 *     one tells whether the source's was set back
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
        Optional<String> replicationField,
        State state,
        String sourceTable,
        String targetTable,
        Optional<String> firstRecord,
        Optional<String> lastRecord,
        Optional<String> sourceClock,
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

    /**
     * A column of the row, as it is shown to scripts.
     *
     * @param type String, Integer, Long or, in ISO 8601, Instant
     * @param nullable whether it may be NULL
     * @param value the replication's, null where it is NULL
     */
    public record Column(String name, Class<?> type, boolean nullable, Function<Replication, Object> value) {}

    /** The row's columns in the table's order. Durations are in milliseconds. */
    public static final List<Column> ROW = List.of(
            new Column("id", Long.class, false, r -> r.id),
            new Column("processorName", String.class, false, r -> r.table),
            new Column("messageId", String.class, false, r -> r.messageId),
            new Column("createdAt", Instant.class, false, r -> r.createdAt.toString()),
            new Column("replication_type", String.class, false, r -> r.strategy.word()),
            new Column("replication_field", String.class, true, r -> r.replicationField.orElse(null)),
            new Column("state", String.class, false, r -> r.state.word()),
            new Column("source_table", String.class, false, r -> r.sourceTable),
            new Column("target_table", String.class, false, r -> r.targetTable),
            new Column("first_record", String.class, true, r -> r.firstRecord.orElse(null)),
            new Column("last_record", String.class, true, r -> r.lastRecord.orElse(null)),
            new Column("source_clock", String.class, true, r -> r.sourceClock.orElse(null)),
            new Column("record_count", Long.class, true, r -> orNull(r.recordCount)),
            new Column("altered_count", Long.class, true, r -> orNull(r.alteredCount)),
            new Column("slices", Integer.class, false, r -> r.slices),
            new Column("parts", Integer.class, true, r -> r.parts.isPresent() ? r.parts.getAsInt() : null),
            new Column("bytes", Long.class, true, r -> orNull(r.bytes)),
            new Column("export_format", String.class, false, r -> r.format.word()),
            new Column("key", String.class, true, r -> r.key.orElse(null)),
            new Column("manifest", String.class, true, r -> r.manifest.orElse(null)),
            new Column(
                    "column_names", String.class, true, r -> r.columns.isEmpty() ? null : String.join("\n", r.columns)),
            new Column("retries", Integer.class, false, r -> r.retries),
            new Column("last_error", String.class, true, r -> r.lastError.orElse(null)),
            new Column("export_duration", Long.class, true, r -> r.exportDuration
                    .map(Duration::toMillis)
                    .orElse(null)),
            new Column("upload_duration", Long.class, true, r -> r.uploadDuration
                    .map(Duration::toMillis)
                    .orElse(null)),
            new Column("import_duration", Long.class, true, r -> r.importDuration
                    .map(Duration::toMillis)
                    .orElse(null)),
            new Column(
                    "load_session",
                    Integer.class,
                    true,
                    r -> r.loadSession.isPresent() ? r.loadSession.getAsInt() : null),
            new Column("owner", String.class, true, r -> r.owner.orElse(null)),
            new Column("lease_until", Instant.class, true, r -> r.leaseUntil
                    .map(Instant::toString)
                    .orElse(null)),
            new Column("version", Long.class, false, r -> r.version),
            new Column("created_at", Instant.class, false, r -> r.createdAt.toString()),
            new Column("updated_at", Instant.class, false, r -> r.updatedAt.toString()));

    /** Whether it is in this state. */
    public boolean is(State wanted) {
        return state == wanted;
    }

    /** The range that it moves. */
    public Window window() {
        return new Window(firstRecord, lastRecord);
    }

    /**
     * What it was moved by that is not so any more: its bounds mean nothing to the next replication then. Empty if they go
     * on to count.
     */
    public Optional<String> obsolete(Table now) {
        if (strategy != now.strategy()) {
            return Optional.of("its strategy was " + strategy.word() + " and is "
                    + now.strategy().word() + " now");
        }
        return replicationField
                .filter(field ->
                        now.replicationField().filter(field::equalsIgnoreCase).isEmpty())
                .map(field -> "its replication field was " + field + " and is "
                        + now.replicationField().orElse("none") + " now");
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
        ROW.forEach(column -> row.put(column.name(), column.value().apply(this)));
        return Collections.unmodifiableMap(row);
    }

    private static Long orNull(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }
}
