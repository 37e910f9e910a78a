package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.management.TableOperations.Operation;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.state.Replication;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The whole of a replicator in JMX. */
final class ReplicatorBean {
    private final ReplicatorComponent replicator;
    private final TableOperations operations;

    ReplicatorBean(ReplicatorComponent replicator, TableOperations operations) {
        this.replicator = replicator;
        this.operations = operations;
    }

    DescribedBean bean() {
        DescribedBean bean = new DescribedBean("The replicator: all of its tables")
                .number("Tables", "How many tables there are", () -> (long) tables().size())
                .text("TableNames", "Their names, separated by commas", () -> tables().stream()
                        .map(table -> table.table().name())
                        .collect(Collectors.joining(",")))
                .number("Running", "How many of them this process is replicating now", () -> tables().stream()
                        .filter(table -> table.current().isPresent())
                        .count())
                .number("ConcurrentTables", "How many run at once at the most", () ->
                        (long) replicator.tables().concurrentTables())
                .number(
                        "Unfinished",
                        "How many have a replication that is neither imported nor canceled",
                        () -> count(r -> !r.state().isFinished()))
                .number("WithError", "How many have an error that no later success has ended", this::withError)
                .text(
                        "Owner",
                        "Who claims replications in this process",
                        () -> replicator.connections().owner().text());
        for (Operation operation : Operation.values()) {
            bean.operation(
                    operation.word(),
                    "Every table, one after the other: " + operation.description(),
                    () -> perform(operation));
        }
        return bean;
    }

    private Collection<TableConsumer> tables() {
        return replicator.tables().all();
    }

    private long count(Predicate<Replication> condition) {
        return replicator.newestReplications().stream().filter(condition).count();
    }

    private long withError() {
        Map<String, Replication> latest = replicator.newestReplications().stream()
                .collect(Collectors.toMap(Replication::table, Function.identity()));
        return tables().stream()
                .filter(table -> table.error(
                                Optional.ofNullable(latest.get(table.table().name())))
                        .isPresent())
                .count();
    }

    private String perform(Operation operation) {
        return tables().stream()
                .filter(table -> operation != Operation.DELETES
                        || replicator.connections().tracksDeletions(table.table()))
                .map(table -> line(operation, table))
                .collect(Collectors.joining("\n"));
    }

    private String line(Operation operation, TableConsumer table) {
        TableOperations.Result result = operations.perform(operation, table);
        return table.table().name() + ": " + (result.good() ? "" : "FAILED: ") + result.message();
    }
}
