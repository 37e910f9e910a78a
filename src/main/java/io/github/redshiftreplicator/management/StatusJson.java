package io.github.redshiftreplicator.management;

import static io.github.redshiftreplicator.management.JsonShape.Type.BOOLEAN;
import static io.github.redshiftreplicator.management.JsonShape.Type.INTEGER;
import static io.github.redshiftreplicator.management.JsonShape.Type.STRING;
import static io.github.redshiftreplicator.management.JsonShape.Type.TIME;

import io.github.redshiftreplicator.redshift.LoadError;
import io.github.redshiftreplicator.route.FailureKind;
import io.github.redshiftreplicator.route.RunEvent;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.table.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the HTTP API says: each shape writes its objects and describes them. Holds no secret: none of its sources has one.
 */
final class StatusJson {
    /**
     * A table with what is looked up for it alone.
     *
     * @param history its replications, the newest first
     * @param copy the last COPY, masked
     */
    record TableDetail(TableStatus status, List<Replication> history, Optional<String> copy) {}

    /** An object in S3 and the URL by which COPY knows it. */
    record StoredPart(String key, String url, long bytes, Instant modified) {}

    /** A route file that cannot be used. */
    record BrokenFile(String file, String reason) {}

    /** This process. */
    record ProcessStatus(String name, String owner, int tables, int concurrentTables, List<BrokenFile> brokenFiles) {}

    /** An action that was asked for. */
    record Asked(String table, String action) {}

    /** What an action came to. */
    record Performed(Asked asked, TableOperations.Result result) {}

    /** A run in this process, and whose it is. */
    record TableRun(String table, TableStatus.Running running) {}

    static final JsonShape<Replication> REPLICATION = replication();

    static final JsonShape<TableStatus.Running> RUNNING = new JsonShape<TableStatus.Running>("Running")
            .field("state", STRING, TableStatus.Running::state)
            .field("elapsed_ms", INTEGER, running -> running.elapsed().toMillis())
            .field("rows", INTEGER, TableStatus.Running::rows)
            .field("bytes", INTEGER, TableStatus.Running::bytes)
            .optional("expected_rows", INTEGER, TableStatus.Running::expectedRows);

    static final JsonShape<TableStatus> TABLE = new JsonShape<TableStatus>("Table")
            .field("name", STRING, of(Table::name))
            .field("strategy", STRING, of(table -> table.strategy().word()))
            .field("source_table", STRING, of(table -> table.source().toString()))
            .field("target_table", STRING, of(table -> table.target().toString()))
            .optional("replication_field", STRING, of(Table::replicationField))
            .field("keys", STRING, of(table -> String.join(",", table.keys())))
            .field("state", STRING, TableStatus::state)
            .optional("error", STRING, TableStatus::error)
            .field("paused", BOOLEAN, TableStatus::paused)
            .optional("schedule", STRING, of(table -> table.option("schedule")))
            .optional("next_run", TIME, TableStatus::nextRun)
            .optional("last_import", TIME, status -> status.imported().map(Replication::updatedAt))
            .optional("lag_ms", INTEGER, status -> status.lag().map(Duration::toMillis))
            .field("tracks_deletions", BOOLEAN, TableStatus::tracksDeletions)
            .optional("running", RUNNING, TableStatus::running)
            .optional("replication", REPLICATION, TableStatus::latest);

    static final JsonShape<TableDetail> TABLE_DETAIL = new JsonShape<TableDetail>("TableDetail")
            .all(TABLE, TableDetail::status)
            .array("history", REPLICATION, TableDetail::history)
            .optional("copy", STRING, TableDetail::copy);

    static final JsonShape<StoredPart> PART = new JsonShape<StoredPart>("Part")
            .field("key", STRING, StoredPart::key)
            .field("url", STRING, StoredPart::url)
            .field("bytes", INTEGER, StoredPart::bytes)
            .field("modified", TIME, StoredPart::modified);

    static final JsonShape<LoadError> LOAD_ERROR = new JsonShape<LoadError>("LoadError")
            .field("file", STRING, LoadError::file)
            .field("line", INTEGER, LoadError::line)
            .field("column", STRING, LoadError::column)
            .field("type", STRING, LoadError::type)
            .field("position", INTEGER, LoadError::position)
            .optional("value", STRING, LoadError::value)
            .field("code", INTEGER, LoadError::code)
            .field("reason", STRING, LoadError::reason);

    static final JsonShape<BrokenFile> BROKEN_FILE = new JsonShape<BrokenFile>("BrokenFile")
            .field("file", STRING, BrokenFile::file)
            .field("reason", STRING, BrokenFile::reason);

    static final JsonShape<ProcessStatus> PROCESS = new JsonShape<ProcessStatus>("Replicator")
            .field("name", STRING, ProcessStatus::name)
            .field("owner", STRING, ProcessStatus::owner)
            .field("tables", INTEGER, ProcessStatus::tables)
            .field("concurrent_tables", INTEGER, ProcessStatus::concurrentTables)
            .array("broken_files", BROKEN_FILE, ProcessStatus::brokenFiles);

    static final JsonShape<Asked> ACCEPTED = new JsonShape<Asked>("Accepted")
            .field("table", STRING, Asked::table)
            .field("action", STRING, Asked::action);

    static final JsonShape<Performed> RESULT = new JsonShape<Performed>("Result")
            .all(ACCEPTED, Performed::asked)
            .field("good", BOOLEAN, performed -> performed.result().good())
            .field("message", STRING, performed -> performed.result().message());

    /** Every refusal has one sentence. */
    static final JsonShape<String> ERROR = new JsonShape<String>("Error").field("error", STRING, sentence -> sentence);

    /** What the stream of events says of a step, and the data of a notification. */
    static final JsonShape<RunEvent> STEP = new JsonShape<RunEvent>("Step")
            .field("event", STRING, event -> event.kind().word())
            .field("severity", STRING, event -> event.kind().severity().word())
            .field("table", STRING, event -> event.table().name())
            .field("strategy", STRING, event -> event.table().strategy().word())
            .field("message", STRING, RunEvent::message)
            .optional("failure", STRING, event -> event.failure().map(FailureKind::word))
            .optional("duration_ms", INTEGER, event -> Optional.of(event.took().toMillis())
                    .filter(millis -> !event.took().isZero()))
            .optional("replication", REPLICATION, RunEvent::replication);

    private static final JsonShape<TableRun> TABLE_RUN = new JsonShape<TableRun>("TableRun")
            .field("table", STRING, TableRun::table)
            .all(RUNNING, TableRun::running);

    /** The stream's events. */
    static final StreamEvent<RunEvent> STEP_EVENT = StreamEvent.object("step", STEP);

    static final StreamEvent<List<TableRun>> PROGRESS_EVENT = StreamEvent.array("progress", TABLE_RUN);

    static final StreamEvent<Performed> RESULT_EVENT = StreamEvent.object("result", RESULT);

    private StatusJson() {}

    private static JsonShape<Replication> replication() {
        JsonShape<Replication> shape = new JsonShape<>("Replication");
        for (Replication.Column column : Replication.ROW) {
            JsonShape.Type type =
                    column.type() == String.class ? STRING : column.type() == Instant.class ? TIME : INTEGER;
            if (column.nullable()) {
                shape.optional(
                        column.name(),
                        type,
                        r -> Optional.ofNullable(column.value().apply(r)));
            } else {
                shape.field(column.name(), type, column.value());
            }
        }
        return shape;
    }

    private static <V> Function<TableStatus, V> of(Function<Table, V> value) {
        return status -> value.apply(status.table());
    }
}
