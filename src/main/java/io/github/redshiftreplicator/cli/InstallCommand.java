package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.management.Explanation;
import io.github.redshiftreplicator.redshift.Ledger;
import io.github.redshiftreplicator.route.Connections;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.source.DeletionTracking;
import io.github.redshiftreplicator.source.SourceException;
import io.github.redshiftreplicator.source.TrackedTable;
import io.github.redshiftreplicator.table.Table;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code install}. */
@Command(
        name = "install",
        description = "Create the state table, each target's ledger and what tracks deletions. Twice changes nothing.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator install --dry-run"})
final class InstallCommand implements Callable<Integer> {
    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    @Option(names = "--dry-run", description = "Print the SQL and change nothing.")
    private boolean dryRun;

    @Option(
            names = "--drop",
            description = "Remove the triggers and queued deletions of tables whose deletions are no longer tracked.")
    private boolean drop;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int code = ReplicatorCommand.DONE;
        try (Application application = parent.start()) {
            Connections connections = application.replicator().connections();
            out.println("-- in the state database");
            out.println(connections.replications().ddl().strip() + ";");
            if (!dryRun) {
                connections.replications().createTable();
            }
            code = Math.max(code, installTracking(application, out));
            out.println("-- in Redshift");
            for (TableConsumer table : application.replicator().tables().all()) {
                Ledger ledger = new Ledger(connections.redshift(), table.table().target());
                out.println(ledger.ddl().strip() + ";");
                if (!dryRun) {
                    try {
                        ledger.install();
                    } catch (SQLException e) {
                        spec.commandLine().getErr().println(table.table().name() + ": " + Explanation.of(e));
                        code = ReplicatorCommand.FAILED;
                    }
                }
            }
            out.flush();
        }
        return code;
    }

    private int installTracking(Application application, PrintWriter out) {
        Connections connections = application.replicator().connections();
        int code = ReplicatorCommand.DONE;
        List<TrackedTable> tracked = new ArrayList<>();
        boolean wanted = false;
        for (TableConsumer consumer : application.replicator().tables().all()) {
            Table table = consumer.table();
            if (connections.tracksDeletions(table)) {
                wanted = true;
                try {
                    tracked.add(connections
                            .deletions()
                            .tracked(table, connections.source().describe(table.source())));
                } catch (SourceException e) {
                    spec.commandLine().getErr().println(Explanation.of(e));
                    code = ReplicatorCommand.FAILED;
                }
            }
        }
        if (!wanted && !drop) {
            return code;
        }
        if (drop
                && (code != ReplicatorCommand.DONE
                        || !application.routeFiles().broken().isEmpty())) {
            spec.commandLine()
                    .getErr()
                    .println("Nothing is dropped while a table's file or key is wrong: it might be still tracked.");
            return ReplicatorCommand.FAILED;
        }
        DeletionTracking tracking = connections.deletions();
        out.println("-- in the source");
        List<String> statements = dryRun ? tracking.plan(tracked, drop) : tracking.install(tracked, drop);
        statements.forEach(statement -> out.println(statement.strip() + ";"));
        return code;
    }
}
