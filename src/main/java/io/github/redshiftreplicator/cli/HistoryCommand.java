package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.state.Replication;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code history}. */
@Command(
        name = "history",
        description = "Show the replications of the tables, the newest first.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator history users -n 5"})
final class HistoryCommand extends StatusCommand {
    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            description = "How many of each table at the most (default: ${DEFAULT-VALUE}).")
    private int limit = 20;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit is " + limit + ": give a number from 1.");
        }
        return super.call();
    }

    @Override
    String detailHeading() {
        return "~>BYTES";
    }

    @Override
    String detail(Replication replication) {
        return TextTable.bytes(replication.bytes());
    }

    @Override
    List<Replication> replications(Application application, String table) {
        return application.replicator().connections().replications().history(table, limit);
    }
}
