package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.management.Explanation;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code reset} and {@code cancel}: what changes a table's state by hand. */
@Command(
        name = "reset",
        description = "Make the next replication of the tables a full one, which replaces the target's rows.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator reset users && replicator replicate users"})
class ResetCommand implements Callable<Integer> {
    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "TABLE", description = "Names of tables, or 'all'.")
    private List<String> names;

    /** Does it to one table and says what was done. */
    String apply(Application application, String table) throws SQLException {
        application.replicator().connections().replications().reset(table);
        return "the next replication is full and replaces the target's rows.";
    }

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        int code = ReplicatorCommand.DONE;
        try (Application application = parent.start()) {
            var selected = new TableRunner(application.replicator().tables()).select(names, err::println);
            for (var table : selected) {
                String name = table.table().name();
                try {
                    out.println(name + ": " + apply(application, name));
                } catch (IllegalStateException | SQLException e) {
                    err.println(name + ": " + Explanation.of(e));
                    code = ReplicatorCommand.FAILED;
                }
            }
            out.flush();
        }
        return code;
    }
}
