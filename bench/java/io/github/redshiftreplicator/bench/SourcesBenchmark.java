package io.github.redshiftreplicator.bench;

import ch.vorburger.exec.ManagedProcessException;
import io.github.redshiftreplicator.source.MariaDb;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Databases that are read through JDBC, beside the bare loop over their driver. */
@Command(
        name = "sources",
        description = "Exports from MariaDB and H2 beside a loop that reads every column as a string and drops it.",
        mixinStandardHelpOptions = true)
final class SourcesBenchmark implements Callable<Integer> {
    private static final String COLUMNS =
            "id, customer_id, status, email, amount, quantity, ordered_at, updated_at, token, note";

    @Option(names = "--rows", description = "Rows of the table. Default: ${DEFAULT-VALUE}.", defaultValue = "1000000")
    private long rows;

    @Option(
            names = "--rounds",
            description = "Times that each is run, in turn. Default: ${DEFAULT-VALUE}.",
            defaultValue = "3")
    private int rounds;

    @Option(
            names = "--java-opts",
            description = "The JVM's options. Default: ${DEFAULT-VALUE}.",
            defaultValue = "-Xmx256m")
    private String javaOptions;

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException, ManagedProcessException {
        try (Bench bench = Bench.start()) {
            SampleTable.make(bench, 0);
            h2(bench);
            mariaDb(bench);
        }
        return 0;
    }

    private void h2(Bench bench) throws IOException, InterruptedException, SQLException {
        String url = "jdbc:h2:file:" + bench.folder().resolve("h2/source") + ";DATABASE_TO_UPPER=FALSE";
        try (Connection connection = DriverManager.getConnection(url, "sa", "")) {
            make(
                    connection,
                    "SYSTEM_RANGE(1, " + rows + ")",
                    "X",
                    "TIMESTAMPADD(SECOND, X, TIMESTAMP '2024-01-01 00:00:00')");
        }
        compare(bench, "H2", url, "sa", "");
    }

    private void mariaDb(Bench bench) throws IOException, InterruptedException, SQLException, ManagedProcessException {
        try (MariaDb.Server database = new MariaDb.Server()) {
            String url = database.url("mariadb");
            try (Connection connection = DriverManager.getConnection(url, "admin", "admin")) {
                make(
                        connection,
                        "seq_1_to_" + rows,
                        "seq",
                        "TIMESTAMPADD(SECOND, seq, TIMESTAMP '2024-01-01 00:00:00')");
            }
            compare(bench, "MariaDB", url, "admin", "admin");
        }
    }

    private static void make(Connection connection, String series, String x, String time) throws SQLException {
        Bench.execute(
                connection,
                """
                CREATE TABLE orders (
                  id bigint PRIMARY KEY, customer_id integer, status varchar(16), email varchar(64),
                  amount numeric(12,2), quantity integer, ordered_at timestamp, updated_at timestamp,
                  token varchar(32), note varchar(200))""",
                ("INSERT INTO orders SELECT X, MOD(X, 1000003), 'shipped', CONCAT('customer', X, '@example.com'), MOD(X, 1000),"
                                + " MOD(X, 9), T, T, CONCAT('0123456789abcdef', X),"
                                + " CONCAT('deliver to door ', MOD(X, 320), ', ring ', MOD(X, 3), ' times') FROM SERIES")
                        .replace("X", x)
                        .replace("T,", time + ",")
                        .replace("SERIES", series));
    }

    private void compare(Bench bench, String name, String url, String user, String password)
            throws IOException, InterruptedException, SQLException {
        Path deployment = bench.deployment(
                name,
                Map.of(
                        "replicator.source.url", url,
                        "replicator.source.username", user,
                        "replicator.source.password", password,
                        "replicator.s3.endpoint", bench.sink().toString()));
        Bench.table(deployment, SampleTable.NAME, "identity");
        List<Measure> loops = new ArrayList<>();
        List<Measure> exports = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            loops.add(bench.measure(
                    List.of(
                            Bench.java(),
                            "-Xmx256m",
                            "-cp",
                            Bench.classpath(),
                            DriverLoop.class.getName(),
                            url,
                            user,
                            password,
                            "SELECT " + COLUMNS + " FROM orders"),
                    Map.of()));
            exports.add(bench.measure(
                    Bench.replicator(deployment, "export", SampleTable.NAME), Map.of("JAVA_OPTS", javaOptions)));
            try (Connection connection = DriverManager.getConnection(url, user, password)) {
                Bench.execute(connection, "DROP TABLE replicator_replications");
            }
        }
        Measure loop = Measure.median(loops);
        Measure export = Measure.median(exports);
        System.out.printf(
                "%-8s driver loop %6.2f s (CPU %6.2f s), export %6.2f s (CPU %6.2f s), ratio %.2f, peak %4.0f MB%n",
                name,
                loop.seconds(),
                loop.cpu(),
                export.seconds(),
                export.cpu(),
                export.seconds() / loop.seconds(),
                export.peakResident() / 1e6);
    }
}
