package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.redshift.Ledger;
import io.github.redshiftreplicator.route.Connections;
import io.github.redshiftreplicator.route.TableConsumer;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code install}. */
@Command(
        name = "install",
        description = "Create the state table and, beside each target, its ledger. Twice changes nothing.")
final class InstallCommand implements Callable<Integer> {
    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    @Option(names = "--dry-run", description = "Print the SQL and change nothing.")
    private boolean dryRun;

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
}
