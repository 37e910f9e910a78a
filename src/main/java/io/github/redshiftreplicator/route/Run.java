package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.source.Export;
import io.github.redshiftreplicator.source.Progress;
import io.github.redshiftreplicator.state.Changes;
import io.github.redshiftreplicator.state.Heartbeat;
import io.github.redshiftreplicator.state.NextStep;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.Replications;
import io.github.redshiftreplicator.state.State;
import io.github.redshiftreplicator.table.Part;
import io.github.redshiftreplicator.table.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.util.StopWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a table's route: what its steps hand on to each other. Made by the {@link TableConsumer}, carried by the
 * exchange, read by whoever shows progress.
 */
public final class Run {
    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private final TableConsumer consumer;
    private final NextStep.Action action;
    private final Request request;
    private final StopWatch watch = new StopWatch();
    private final StopWatch phase = new StopWatch();
    private final ConcurrentLinkedQueue<Part> parts = new ConcurrentLinkedQueue<>();
    private volatile Replications replications;
    private volatile Replication replication;
    private volatile Heartbeat heartbeat;
    private volatile Export export;
    private volatile Outcome outcome;
    private volatile Throwable failure;
    private volatile Deletions deletions = Deletions.NONE;
    private volatile Map<String, Long> altered = Map.of();
    private volatile boolean queue;
    private volatile boolean windowOnly;
    private volatile String attempt;
    private volatile Instant windowFixed;

    Run(TableConsumer consumer, NextStep.Action action, Request request) {
        this.consumer = consumer;
        this.action = action;
        this.request = request;
    }

    static Run of(Exchange exchange) {
        Run run = exchange.getProperty(ReplicatorConstants.RUN, Run.class);
        if (run == null) {
            throw new IllegalStateException(
                    "The steps of replicator: belong into a route that begins with replicator:table.");
        }
        return run;
    }

    public Table table() {
        return consumer.table();
    }

    TableConsumer consumer() {
        return consumer;
    }

    NextStep.Action action() {
        return action;
    }

    /** What is to be moved where the run opens a replication of its own. */
    Request request() {
        return windowOnly ? Request.WINDOW : request;
    }

    /** Moves a window whatever was asked for: an earlier replication is windowOnly, or all begins anew. */
    void takeWindow() {
        windowOnly = true;
    }

    /** Notes whether the table's queue of deletions is to be read. */
    void hasQueue(boolean readable) {
        queue = readable;
    }

    boolean hasQueue() {
        return queue;
    }

    void deletions(Deletions read) {
        deletions = read;
    }

    /** What the replication deletes, nothing before it is known. */
    Deletions deletions() {
        return deletions;
    }

    /** Since the run began. */
    public Duration elapsed() {
        return Duration.ofMillis(watch.taken());
    }

    /** The replication as it stands, empty before it is claimed. */
    public Optional<Replication> replication() {
        return Optional.ofNullable(replication);
    }

    /**
     * Roughly how many rows the window holds: the table's by the database's statistics where the window takes everything,
     * the distance of the bounds where they are numbers. Empty where neither tells.
     */
    public OptionalLong expectedRows() {
        Optional<OptionalLong> table = progress().map(Progress::estimatedRows);
        if (replication == null || table.isEmpty()) {
            return OptionalLong.empty();
        }
        return replication.firstRecord().isEmpty() ? table.get() : distance(replication);
    }

