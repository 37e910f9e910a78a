package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.redshift.CopyClauses;
import io.github.redshiftreplicator.redshift.TargetTable;
import io.github.redshiftreplicator.route.Connections;
import io.github.redshiftreplicator.route.S3Failure;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.source.SourceTable;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.CsvFormat;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.sync.RequestBody;

/** {@code doctor}: one line a check, {@code ok}, {@code warn} or {@code FAIL}, with the remedy. */
@Command(name = "doctor", description = "Check everything that would stop a replication, before it runs.")
final class DoctorCommand implements Callable<Integer> {
    private static final Duration CLOCKS_APART = Duration.ofSeconds(5);

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
            application.routeFiles().broken().forEach((file, reason) -> report("FAIL", "route file", reason));
            check("source", () -> connected(connections.source().dataSource()));
            check("state", () -> stateTable(connections, settings));
            check("redshift", () -> connected(connections.redshift()));
            check("copy", () -> clauses(settings));
            check("slices", () -> slices(connections, settings));
            check("clocks", () -> clocks(connections));
            check("s3", () -> storesAndDeletes(connections, settings));
            for (TableConsumer table : application.replicator().tables().all()) {
                check(table.table().name(), () -> table(connections, table.table()));
            }
        }
        return ill ? ReplicatorCommand.FAILED : ReplicatorCommand.DONE;
    }

    private void check(String subject, Check check) {
        try {
            report("ok", subject, check.run());
        } catch (Exception e) {
            report(
                    "FAIL",
                    subject,
                    S3Failure.explain(e, parent.settings(Map.of())).orElseGet(() -> Explanation.of(e)));
        }
    }

    private void report(String verdict, String subject, String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-5s %s: %s%n", verdict, subject, text);
        out.flush();
        ill |= verdict.equals("FAIL");
    }

    private static String stateTable(Connections connections, Settings settings) {
        String name = settings.require(Setting.STATE_TABLE);
        return connections.replications().tableExists()
                ? "the table " + name + " is there"
                : "the table " + name + " is not there yet: the first replication or 'install' creates it";
    }

    private static String connected(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            var metaData = connection.getMetaData();
            return "connected to " + metaData.getDatabaseProductName() + " " + metaData.getDatabaseProductVersion()
                    + " as " + metaData.getUserName();
        }
    }

    private static String clauses(Settings settings) {
        return "its clauses are "
                + CopyClauses.of(
                        settings.format(),
                        CsvFormat.NULL_MARKER,
                        settings.get(Setting.S3_REGION),
                        false,
                        settings.copyClauses());
    }

    private String slices(Connections connections, Settings settings) throws SQLException {
        int configured = settings.integer(Setting.REDSHIFT_SLICES, 1, 6400);
        OptionalInt found = TargetTable.slices(connections.redshift());
        if (found.isPresent() && configured % found.getAsInt() != 0) {
            report(
                    "warn",
                    "slices",
                    "the cluster has " + found.getAsInt() + ": set " + Setting.REDSHIFT_SLICES.key() + " = "
                            + found.getAsInt() + ", so that each loads as much");
        }
        return configured + " configured, "
                + (found.isPresent() ? found.getAsInt() + " in the cluster" : "the cluster does not tell its own");
    }

    private String clocks(Connections connections) throws SQLException {
        Instant here = Instant.now();
        Instant redshift = Instant.ofEpochMilli(TargetTable.clock(connections.redshift()));
        Optional<Instant> source = connections.source().clock();
        apart("Redshift", here, redshift);
        source.ifPresent(clock -> apart("the source", here, clock));
        return source.isPresent() ? "the source's, Redshift's and this host's are compared" : "Redshift's is compared";
    }

    private void apart(String whose, Instant here, Instant there) {
        Duration apart = Duration.between(here, there).abs();
        if (apart.compareTo(CLOCKS_APART) > 0) {
            report(
                    "warn",
                    "clocks",
                    "this host's and that of " + whose + " are " + apart.toSeconds()
                            + " s apart: synchronise them (NTP), or S3 refuses requests and reports mislead");
        }
    }

    private static String storesAndDeletes(Connections connections, Settings settings) {
        String prefix = settings.get(Setting.S3_PREFIX).orElse("");
        String key = (prefix.isEmpty() ? "" : prefix.replaceAll("/+$", "") + "/") + "replicator-doctor";
        String bucket = connections.parts().bucket();
        connections.s3().putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString("doctor"));
        connections.parts().keys(key, k -> true);
        connections.parts().delete(List.of(key));
        return "objects can be put, listed and deleted in "
                + connections.parts().url(key.substring(0, key.lastIndexOf('/') + 1));
    }

    private String table(Connections connections, Table table) throws SQLException {
        SourceTable source = connections.source().describe(table.source());
        var target = connections
                .catalog()
                .columns(table.target())
                .orElseThrow(() -> new IllegalArgumentException("couldn't find table " + table.target()
                        + " on Redshift: create it there, for example by 'ddl " + table.name() + " --apply'."));
        ColumnPlan plan = ColumnPlan.of(table, source.columns(), target);
        connections.source().check(table, plan);
        connections.source().requireReadable(table, source, plan);
        List<String> missing = new TargetTable(connections.redshift(), table.target()).missingPrivileges();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "Redshift's user lacks privileges: " + String.join("; ", missing) + " to it.");
        }
        advise(connections, table, source);
        return plan.columns().size() + " of " + source.columns().size() + " columns are replicated, "
                + table.strategy().word();
    }

    private void advise(Connections connections, Table table, SourceTable source) {
        table.replicationField()
                .filter(field -> !source.isIndexed(field))
                .ifPresent(field -> report(
                        "warn", table.name(), "no index begins with " + field + ": every run reads the whole table"));
        if (table.strategy() == Strategy.IDENTITY) {
            String field = table.replicationField().orElseThrow();
            String column = source.column(field).map(c -> c.name()).orElse(field);
            long cache = connections.source().sequenceCache(source, column);
            if (cache > 1) {
                report(
                        "warn",
                        table.name(),
                        "the sequence of " + column + " hands each session " + cache
                                + " numbers at once, so a lower one may come later: ALTER SEQUENCE … CACHE 1, or use the"
                                + " strategy timed");
            }
        }
    }
}
