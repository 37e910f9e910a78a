package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.export.Manifest;
import io.github.redshiftreplicator.export.PartStore;
import io.github.redshiftreplicator.management.Explanation;
import io.github.redshiftreplicator.redshift.CopyClauses;
import io.github.redshiftreplicator.redshift.CopyProbe;
import io.github.redshiftreplicator.redshift.RedshiftComponent;
import io.github.redshiftreplicator.redshift.RedshiftConfiguration;
import io.github.redshiftreplicator.redshift.TargetTable;
import io.github.redshiftreplicator.route.Connections;
import io.github.redshiftreplicator.route.S3Failure;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.source.Replica;
import io.github.redshiftreplicator.source.SourceTable;
import io.github.redshiftreplicator.source.TrackedTable;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.CsvFormat;
import io.github.redshiftreplicator.table.Part;
import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
@Command(
        name = "doctor",
        description = "Check everything that would stop a replication, before it runs.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator doctor"})
final class DoctorCommand implements Callable<Integer> {
    /** As wide as a verdict. */
    private static final String INDENT = " ".repeat(6);

    private static final Duration CLOCKS_APART = Duration.ofSeconds(5);
    private static final Duration REPLICA_BEHIND = Duration.ofMinutes(1);

    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    private boolean ill;

    /** A check: says what it found, nothing if it has reported that itself, or throws what is wrong. */
    private interface Check {
        String run() throws Exception;
    }

    @Override
    public Integer call() {
        try (Application application = parent.start()) {
            Connections connections = application.replicator().connections();
            Settings settings = application.settings();
            application.routeFiles().broken().forEach((file, reason) -> report("FAIL", "route file", reason));
            boolean source =
                    check("source", () -> connected(connections.source().dataSource()));
            if (source || settings.get(Setting.STATE_URL).isPresent()) {
                check("state", () -> stateTable(connections, settings));
            }
            boolean redshift = check("redshift", () -> connected(connections.redshift()));
            check("copy", () -> clauses(settings));
            if (redshift) {
                check("slices", () -> slices(connections, settings));
            }
            if (source && redshift) {
                check("clocks", () -> clocks(connections));
            }
            if (source) {
                check("replica", () -> replica(connections));
            }
            check("bucket", () -> bucket(connections, settings));
            check("s3", () -> storesAndDeletes(application, redshift));
            if (source && redshift) {
                for (TableConsumer table : application.replicator().tables().all()) {
                    check(table.table().name(), () -> table(connections, table));
                }
            } else {
                report(
                        "warn",
                        "tables",
                        "none is checked while " + (source ? "Redshift" : redshift ? "the source" : "both databases")
                                + " cannot be reached");
            }
        }
        return ill ? ReplicatorCommand.FAILED : ReplicatorCommand.DONE;
    }

    /** Whether it found nothing that would stop a replication. */
    private boolean check(String subject, Check check) {
        try {
            String found = check.run();
            if (!found.isEmpty()) {
                report("ok", subject, found);
            }
            return true;
        } catch (Exception e) {
            report(
                    "FAIL",
                    subject,
                    S3Failure.explain(e, parent.settings(Map.of())).orElseGet(() -> Explanation.of(e)));
            return false;
        }
    }