    private static OptionalLong distance(Replication replication) {
        try {
            long distance = Math.subtractExact(
                    Long.parseLong(replication.lastRecord().orElse("")),
                    Long.parseLong(replication.firstRecord().orElse("")));
            return distance > 0 ? OptionalLong.of(distance) : OptionalLong.empty();
        } catch (NumberFormatException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    /** How far the export has read, empty while none runs. */
    public Optional<Progress> progress() {
        return Optional.ofNullable(export).map(Export::progress);
    }

    /**
     * Counts the values that the table's policies alter among the rows that the export is to read, and tells of them by column.
     * To be called again where rows have been added to those.
     */
    long countAltered() {
        Map<String, Long> found = export.altered();
        if (!found.equals(altered)) {
            altered = found;
            String columns = found.entrySet().stream()
                    .map(column -> column.getKey() + " " + column.getValue())
                    .collect(Collectors.joining(", "));
            String message = "Values of " + table().source()
                    + " that do not fit their target's columns are altered, by column: " + columns + ".";
            LOG.warn("{}", message);
            tell(RunEvent.Kind.ALTERED, message);
        }
        return altered();
    }

    /** The values that the policies alter, as counted last. */
    long altered() {
        return altered.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Takes hold of a claimed replication and keeps its lease alive until the run ends. */
    void hold(Replications claimedFrom, Replication claimed) {
        replications = claimedFrom;
        replication = claimed;
        heartbeat = claimedFrom.heartbeat(claimed);
    }

    /** Moves the replication on by one compare-and-set. */
    void to(State state, Consumer<Changes> changes) {
        // an import notes its session in a second transition to the same state, which is no step
        boolean again = state == State.IMPORTING && replication.is(state);
        replication = replications.to(replication, state, changes);
        Duration took = inState();
        phase.restart();
        if (!again) {
            tell(RunEvent.Kind.valueOf(state.name()), describe(state), took);
        }
    }

    private String describe(State state) {
        String rows = replication.recordCount().isPresent()
                ? " " + replication.recordCount().getAsLong() + " rows"
                : "";
        return state.word() + rows + ".";
    }

    /** Tells the listeners of a step, with the replication as it stands. */
    void tell(RunEvent.Kind kind, String message) {
        tell(kind, message, Duration.ZERO);
    }

    /** Notes as of when the window takes everything: the present, or what holds it back. */
    void windowFixedAsOf(Instant moment) {
        windowFixed = moment;
    }

    /** Whether all it did was to import what an earlier run had exported. */
    boolean onlyImported() {
        return windowFixed == null && replication != null && replication.is(State.IMPORTED);
    }

    /** Notes that the source had nothing that the target lacks. */
    void foundNothing() {
        consumer.isCurrentAsOf(Instant.now().minusMillis(watch.taken()));
    }

    private void tell(RunEvent.Kind kind, String message, Duration took) {
        consumer.listeners().tell(kind, table(), message, replication(), took);
    }

    /** Tells the listeners that a replication which is not this run's was canceled. */
    void tellCanceled(Replication canceled, String message) {
        consumer.listeners().tell(RunEvent.Kind.CANCELED, table(), message, Optional.of(canceled), Duration.ZERO);
    }

    /** Tells the listeners that an unfinished replication is resumed. */
    void tellRetried(Replication taken) {
        String message =
                "retry " + taken.retries() + ", resumed from " + taken.state().word() + ".";
        consumer.listeners().tell(RunEvent.Kind.RETRIED, table(), message, Optional.of(taken), Duration.ZERO);
    }

    /** Tells the listeners of an end that no transition shows. */
    void tellEnd(Outcome ended) {
        switch (ended.kind()) {
            case NOTHING_TO_DO -> tell(RunEvent.Kind.NOTHING_TO_DO, ended.message());
            case HELD -> tell(RunEvent.Kind.HELD, ended.message());
            case FAILED ->
                consumer.listeners()
                        .failed(table(), ended.failure().orElseThrow(), ended.message(), replication(), elapsed());
            case DONE -> {}
        }
    }

    /** Since the last transition. */
    Duration inState() {
        return Duration.ofMillis(phase.taken());
    }

    Replication claimed() {
        if (replication == null) {
            throw new IllegalStateException("Table " + table().name() + ": the step replicator:claim comes first.");
        }
        return replication;
    }

    /** Whether another process took over. Checked before whatever cannot be undone. */
    boolean isLost() {
        return heartbeat != null && heartbeat.lost();
    }

    /** The largest part: the table's own, or everyone's. */
    int partSize(Settings settings) {
        return table().option("partSize")
                .map(size -> Settings.partSize("partSize", size))
                .orElseGet(settings::partSize);
    }

    /** Notes what the keys of this run's own S3 objects begin with. */
    void attempt(String keys) {
        attempt = keys;
    }

    /**
     * What the keys begin with that nobody else will ever use: those of an export that this run cannot finish, for
     * another process took the replication over and exports it again. Empty if that process may import them.
     */
    Optional<String> abandonedKeys() {
        return Optional.ofNullable(attempt)
                .filter(keys -> replication != null && replication.state().exportsAgain())
                .map(keys -> keys + ".");
    }

    void export(Export opened) {
        export = opened;
    }

    Optional<Export> export() {
        return Optional.ofNullable(export);
    }

    void closeExport() {
        Export open = export;
        export = null;
        if (open != null) {
            open.close();
        }
    }

    void addPart(Part part) {
        parts.add(part);
    }

    /** The parts that are uploaded, by key. */
    List<Part> parts() {
        return parts.stream().sorted(Comparator.comparing(Part::key)).toList();
    }

    /** Notes the first failure of a part, so that no further one is read. */
    void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    void end(Outcome.Kind kind, String message) {
        outcome = Outcome.of(table().name(), kind, message, replication());
    }

    /** Ends the run without an error of a step: what was asked for cannot be done. */
    void endFailed(FailureKind failure, String message) {
        outcome = Outcome.failed(table().name(), failure, message, replication());
    }

    /** Forgets the replication: it was deleted or belongs to another process. */
    void letGo() {
        stopHeartbeat();
        replication = null;
    }

    /**
     * Closes what is open and says how the run ended; a failure is recorded so that the next run resumes.
     *
     * @param ended the exchange, which has the error if a step failed
     */
    Outcome outcome(Exchange ended) {
        try {
            closeExport();
        } finally {
            stopHeartbeat();
        }
        Exception error = ended.getException();
        if (error != null) {
            return new Failure(this, error, ended.getProperty(Exchange.TO_ENDPOINT, String.class)).record();
        }
        return outcome != null
                ? outcome
                : Outcome.of(table().name(), Outcome.Kind.DONE, "The route ended.", replication());
    }

    /** Gives the replication up, so that the next run opens another. */
    void cancel(String reason) {
        if (replication != null) {
            replication = replications.cancel(replication, reason);
        }
    }

    Connections connections() {
        return consumer.connections();
    }

    /** Records why it stopped and gives the claim back. */
    void recordFailure(String message) {
        if (replication != null) {
            replication = replications.fail(replication, message).orElse(replication);
        }
    }

    void imported(Duration took) {
        replication = replications.imported(replication, took);
        if (windowFixed != null && request().is(Request.Kind.WINDOW)) {
            consumer.isCurrentAsOf(windowFixed);
        }
        tell(RunEvent.Kind.IMPORTED, describe(State.IMPORTED), took);
    }

    /** Leaves the uploaded replication to whoever imports it. */
    void handOver() {
        replication = replications.release(replication).orElse(replication);
    }

    private void stopHeartbeat() {
        if (heartbeat != null) {
            heartbeat.close();
            heartbeat = null;
        }
    }
}
