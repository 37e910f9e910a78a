package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.route.Run;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.source.Progress;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.State;
import io.github.redshiftreplicator.table.Table;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.quartz.CronExpression;

/**
 * A table as it stands at one moment, for every place that shows it. Immutable.
 *
 * @param latest its newest replication
 * @param imported its newest imported replication
 * @param error why it is not replicated as it should be, empty if it is
 * @param running how far the run in this process is, empty if none runs
 * @param nextRun when its schedule is due next, empty without one or while it is paused
 * @param paused whether its route takes no run
 * @param tracksDeletions whether its deletions wait in a queue of the source
 * @param currentAsOf as of when the target was last known to hold all that the source had; empty: never
 */
record TableStatus(
        Table table,
        Optional<Replication> latest,
        Optional<Replication> imported,
        Optional<String> error,
        Optional<Running> running,
        Optional<Instant> nextRun,
        boolean paused,
        boolean tracksDeletions,
        Optional<Instant> currentAsOf) {

    /** A run in this process. */
    record Running(String state, Duration elapsed, long rows, long bytes, Optional<Long> expectedRows) {
        static Running of(Run run) {
            Optional<Progress> progress = run.progress();
            return new Running(
                    run.replication().map(Replication::state).map(State::word).orElse("starting"),
                    run.elapsed(),
                    progress.map(Progress::rows)
                            .orElse(run.replication()
                                    .map(r -> r.recordCount().orElse(0))
                                    .orElse(0L)),
                    progress.map(Progress::bytes)
                            .orElse(run.replication()
                                    .map(r -> r.bytes().orElse(0))
                                    .orElse(0L)),
                    run.expectedRows().stream().boxed().findFirst());
        }
    }

    /** Reads one table's status: two statements in the state database. */
    static TableStatus of(ReplicatorComponent replicator, TableConsumer consumer) {
        String name = consumer.table().name();
        var replications = replicator.connections().replications();
        Optional<Replication> latest = replications.latest(name);
        Optional<Replication> imported =
                latest.filter(r -> r.is(State.IMPORTED)).or(() -> replications.lastImported(name));
        boolean paused = !consumer.isRunAllowed() || consumer.isSuspendingOrSuspended();
        return new TableStatus(
                consumer.table(),
                latest,
                imported,
                consumer.error(latest),
                consumer.current().map(Running::of),
                paused ? Optional.empty() : consumer.table().option("schedule").flatMap(TableStatus::next),
                paused,
                replicator.connections().tracksDeletions(consumer.table()),
                currentAsOf(consumer, imported));
    }

    /** What this process found by itself, or what the last import says. One that moved old rows again says nothing. */
    static Optional<Instant> currentAsOf(TableConsumer consumer, Optional<Replication> imported) {
        return consumer.currentAsOf().or(() -> imported.filter(
                        r -> r.firstRecord().isEmpty() || !r.firstRecord().equals(r.lastRecord()))
                .map(Replication::createdAt));
    }

    /** How far the target is behind the source at the most; empty before the first import. */
    Optional<Duration> lag() {
        return currentAsOf
                .map(moment -> Duration.between(moment, Instant.now()))
                .map(lag -> lag.isNegative() ? Duration.ZERO : lag);
    }

    /** Reads every table's status. */
    static List<TableStatus> all(ReplicatorComponent replicator) {
        return replicator.tables().all().stream()
                .map(consumer -> of(replicator, consumer))
                .toList();
    }

    private static Optional<Instant> next(String cron) {
        try {
            return Optional.ofNullable(new CronExpression(cron).getNextValidTimeAfter(new Date()))
                    .map(Date::toInstant);
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    /** One word on the state: that of the newest replication, or {@code never}. */
    String state() {
        return latest.map(Replication::state).map(State::word).orElse("never");
    }

    /** When a row was last known to be in the target: the end of the last import. */
    Optional<Duration> sinceImport() {
        return imported.map(r -> Duration.between(r.updatedAt(), Instant.now()));
    }
}
