package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.GatewayFaults.Fault;
import io.github.redshiftreplicator.sandbox.GatewayFaults.When;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.source.MariaDb;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code verify} names the keys by which a target differs from what its source was at the last replication. */
class VerifyIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @RegisterExtension
    static final MariaDb MARIADB = new MariaDb();

    @TempDir
    Path directory;

    private Deployment deployment;

    @BeforeEach
    void deploy() {
        deployment = new Deployment(directory, SANDBOX.properties());
    }

    private void replicate() {
        Deployment.Result result = deployment.run("replicate", "all");
        assertThat(result.code()).as(result.toString()).isZero();
    }

    private Deployment.Result verify(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "verify";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return deployment.run(all);
    }

    private static void assertEqual(Deployment.Result result) {
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(result.out()).contains("equal");
    }

    private void orders() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE orders (region text, no int, note text, price numeric(12,4), rate real, at timestamptz,"
                        + " day date, shown bool, doc jsonb, bits bytea, updated_at timestamptz NOT NULL DEFAULT now(),"
                        + " PRIMARY KEY (region, no))",
                "INSERT INTO orders SELECT CASE g % 2 WHEN 0 THEN 'Ä b' ELSE 'eu,1' END, g,"
                        + " CASE g % 5 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'a \"note\"' END, g / 7.0, g / 3.0,"
                        + " timestamptz '2024-03-31 00:30:00+00' + g * interval '1 minute', '2024-01-01', g % 3 = 0,"
                        + " '{\"b\": [1, 2.50, null], \"a\": \"x\"}', '\\x00ff', now() - interval '1 hour'"
                        + " FROM generate_series(1, 300) g");
        SANDBOX.redshift(
                "CREATE TABLE orders (region varchar(20), no int, note varchar(100), price decimal(12,4),"
                        + " rate real, at timestamptz, day date, shown bool, doc super, bits varbyte(10), updated_at timestamptz)");
        deployment.table("orders", "timed", "keys", "region,no");
        replicate();
    }

    @Test
    void everyKindOfDifferenceIsNamedByItsKey() throws SQLException {
        orders();
        assertEqual(verify("orders"));

        SANDBOX.redshift(
                "DELETE FROM orders WHERE no = 7",
                "UPDATE orders SET note = '' WHERE no = 10",
                "UPDATE orders SET note = NULL WHERE no = 11",
                "UPDATE orders SET price = price + 0.0001, day = '2024-01-02' WHERE no = 12",
                "INSERT INTO orders SELECT * FROM orders WHERE no = 20",
                "INSERT INTO orders (region, no) VALUES ('nowhere', 1)");

        Deployment.Result result = verify("orders");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out())
                .contains("6 keys differ")
                .contains("orders: region=eu,1, no=7 is missing in the target")
                .contains("orders: region=Ä b, no=10 differs in note")
                .contains("orders: region=eu,1, no=11 differs in note")
                .contains("orders: region=Ä b, no=12 differs in price, day")
                .contains("orders: region=Ä b, no=20 is 2 times in the target and 1 times in the source")
                .contains("orders: region=nowhere, no=1 is not in the source");
        assertThat(verify("--keys", "2", "orders").out()).contains("at least 2 keys differ");
    }

    @Test
    void rowsThatMovedSinceAreNoDifference() throws SQLException {
        orders();
        SANDBOX.source(
                "UPDATE orders SET note = 'moved', updated_at = now() WHERE no < 30",
                "INSERT INTO orders (region, no) VALUES ('new', 1)");
        SANDBOX.redshift("UPDATE orders SET note = 'wrong' WHERE no = 40");

        Deployment.Result result = verify();

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).contains("1 key differs").contains("no=40 differs in note");
    }

    @Test
    void anIdentityTableIsComparedUpToItsLastKeyAndInRanges() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE visits (id bigint PRIMARY KEY, name text)",
                "INSERT INTO visits SELECT g, md5(g::text) FROM generate_series(1, 25000) g");
        SANDBOX.redshift("CREATE TABLE visits (id bigint, name varchar(40))");
        deployment.table("visits", "identity");
        replicate();
        SANDBOX.source("INSERT INTO visits VALUES (25001, 'later')");
        assertEqual(verify("visits"));

        SANDBOX.redshift(
                "DELETE FROM visits WHERE id IN (1, 12500)",
                "INSERT INTO visits VALUES (25002, 'never'), (-5, 'below'), (NULL, 'none')");

        Deployment.Result result = verify("visits");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out().lines().filter(line -> line.startsWith("visits: ")))
                .containsExactlyInAnyOrder(
                        "visits: id=1 is missing in the target",
                        "visits: id=12500 is missing in the target",
                        "visits: id=25002 is not in the source",
                        "visits: id=-5 is not in the source",
                        "visits: id=NULL is not in the source");
    }

    @Test
    void queuedDeletionsAndAlteredValuesAreNoDifference() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE users (id int PRIMARY KEY, name text, updated_at timestamptz DEFAULT now())",
                "INSERT INTO users SELECT g, repeat('x', g), now() - interval '1 hour' FROM generate_series(1, 40) g");
        SANDBOX.redshift("CREATE TABLE users (id int, name varchar(20), updated_at timestamptz)");
        deployment.table("users", "timed", "deleteTracking", "true", "onOverflow", "truncate");
        assertThat(deployment.run("install").code()).isZero();
        replicate();
        SANDBOX.source("DELETE FROM users WHERE id IN (3, 30)");
        assertEqual(verify("users"));

        replicate();

        assertEqual(verify("users"));
        SANDBOX.redshift("INSERT INTO users VALUES (3, 'xxx', '2024-01-01')");
        assertThat(verify("users").out()).contains("users: id=3 is not in the source");
    }

    /** The load commits while the sides are compared: what it brought is compared again as of itself. */
    @Test
    void aReplicationMeanwhileIsNoDifference() throws Exception {
        orders();
        Fault pause = SANDBOX.faults().pause("^SELECT .* FROM \"orders\"$", When.BEFORE);
        Thread[] verifying = new Thread[1];
        Deployment.Result[] result = new Deployment.Result[1];
        deployment.write();
        verifying[0] = new Thread(() -> result[0] = verify("orders"));
        verifying[0].start();
        try {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(pause::isMet);
            SANDBOX.source("UPDATE orders SET note = 'moved', updated_at = now() WHERE no < 30");
            replicate();
        } finally {
            pause.release();
            verifying[0].join();
        }

        assertEqual(result[0]);
    }

    @Test
    void aFullTableWithoutAKeyIsComparedByWholeRows() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE colours (name text, code int)",
                "INSERT INTO colours VALUES ('red', 1), ('red', 1), (NULL, 2)");
        SANDBOX.redshift("CREATE TABLE colours (name varchar(20), code int)");
        deployment.table("colours", "full");
        replicate();
        assertEqual(verify("colours"));

        SANDBOX.redshift("INSERT INTO colours VALUES ('red', 1), ('', 2)");

        Deployment.Result result = verify("colours");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out())
                .contains("colours: name=red, code=1 is 3 times in the target and 2 times in the source")
                .contains("colours: name=, code=2 is not in the source")
                .contains("what differs after the next one as well is wrong");
    }

    @Test
    void aMariaDbSourceIsComparedInTheSameForm() throws SQLException {
        try (Connection source = DriverManager.getConnection(MARIADB.url("mariadb"), "admin", "admin")) {
            SandboxExtension.execute(source, "DROP TABLE IF EXISTS verified");
            SandboxExtension.execute(source, "DROP TABLE IF EXISTS replicator_replications");
            SandboxExtension.execute(
                    source,
                    "CREATE TABLE verified (code varchar(20) COLLATE utf8mb4_bin PRIMARY KEY, amount decimal(10,3),"
                            + " ratio double, flag tinyint(1), at datetime(6), note text, bits varbinary(9),"
                            + " updated_at timestamp(6) NULL)");
            SandboxExtension.execute(
                    source,
                    "INSERT INTO verified SELECT concat('k', seq, CASE seq % 2 WHEN 0 THEN 'a' ELSE 'A' END), seq / 8,"
                            + " seq / 3, seq % 2, '2024-10-27 02:30:00.5', CASE seq % 3 WHEN 0 THEN NULL WHEN 1 THEN ''"
                            + " ELSE 'ü' END, x'00ff', utc_timestamp() - INTERVAL 1 DAY FROM seq_1_to_500");
            SANDBOX.redshift("CREATE TABLE verified (code varchar(20), amount decimal(10,3), ratio float8, flag int2,"
                    + " at timestamp, note varchar(100), bits varbyte(9), updated_at timestamptz)");
            deployment
                    .set("replicator.source.url", MARIADB.url("mariadb"))
                    .set("replicator.source.username", "admin")
                    .set("replicator.source.password", "admin")
                    .table("verified", "timed", "keys", "code");
            replicate();
            SandboxExtension.execute(
                    source, "UPDATE verified SET note = 'moved', updated_at = now(6) WHERE code = 'k9A'");
            assertEqual(verify("verified"));

            SANDBOX.redshift(
                    "UPDATE verified SET ratio = ratio * 1.000001 WHERE code = 'k7A'",
                    "UPDATE verified SET code = 'k8A' WHERE code = 'k8a'");

            Deployment.Result result = verify("verified");

            assertThat(result.code()).isEqualTo(1);
            assertThat(result.out())
                    .contains("3 keys differ")
                    .contains("verified: code=k7A differs in ratio")
                    .contains("verified: code=k8a is missing in the target")
                    .contains("verified: code=k8A is not in the source");
            SandboxExtension.execute(source, "DROP TABLE verified");
            SandboxExtension.execute(source, "DROP TABLE replicator_replications");
        }
    }

    /** Databases in this process: of the types and the clock of their own. */
    @ParameterizedTest
    @CsvSource({
        "sqlite,'strftime(''%Y-%m-%d %H:%M:%f'', ''now'')',DOUBLE,BLOB,'(WITH RECURSIVE s(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM s WHERE x < 25000) SELECT x FROM s)'",
        "h2,LOCALTIMESTAMP(6),DOUBLE PRECISION,VARBINARY(9),'SYSTEM_RANGE(1, 25000)'"
    })
    void anEmbeddedSourceIsComparedInTheSameForm(String kind, String now, String ratio, String bytes, String numbers)
            throws SQLException {
        String url = kind.equals("sqlite")
                ? "jdbc:sqlite:" + directory.resolve("source.db") + "?journal_mode=WAL&busy_timeout=5000"
                : "jdbc:h2:mem:verified" + System.nanoTime() + ";DB_CLOSE_DELAY=-1;TIME ZONE=UTC";
        try (Connection source = DriverManager.getConnection(url, "sa", "")) {
            for (String statement : List.of(
                    "CREATE TABLE verified (code VARCHAR(20) NOT NULL PRIMARY KEY, amount DECIMAL(10, 3), ratio "
                            + ratio
                            + ", flag BOOLEAN, at TIMESTAMP, born DATE, note VARCHAR(100), bits " + bytes
                            + ", updated_at TIMESTAMP)",
                    "INSERT INTO verified SELECT 'k' || x || CASE WHEN x % 2 = 0 THEN 'a' ELSE 'A' END, x / 8.0, x / 3.0,"
                            + " x % 2 = 0, '2024-10-27 02:30:00.5', '2024-02-29', CASE x % 3 WHEN 0 THEN NULL WHEN 1 THEN ''"
                            + " ELSE 'ü' END, x'00ff', '2024-01-01 00:00:00' FROM " + numbers + " n WHERE x <= 300",
                    "CREATE TABLE visits (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40))",
                    "INSERT INTO visits SELECT x, 'visit ' || x FROM " + numbers + " n",
                    "CREATE TABLE colours (name VARCHAR(20), code INTEGER)",
                    "INSERT INTO colours VALUES ('red', 1), ('red', 1), (NULL, 2)")) {
                SandboxExtension.execute(source, statement);
            }
            SANDBOX.redshift(
                    "CREATE TABLE verified (code varchar(20), amount decimal(10,3), ratio float8, flag bool, at timestamp,"
                            + " born date, note varchar(100), bits varbyte(9), updated_at timestamp)",
                    "CREATE TABLE visits (id int, name varchar(40))",
                    "CREATE TABLE colours (name varchar(20), code int)");
            deployment
                    .set("replicator.source.url", url)
                    .set("replicator.source.username", "sa")
                    .set("replicator.source.password", "")
                    .set("replicator.source.time-zone", "UTC")
                    .table("verified", "timed", "keys", "code")
                    .table("visits", "identity")
                    .table("colours", "full");
            replicate();
            SandboxExtension.execute(
                    source, "UPDATE verified SET note = 'moved', updated_at = " + now + " WHERE code = 'k9A'");
            SandboxExtension.execute(source, "INSERT INTO visits VALUES (25001, 'later')");
            assertEqual(verify());

            SANDBOX.redshift(
                    "UPDATE verified SET ratio = ratio * 1.000001 WHERE code = 'k7A'",
                    "UPDATE verified SET flag = NOT flag, at = at + interval '1 millisecond' WHERE code = 'k8a'",
                    "UPDATE verified SET note = NULL, bits = '00fe'::varbyte WHERE code = 'k10a'",
                    "DELETE FROM verified WHERE code = 'k11A'",
                    "INSERT INTO verified (code) VALUES ('K12a')",
                    "DELETE FROM visits WHERE id IN (1, 12500)",
                    "UPDATE visits SET name = 'other' WHERE id = 24999",
                    "INSERT INTO visits VALUES (25002, 'never')",
                    "INSERT INTO colours VALUES ('red', 1)");

            Deployment.Result result = verify();

            assertThat(result.code()).isEqualTo(1);
            assertThat(result.out().lines().filter(line -> line.matches("(verified|visits|colours): \\w+=.*")))
                    .containsExactlyInAnyOrder(
                            "verified: code=k7A differs in ratio",
                            "verified: code=k8a differs in flag, at",
                            "verified: code=k10a differs in note, bits",
                            "verified: code=k11A is missing in the target",
                            "verified: code=K12a is not in the source",
                            "visits: id=1 is missing in the target",
                            "visits: id=12500 is missing in the target",
                            "visits: id=24999 differs in name",
                            "visits: id=25002 is not in the source",
                            "colours: name=red, code=1 is 3 times in the target and 2 times in the source");
        }
    }

    @Test
    void whatCannotBeComparedIsSaid() throws SQLException {
        SANDBOX.source("CREATE TABLE visits (id bigint PRIMARY KEY)", "INSERT INTO visits VALUES (1)");
        SANDBOX.redshift("CREATE TABLE visits (id bigint)");
        deployment.table("visits", "identity");

        assertThat(verify("visits").out()).contains("visits: nothing was replicated yet.");
        replicate();
        assertThat(deployment.run("reset", "visits").code()).isZero();
        assertThat(verify("visits").out()).contains("visits: it was reset");
        assertThat(verify("visit").err()).contains("visit");
        assertThat(verify("--keys", "0").code()).isEqualTo(2);
        replicate();
        SANDBOX.redshift("DROP TABLE visits");

        Deployment.Result result = verify("visits");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("visits: couldn't find table visits on Redshift.");
    }
}
