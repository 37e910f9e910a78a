package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.state.Replication;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code history}. */
@Command(name = "history", description = "Show the replications of the tables, the newest first.")
final class HistoryCommand extends StatusCommand {
    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            description = "How many of each table at the most (default: ${DEFAULT-VALUE}).")
    private int limit = 20;

    @Override
    List<Replication> replications(Application application, String table) {
        return application.replicator().connections().replications().history(table, limit);
    }
}
