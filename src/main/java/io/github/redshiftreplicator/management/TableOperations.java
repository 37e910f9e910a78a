package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.route.Cancellation;
import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.route.Request;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.route.TargetMaintenance;
import io.github.redshiftreplicator.state.NextStep;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.RouteController;

/**
 * What an operator may do to a table, the same by JMX and by HTTP. Each method works until it is done and says in one
 * sentence what was done. Thread-safe.
 */
final class TableOperations {
    /** The operations by their words. */
    enum Operation {
        REPLICATE("Export what is new, then import it"),
        EXPORT("Export what is new; the import comes later"),
        IMPORT("Import what was exported before"),
        RETRY("Resume the replication that stopped"),
        CANCEL("Cancel the unfinished replication; the next run opens a new one of its window"),
        RESET("Make the next replication a full one, which replaces the target's rows"),
        DELETES("Propagate the deletions that wait in the source, without moving any new row"),
        VACUUM("Vacuum the target as fits its sort key, if it needs it"),
        ANALYZE("Refresh the planner's statistics of the target, if they are stale"),
        PAUSE("Let nothing run until resumed; what is running finishes first"),
        RESUME("End a pause");

        private final String description;

        Operation(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }

        /** Whether it gives up something. */
        boolean isDestructive() {
            return this == CANCEL || this == RESET;
        }

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Optional<Operation> of(String word) {
            return java.util.Arrays.stream(values())
                    .filter(operation -> operation.word().equals(word))
                    .findFirst();
        }
    }

    /** What an operation came to. */
    record Result(boolean good, String message) {}

    private final CamelContext context;
    private final ReplicatorComponent replicator;

    TableOperations(CamelContext context) {
        this.context = context;
        this.replicator = ReplicatorComponent.of(context);
    }

    /** Does it. What goes wrong is in the result; nothing is thrown. */
    Result perform(Operation operation, TableConsumer table) {
        try {
            return switch (operation) {
                case REPLICATE -> run(table, NextStep.Action.REPLICATE);
                case EXPORT -> run(table, NextStep.Action.EXPORT);
                case IMPORT -> run(table, NextStep.Action.IMPORT);
                case RETRY -> retry(table);
                case CANCEL -> good(new Cancellation(replicator).cancel(table.table()));
                case RESET -> good(reset(table));
                case DELETES -> deletes(table);
                case VACUUM -> good(maintain(table, TargetMaintenance.Kind.VACUUM));
                case ANALYZE -> good(maintain(table, TargetMaintenance.Kind.ANALYZE));
                case PAUSE -> good(pause(table));
                case RESUME -> good(resume(table));
            };
        } catch (Exception | Error e) {
            return new Result(false, Explanation.of(e));
        }
    }

    private static Result good(String message) {
        return new Result(true, message);
    }

    private static Result run(TableConsumer table, NextStep.Action action) {
        Outcome outcome = table.run(action);
        return new Result(outcome.isGood(), outcome.message());
    }

    private Result deletes(TableConsumer table) {
        if (!replicator.connections().tracksDeletions(table.table())) {
            return new Result(false, "its deletions are not tracked: set deleteTracking and run install.");
        }
        Outcome outcome = table.run(Request.of(Request.Kind.DELETIONS));
        return new Result(outcome.isGood(), outcome.message());
    }

    private Result retry(TableConsumer table) {
        boolean unfinished = replicator
                .connections()
                .replications()
                .latest(table.table().name())
                .filter(latest -> !latest.state().isFinished())
                .isPresent();
        return unfinished
                ? run(table, NextStep.Action.REPLICATE)
                : good("nothing to retry: its last replication is finished.");
    }

    private String reset(TableConsumer table) {
        replicator.connections().replications().reset(table.table().name());
        return "the next replication is full and replaces the target's rows.";
    }

    private String maintain(TableConsumer table, TargetMaintenance.Kind kind) throws Exception {
        return TargetMaintenance.run(context, table.table(), kind.uri());
    }

    private String pause(TableConsumer table) throws Exception {
        RouteController routes = context.getRouteController();
        String schedule = scheduleRoute(table);
        if (context.getRoute(schedule) != null) {
            routes.suspendRoute(schedule);
        }
        routes.suspendRoute(table.getRouteId());
        return "paused: nothing runs until it is resumed.";
    }

    private String resume(TableConsumer table) throws Exception {
        RouteController routes = context.getRouteController();
        routes.resumeRoute(table.getRouteId());
        String schedule = scheduleRoute(table);
        if (context.getRoute(schedule) != null) {
            routes.resumeRoute(schedule);
        }
        return "resumed.";
    }

    private static String scheduleRoute(TableConsumer table) {
        return table.table().name() + "-schedule";
    }
}
