package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.management.DescribedBean.Members;
import io.github.redshiftreplicator.management.TableOperations.Operation;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.route.Run;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.source.Progress;
import io.github.redshiftreplicator.state.Replication;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** A table in JMX. What is not known is an empty text or -1. */
final class TableBean {
    private static final long UNKNOWN = -1;

    private static final Members<TableBean> MEMBERS = new Members<>();

    static {
        definition(MEMBERS);
        latest(MEMBERS);
        now(MEMBERS);
        for (Operation operation : Operation.values()) {
            MEMBERS.operation(operation.word(), operation.description(), bean -> bean.perform(operation));
        }
    }

    private final ReplicatorComponent replicator;
    private final TableConsumer table;
    private final TableOperations operations;

    TableBean(ReplicatorComponent replicator, TableConsumer table, TableOperations operations) {
        this.replicator = replicator;
        this.table = table;
        this.operations = operations;
    }

    DescribedBean<TableBean> bean() {
        return new DescribedBean<>("The replicated table " + table.table().name(), MEMBERS, this);
    }

    private static void definition(Members<TableBean> members) {
        members.text("Name", "The table's name in commands and logs", bean -> bean.table
                        .table()
                        .name())
                .text(
                        "Strategy",
                        "How it is replicated: identity, timed or full",
                        bean -> bean.table.table().strategy().word())
                .text(
                        "SourceTable",
                        "The table in the source",
                        bean -> bean.table.table().source().toString())
                .text(
                        "TargetTable",
                        "The table in Redshift",
                        bean -> bean.table.table().target().toString());
    }

    private static void latest(Members<TableBean> members) {
        members.text(
                        "State",
                        "The state of the last replication, or never",
                        bean -> bean.text(r -> Optional.of(r.state().word()), "never"))
                .text(
                        "Replication",
                        "The key of the last replication",
                        bean -> bean.text(r -> Optional.of(r.messageId()), ""))
                .text(
                        "FirstRecord",
                        "Where its window begins; empty: at the beginning",
                        bean -> bean.text(Replication::firstRecord, ""))
                .text("LastRecord", "Where its window ends", bean -> bean.text(Replication::lastRecord, ""))
                .number(
                        "Rows",
                        "Its rows, or -1",
                        bean -> bean.number(r -> r.recordCount().orElse(UNKNOWN)))
                .number(
                        "Bytes",
                        "The bytes of its parts as stored in S3, or -1",
                        bean -> bean.number(r -> r.bytes().orElse(UNKNOWN)))
                .number(
                        "Parts",
                        "Its parts, or -1",
                        bean -> bean.number(r -> (long) r.parts().orElse((int) UNKNOWN)))
                .number(
                        "ExportMillis",
                        "How long its export took, or -1",
                        bean -> bean.millis(Replication::exportDuration))
                .number(
                        "UploadMillis",
                        "How long its upload took beyond the export, or -1",
                        bean -> bean.millis(Replication::uploadDuration))
                .number(
                        "ImportMillis",
                        "How long its import took, or -1",
                        bean -> bean.millis(Replication::importDuration))
                .number("Retries", "How often it was resumed", bean -> bean.number(r -> (long) r.retries()))
                .text(
                        "LastError",
                        "Why it, or a run that could not begin one, stopped, until the next success",
                        bean -> bean.status().error().orElse(""))
                .text(
                        "UpdatedAt",
                        "When it last changed (ISO 8601)",
                        bean -> bean.text(r -> Optional.of(r.updatedAt().toString()), ""));
    }

    private static void now(Members<TableBean> members) {
        members.flag("Running", "Whether this process is replicating it now", bean -> bean.table
                        .current()
                        .isPresent())
                .number("RowsSoFar", "Rows read by the export that is running, or -1", bean -> bean.table
                        .current()
                        .flatMap(Run::progress)
                        .map(Progress::rows)
                        .orElse(UNKNOWN))
                .flag("Paused", "Whether its route is paused or stopped, so that nothing runs", bean -> bean.status()
                        .paused())
                .text(
                        "NextRun",
                        "When its schedule is due (ISO 8601); empty without a schedule",
                        bean -> bean.status().nextRun().map(Instant::toString).orElse(""))
                .number(
                        "LagSeconds",
                        "How far the target is behind the source at the most, or -1",
                        bean -> bean.status().lag().map(Duration::toSeconds).orElse(UNKNOWN))
                .number("SecondsSinceImport", "Seconds since the last import ended, or -1", bean -> bean.status()
                        .sinceImport()
                        .map(Duration::toSeconds)
                        .orElse(UNKNOWN));
    }

    private TableStatus status() {
        return TableStatus.of(replicator, table);
    }

    private Optional<Replication> replication() {
        return replicator.connections().replications().latest(table.table().name());
    }

    private String text(Function<Replication, Optional<String>> field, String otherwise) {
        return replication().flatMap(field).orElse(otherwise);
    }

    private long number(Function<Replication, Long> field) {
        return replication().map(field).orElse(UNKNOWN);
    }

    private long millis(Function<Replication, Optional<Duration>> field) {
        return replication().flatMap(field).map(Duration::toMillis).orElse(UNKNOWN);
    }

    /** A failure is an exception, so that a console shows it as one. */
    private String perform(Operation operation) {
        TableOperations.Result result = operations.perform(operation, table);
        if (!result.good()) {
            throw new IllegalStateException(result.message());
        }
        return result.message();
    }
}