    private void report(String verdict, String subject, String text) {
        PrintWriter out = spec.commandLine().getOut();
        String finding = TerminalWidth.wrap(subject + ": " + text, TerminalWidth.get(), INDENT.length());
        out.printf("%-5s %s%n", verdict, finding.replace("\n", "\n" + INDENT));
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
                    configured + " configured, but the cluster has " + found.getAsInt() + ": set "
                            + Setting.REDSHIFT_SLICES.key() + " = " + found.getAsInt()
                            + ", so that each loads as much");
            return "";
        }
        return configured + " configured, "
                + (found.isPresent() ? found.getAsInt() + " in the cluster" : "the cluster does not tell its own");
    }

    private String clocks(Connections connections) throws SQLException {
        Instant here = Instant.now();
        Instant redshift = Instant.ofEpochMilli(TargetTable.clock(connections.redshift()));
        Optional<Instant> source = connections.source().clock();
        String found = "Redshift's is " + apart("Redshift", here, redshift);
        if (source.isPresent()) {
            found += " and the source's " + apart("the source", here, source.get());
        }
        return found + " from this host's";
    }

    /** How far the clocks are apart, in seconds with their unit. */
    private String apart(String whose, Instant here, Instant there) {
        Duration apart = Duration.between(here, there).abs();
        if (apart.compareTo(CLOCKS_APART) > 0) {
            report(
                    "warn",
                    "clocks",
                    "this host's and that of " + whose + " are " + apart.toSeconds()
                            + " s apart: synchronise them (NTP), or S3 refuses requests and reports mislead");
        }
        return String.format(Locale.ROOT, "%.1f s", apart.toMillis() / 1000.0);
    }

    private String replica(Connections connections) {
        Optional<Replica> replica = connections.source().replica();
        if (replica.isEmpty()) {
            return "the source is no read replica, as far as its user may see";
        }
        Optional<Duration> behind = replica.get().behind();
        if (behind.isEmpty()) {
            report(
                    "warn",
                    "replica",
                    "the source is a read replica that does not follow its primary at this moment: start its"
                            + " replication, or nothing new arrives");
        } else if (behind.get().compareTo(REPLICA_BEHIND) > 0) {
            report(
                    "warn",
                    "replica",
                    "the source is a read replica, " + behind.get().toSeconds()
                            + " s behind its primary: rows arrive that much later");
        }
        return "the source is a read replica"
                + behind.map(lag -> ", " + lag.toSeconds() + " s behind").orElse("");
    }

    private static String bucket(Connections connections, Settings settings) {
        String configured = settings.require(Setting.S3_REGION);
        Optional<String> region = connections.parts().region();
        region.filter(r -> !r.equals(configured)).ifPresent(r -> {
            throw new IllegalArgumentException(
                    "the bucket " + connections.parts().bucket() + " is in " + r + ", not in " + configured + ": set "
                            + Setting.S3_REGION.key() + " = " + r + ".");
        });
        return connections.parts().bucket()
                + region.map(r -> " is in " + r + ", as configured")
                        .orElse(" does not tell its region; " + configured + " is configured");
    }

    /** Also has Redshift load what was put: its role or keys may read other things than this process. */
    private String storesAndDeletes(Application application, boolean redshift) throws Exception {
        Connections connections = application.replicator().connections();
        Settings settings = application.settings();
        String prefix = settings.get(Setting.S3_PREFIX).orElse("");
        String key = (prefix.isEmpty() ? "" : prefix.replaceAll("/+$", "") + "/") + "replicator-doctor";
        PartStore parts = connections.parts();
        String bucket = parts.bucket();
        String part = key + PartFormat.CSV.extension();
        String manifest = key + ".manifest";
        try {
            connections.s3().putObject(b -> b.bucket(bucket).key(part), RequestBody.fromString("1\n"));
            connections
                    .s3()
                    .putObject(
                            b -> b.bucket(bucket).key(manifest),
                            RequestBody.fromString(Manifest.of(bucket, List.of(new Part(part, 2, 1)))
                                    .toJson()));
            connections.s3().getObjectAsBytes(b -> b.bucket(bucket).key(part));
            parts.keys(key, k -> true);
            if (redshift) {
                check("copy from s3", () -> loads(application, parts.url(manifest)));
            }
        } finally {
            parts.delete(List.of(part, manifest));
        }
        return "objects can be put, got, listed and deleted in "
                + parts.url(key.substring(0, key.lastIndexOf('/') + 1));
    }

    private static String loads(Application application, String manifest) throws SQLException {
        RedshiftConfiguration configuration = application
                .context()
                .getComponent("redshift", RedshiftComponent.class)
                .getConfiguration();
        new CopyProbe(application.replicator().connections().redshift(), configuration).run(manifest, PartFormat.CSV);
        return "Redshift may create temporary tables and load from the bucket";
    }

    private String table(Connections connections, TableConsumer consumer) throws SQLException {
        Optional<String> shared = consumer.sharedTarget();
        if (shared.isPresent()) {
            throw new IllegalArgumentException(shared.get());
        }
        Table table = consumer.table();
        SourceTable source = connections.source().describe(table.source());
        var target = connections
                .catalog()
                .columns(table.target())
                .orElseThrow(() -> new IllegalArgumentException("couldn't find table " + table.target()
                        + " on Redshift: create it there, for example by 'ddl " + table.name() + " --apply'."));
        if (connections.catalog().isView(table.target())) {
            throw new IllegalArgumentException(table.target()
                    + " is a view on Redshift, which loads rows into tables only: name a table in 'targetTable'.");
        }
        ColumnPlan plan = ColumnPlan.of(table, source.columns(), target);
        connections.source().check(table, source, plan);
        connections.source().requireReadable(table, source, plan);
        TargetTable targetTable = new TargetTable(connections.redshift(), table.target());
        List<String> missing = targetTable.missingPrivileges();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "Redshift's user lacks privileges: " + String.join("; ", missing) + " to it.");
        }
        if (table.swaps()) {
            List<String> obstacles = targetTable.swapObstacles();
            if (!obstacles.isEmpty()) {
                throw new IllegalArgumentException(
                        table.target() + " cannot be swapped: " + String.join("; ", obstacles)
                                + ". Take 'swap' out of its file, so that its rows are replaced instead.");
            }
        }
        advise(connections, table, source);
        if (connections.tracksDeletions(table)) {
            tracked(connections, table, source);
        }
        return plan.columns().size() + " of " + source.columns().size() + " columns are replicated, "
                + table.strategy().word();
    }

    private void tracked(Connections connections, Table table, SourceTable source) {
        TrackedTable tracked = connections.deletions().tracked(table, source);
        if (!connections.deletions().plan(List.of(tracked), false).isEmpty()) {
            report(
                    "warn",
                    table.name(),
                    "its deletions are not tracked yet: run 'install'"
                            + (connections.deletions().mayInstall(tracked)
                                    ? ""
                                    : " as a user that has the privilege TRIGGER on " + source.name()
                                            + ", which this one lacks"));
        }
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
            if (table.option("overlap").isEmpty()) {
                connections
                        .source()
                        .blockSequence(source, column)
                        .ifPresent(sequence -> report(
                                "warn",
                                table.name(),
                                column + " has no sequence of its own, and " + sequence + " hands out blocks, as"
                                        + " Hibernate's do: keys of a block that are used late are lost. Set the parameter"
                                        + " overlap"));
            }
        }
    }
}
