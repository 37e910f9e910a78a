package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.route.Connections;
import io.github.redshiftreplicator.route.S3Failure;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.source.SourceTable;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.Table;
import java.io.PrintWriter;
import java.sql.Connection;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.sync.RequestBody;

/** {@code doctor}. */
@Command(name = "doctor", description = "Check everything that would stop a replication, before it runs.")
final class DoctorCommand implements Callable<Integer> {
    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    private boolean ill;

    /** A check: says what it found, or throws what is wrong. */
    private interface Check {
        String run() throws Exception;
    }

    @Override
    public Integer call() {
        try (Application application = parent.start()) {
            Connections connections = application.replicator().connections();
            Settings settings = application.settings();
            application.routeFiles().broken().forEach((file, reason) -> report(false, "route file", reason));
            check("source", () -> connected(connections.source().dataSource()));
            check("state", () -> {
                boolean there = connections.replications().tableExists();
                return there
                        ? "the table " + settings.require(Setting.STATE_TABLE) + " is there"
                        : "the table " + settings.require(Setting.STATE_TABLE)
                                + " is not there yet: the first replication or 'install' creates it";
            });
            check("redshift", () -> connected(connections.redshift()));
            check("s3", () -> storesAndDeletes(connections, settings));
            for (TableConsumer table : application.replicator().tables().all()) {
                check(table.table().name(), () -> matches(connections, table.table()));
            }
        }
        return ill ? ReplicatorCommand.FAILED : ReplicatorCommand.DONE;
    }

    private void check(String subject, Check check) {
        try {
            report(true, subject, check.run());
        } catch (Exception e) {
            report(
                    false,
                    subject,
                    S3Failure.explain(e, parent.settings(Map.of())).orElseGet(() -> Explanation.of(e)));
        }
    }

    private void report(boolean good, String subject, String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-5s %s: %s%n", good ? "ok" : "FAIL", subject, text);
        out.flush();
        ill |= !good;
    }

    private static String connected(DataSource dataSource) throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            var metaData = connection.getMetaData();
            return "connected to " + metaData.getDatabaseProductName() + " " + metaData.getDatabaseProductVersion()
                    + " as " + metaData.getUserName();
        }
    }

    private static String storesAndDeletes(Connections connections, Settings settings) {
        String prefix = settings.get(Setting.S3_PREFIX).orElse("");
        String key = (prefix.isEmpty() ? "" : prefix.replaceAll("/+$", "") + "/") + "replicator-doctor";
        String bucket = connections.parts().bucket();
        connections.s3().putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString("doctor"));
        connections.parts().keys(key, k -> true);
        connections.parts().delete(java.util.List.of(key));
        return "objects can be put, listed and deleted in "
                + connections.parts().url(key.substring(0, key.lastIndexOf('/') + 1));
    }

    private static String matches(Connections connections, Table table) throws Exception {
        SourceTable source = connections.source().describe(table.source());
        var target = connections
                .catalog()
                .columns(table.target())
                .orElseThrow(() -> new IllegalArgumentException(
                        "couldn't find table " + table.target() + " on Redshift: create it there."));
        int columns = ColumnPlan.of(table, source.columns(), target).columns().size();
        String text = columns + " of " + source.columns().size() + " columns are replicated, "
                + table.strategy().word();
        return text
                + table.replicationField()
                        .filter(field -> !source.isIndexed(field))
                        .map(field -> "; warning: no index begins with " + field)
                        .orElse("");
    }
}
