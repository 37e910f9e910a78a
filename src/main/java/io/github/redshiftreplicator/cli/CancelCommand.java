package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.route.Cancellation;
import java.sql.SQLException;
import picocli.CommandLine.Command;

/** {@code cancel}. */
@Command(
        name = "cancel",
        description = "Cancel the unfinished replication of the tables; the next run opens a new one.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator cancel users"})
final class CancelCommand extends ResetCommand {
    @Override
    String apply(Application application, String table) throws SQLException {
        return new Cancellation(application.replicator())
                .cancel(application.replicator().tables().require(table).table());
    }
}
