package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.source.SourceTable;
import io.github.redshiftreplicator.state.NextStep;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.table.Table;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.Suspendable;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultConsumer;
import org.apache.commons.lang3.function.FailableRunnable;
import org.slf4j.MDC;

/**
 * The beginning of a table's route: runs it when asked, never twice at once in this process. Starting, stopping and
 * suspending the route by JMX starts, stops and suspends this. Thread-safe.
 */
public final class TableConsumer extends DefaultConsumer implements Suspendable {
    private final ReplicatorEndpoint endpoint;
    private final Map<String, Object> parameters;
    private final ReentrantLock running = new ReentrantLock();
    private final AtomicReference<SourceTable> sourceTable = new AtomicReference<>();
    private volatile Table table;
    private volatile Run current;
    private volatile Instant currentAsOf;
    private volatile UnrecordedFailure unrecorded;

    TableConsumer(ReplicatorEndpoint endpoint, Processor processor, Map<String, Object> parameters) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.parameters = parameters;
    }

    /** Rows are marshalled to memory: where Camel may spool streams to disk, they would be in files, which S3's client sends once. */
    @Override
    public void setRoute(Route route) {
        super.setRoute(route);
        route.setStreamCaching(false);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        table = new TableOptions(name(), withLineBreaks(parameters)).table();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        endpoint.getComponent().tables().add(this);
    }

    @Override
    protected void doShutdown() throws Exception {
        super.doShutdown();
        // A route whose parameters were refused has no table, and its error is the one to be told.
        if (table != null) {
            endpoint.getComponent().tables().remove(this);
        }
    }

    /** The route's id; a table file without one takes the source table's name. */
    private String name() {
        RouteDefinition definition = definition();
        return definition == null || definition.hasCustomIdAssigned()
                ? getRouteId()
                : String.valueOf(parameters.get("sourceTable"));
    }

    /** Camel takes line breaks out of an endpoint's URI: a parameter that the template hands on as it is has them still. */
    private Map<String, Object> withLineBreaks(Map<String, Object> options) {
        RouteDefinition definition = definition();
        if (definition == null || definition.getRouteTemplateContext() == null) {
            return options;
        }
        String template = definition.getInput().getEndpointUri();
        Map<String, Object> whole = new HashMap<>(options);
        definition.getRouteTemplateContext().getParameters().forEach((name, value) -> {
            String text = String.valueOf(value).strip();
            if (text.contains("\n") && template.contains(name + "=RAW({{" + name + "}})")) {
                whole.put(name, endpoint.getCamelContext().resolvePropertyPlaceholders(text));
            }
        });
        return whole;
    }

    private RouteDefinition definition() {
        return ((ModelCamelContext) endpoint.getCamelContext()).getRouteDefinition(getRouteId());
    }

    Settings settings() {
        return endpoint.getComponent().settings();
    }

    /** What is replicated, never null once the route is built. */
    public Table table() {
        return table;
    }

    /** The run in progress in this process, if any. */
    public Optional<Run> current() {
        return Optional.ofNullable(current);
    }

    /**
     * As of when this process last found the target to hold all that the source had, by this process's clock; empty
     * before the first time.
     */
    public Optional<Instant> currentAsOf() {
        return Optional.ofNullable(currentAsOf);
    }

    /** Notes that the target holds all that the source had at a moment. */
    void isCurrentAsOf(Instant moment) {
        if (currentAsOf == null || moment.isAfter(currentAsOf)) {
            currentAsOf = moment;
        }
    }

    /**
     * Why the table is not replicated as it should be: the error of its newest replication or, where the last run in this
     * process failed before it had one to record it, that run's.
     *
     * @param latest the table's newest replication
     */
    public Optional<String> error(Optional<Replication> latest) {
        return latest.flatMap(Replication::lastError).or(() -> Optional.ofNullable(unrecorded)
                .filter(failure ->
                        latest.filter(r -> r.updatedAt().isAfter(failure.at())).isEmpty())
                .map(UnrecordedFailure::message));
    }

    private void note(Outcome outcome) {
        switch (outcome.kind()) {
            case FAILED -> {
                boolean recorded =
                        outcome.replication().flatMap(Replication::lastError).isPresent();
                unrecorded = recorded ? null : new UnrecordedFailure(Instant.now(), outcome.message());
            }
            case DONE, NOTHING_TO_DO -> unrecorded = null;
            case HELD -> {
                // says nothing of whether this process could
            }
        }
    }

    Connections connections() {
        return endpoint.getComponent().connections();
    }

    /** Every table that has a route, this one among them. */
    Tables tables() {
        return endpoint.getComponent().tables();
    }

    /**
     * One sentence on the tables that have the same target, none of which may run; empty if the target is this one's own.
     *
     * @throws SQLException if names have to be told apart by Redshift, which does not answer
     */
    public Optional<String> sharedTarget() throws SQLException {
        return tables().sharedTarget(this, connections().catalog()::qualified);
    }

    RunListeners listeners() {
        return endpoint.getComponent().listeners();
    }

    /** The source table as it was last described, empty before the first time. */
    AtomicReference<SourceTable> sourceTable() {
        return sourceTable;
    }

    /**
     * Runs the route and waits for its end. A replication that an earlier run had exported is only imported, and is as old as
     * that: the window that has come since follows at once. Never throws for what goes wrong in the replication: the outcome
     * says it.
     */
    public Outcome run(NextStep.Action action) {
        return alone(() -> {
            Outcome outcome = process(action, Request.WINDOW);
            boolean isBehind = action == NextStep.Action.REPLICATE
                    && outcome.kind() == Outcome.Kind.DONE
                    && current.onlyImported();
            if (!isBehind || !isOpen()) {
                return outcome;
            }
            Outcome next = process(action, Request.WINDOW);
            return next.kind() == Outcome.Kind.NOTHING_TO_DO ? outcome : next.after(outcome);
        });
    }

    /**
     * Runs the route for something else than the next window. A replication that is unfinished comes first, by itself.
     */
    public Outcome run(Request request) {
        boolean unfinished = endpoint.getComponent()
                .connections()
                .replications()
                .latest(table.name())
                .filter(r -> !r.state().isFinished())
                .isPresent();
        if (unfinished) {
            Outcome resumed = alone(() -> process(NextStep.Action.REPLICATE, Request.WINDOW));
            if (resumed.kind() == Outcome.Kind.FAILED || resumed.kind() == Outcome.Kind.HELD) {
                return resumed;
            }
        }
        return alone(() -> process(NextStep.Action.REPLICATE, request));
    }

    private boolean isOpen() {
        return isRunAllowed() && !isSuspendingOrSuspended();
    }

    private Outcome alone(Supplier<Outcome> runs) {
        if (!isOpen()) {
            return Outcome.failed(
                    table.name(),
                    FailureKind.CONFIGURATION,
                    "The route '" + getRouteId() + "' is " + getStatus().name().toLowerCase(Locale.ROOT)
                            + ": resume it on the status page or start it by JMX.",
                    Optional.empty());
        }
        if (!running.tryLock()) {
            return Outcome.of(
                    table.name(),
                    Outcome.Kind.HELD,
                    "This process is replicating the table at this moment.",
                    current().flatMap(Run::replication));
        }
        MDC.put("table", table.name());
        var places = endpoint.getComponent().tables().running();
        places.acquireUninterruptibly();
        try {
            return runs.get();
        } finally {
            current = null;
            places.release();
            running.unlock();
            MDC.remove("table");
            MDC.remove("replication");
        }
    }

    /** Waits for the end of a run and does something while no other can begin. */
    void whenIdle(FailableRunnable<Exception> change) throws Exception {
        running.lockInterruptibly();
        try {
            change.run();
        } finally {
            running.unlock();
        }
    }

    private Outcome process(NextStep.Action action, Request request) {
        Exchange exchange = createExchange(false);
        Run run = new Run(this, action, request);
        current = run;
        exchange.setProperty(ReplicatorConstants.RUN, run);
        exchange.setProperty(ReplicatorConstants.ACTION, action.name().toLowerCase(Locale.ROOT));
        run.tell(RunEvent.Kind.STARTED, action.name().toLowerCase(Locale.ROOT) + " begins.");
        try {
            getProcessor().process(exchange);
        } catch (Exception | Error e) {
            exchange.setException(e);
        }
        // Camel took them away with the exchange.
        MDC.put("table", table.name());
        run.replication().ifPresent(replication -> MDC.put("replication", replication.messageId()));
        Outcome outcome = run.outcome(exchange);
        releaseExchange(exchange, false);
        note(outcome);
        if (outcome.failure().filter(FailureKind.SOURCE::equals).isPresent()) {
            // it may be another by now, in another schema perhaps
            sourceTable.set(null);
        }
        run.tellEnd(outcome);
        return outcome;
    }

    private record UnrecordedFailure(Instant at, String message) {}
}
