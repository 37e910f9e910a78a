package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.route.Connections;
import io.github.redshiftreplicator.route.Request;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.source.DeletionTracking;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code deletes}. */
@Command(
        name = "deletes",
        description = "Show the queues of deletions that wait in the source, or propagate them.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator deletes users", "  replicator deletes users --propagate"})
final class DeletesCommand implements Callable<Integer> {
    private static final int SHOWN = 100;

    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "TABLE", description = "Names of tables (default: all that are tracked).")
    private List<String> names = new ArrayList<>();

    @Option(names = "--propagate", description = "Delete the rows in the targets now, without moving any new row.")
    private boolean propagate;

    @Override
    public Integer call() throws InterruptedException {
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        try (Application application = parent.start()) {
            TableRunner runner = new TableRunner(application.replicator().tables());
            Connections connections = application.replicator().connections();
            Set<TableConsumer> selected = runner.select(names, err::println);
            List<TableConsumer> tracked = selected.stream()
                    .filter(table -> connections.tracksDeletions(table.table()))
                    .toList();
            if (!names.isEmpty()) {
                selected.stream()
                        .filter(table -> !tracked.contains(table))
                        .forEach(table -> err.println(table.table().name()
                                + ": its deletions are not tracked: set deleteTracking and run install."));
            }
            if (propagate) {
                return RequestCommand.run(application, spec, tracked, Request.of(Request.Kind.DELETIONS));
            }
            if (tracked.isEmpty()) {
                out.println("No table's deletions are tracked.");
            } else if (!connections.deletions().exists()) {
                err.println("There is no queue " + connections.deletions().queue() + " in the source: run install.");
                return ReplicatorCommand.FAILED;
            } else {
                tracked.forEach(
                        table -> show(connections.deletions(), table.table().name()));
            }
            out.flush();
        }
        return ReplicatorCommand.DONE;
    }

    static TextTable queue(List<DeletionTracking.Entry> entries) {
        TextTable text = new TextTable(">ID", "DELETED AT", "~KEY");
        for (DeletionTracking.Entry entry : entries) {
            text.row(String.valueOf(entry.id()), entry.deletedAt(), entry.key().orElse("every row"));
        }
        return text;
    }

    private void show(DeletionTracking tracking, String table) {
        var out = spec.commandLine().getOut();
        long rows = tracking.pending(table).rows();
        out.println(
                table + ": " + (rows == 0 ? "no deletion waits" : TextTable.number(OptionalLong.of(rows)) + " wait"));
        if (rows > 0) {
            out.print(queue(tracking.entries(table, SHOWN)).toString(TerminalWidth.get()));
            if (rows > SHOWN) {
                out.println("… and " + TextTable.number(OptionalLong.of(rows - SHOWN)) + " more");
            }
        }
    }
}
