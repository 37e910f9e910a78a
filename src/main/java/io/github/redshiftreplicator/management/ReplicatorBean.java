package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.management.DescribedBean.Members;
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

    DescribedBean<ReplicatorBean> bean() {
        Members<ReplicatorBean> members = new Members<ReplicatorBean>()
                .number("Tables", "How many tables there are", bean ->
                        (long) bean.tables().size())
                .text("TableNames", "Their names, separated by commas", bean -> bean.tables().stream()
                        .map(table -> table.table().name())
                        .collect(Collectors.joining(",")))
                .number("Running", "How many of them this process is replicating now", bean -> bean.tables().stream()
                        .filter(table -> table.current().isPresent())
                        .count())
                .number("ConcurrentTables", "How many run at once at the most", bean ->
                        (long) bean.replicator.tables().concurrentTables())
                .number(
                        "Unfinished",
                        "How many have a replication that is neither imported nor canceled",
                        bean -> bean.count(r -> !r.state().isFinished()))
                .number(
                        "WithError",
                        "How many have an error that no later success has ended",
                        ReplicatorBean::withError)
                .text(
                        "Owner",
                        "Who claims replications in this process",
                        bean -> bean.replicator.connections().owner().text());
        for (Operation operation : Operation.values()) {
            members.operation(
                    operation.word(),
                    "Every table, one after the other: " + operation.description(),
                    bean -> bean.perform(operation));
        }
        return new DescribedBean<>("The replicator: all of its tables", members, this);
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
