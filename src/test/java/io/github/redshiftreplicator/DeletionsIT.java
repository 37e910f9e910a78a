package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.sandbox.GatewayFaults;
import io.github.redshiftreplicator.sandbox.Sandbox;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.source.DeletionTracking;
import io.github.redshiftreplicator.source.QueueIds;
import io.github.redshiftreplicator.state.NextStep;
import io.github.redshiftreplicator.table.TableName;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.commons.lang3.function.FailableRunnable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What is deleted in the source is deleted in the target, from the command line to the target's rows. */
class DeletionsIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    private static final String USERS = "SELECT id, name FROM users ORDER BY id";

    @TempDir
    Path directory;

    private Deployment deployment;

    @BeforeEach
    void deploy() {
        deployment = new Deployment(directory, SANDBOX.properties()).set("replicator.delete-tracking", "true");
    }

    private Deployment.Result run(String... arguments) {
        Deployment.Result result = deployment.run(arguments);
        assertThat(result.code()).as(result.toString()).isZero();
        return result;
    }

    private void assertSame(String query) throws SQLException {
        assertThat(SANDBOX.redshiftRows(query)).isEqualTo(SANDBOX.sourceRows(query));
    }

    private void replicated(String query) throws SQLException {
        run("replicate", "all");
        assertSame(query);
    }

    private List<List<String>> queue() throws SQLException {
        return SANDBOX.sourceRows("SELECT table_name, row_key FROM replicator_deletions ORDER BY id");
    }

    private void users(String strategy, int rows, String... parameters) throws SQLException {
        SANDBOX.source(
                "CREATE TABLE users (id bigint PRIMARY KEY, name text, deleted_at timestamp, updated_at timestamptz"
                        + " DEFAULT now())",
                "CREATE INDEX ON users (updated_at)",
                "INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, " + rows + ") g");
        SANDBOX.redshift("CREATE TABLE users (id bigint, name varchar(100), updated_at timestamptz)");
        deployment.table("users", strategy, parameters);
        run("install");
        replicated(USERS);
    }

    @Test
    void deletedRowsGoWithTheNextWindow() throws SQLException {
        users("timed", 500);
        SANDBOX.source("DELETE FROM users WHERE id % 7 = 0", "INSERT INTO users VALUES (1000, 'new')");
        replicated(USERS);
        assertThat(queue()).isEmpty();
        assertThat(run("replicate", "users").out()).contains("nothing to do");
    }

    @Test
    void deletionsAloneAreEnoughForAReplication() throws SQLException {
        users("timed", 20);
        SANDBOX.source("DELETE FROM users WHERE id IN (3, 5)");
        assertThat(run("replicate", "users").out()).contains("imported");
        assertSame(USERS);
        assertThat(queue()).isEmpty();
    }

    /** A replication of them alone would have the first rows replace what the target held before. */
    /** The objects in S3 go before the state does, so whoever finishes the replication has nothing but the ledger. */
    @Test
    void deletionsAloneThatAreInTheTargetAreFinishedAfterACrash() throws SQLException {
        users("timed", 20);
        SANDBOX.source("DELETE FROM users WHERE id = 3");
        replicated(USERS);
        SANDBOX.source("UPDATE replicator_replications SET state = 'importing', owner = NULL"
                + " WHERE id = (SELECT max(id) FROM replicator_replications)");

        assertThat(run("replicate", "users").out()).contains("imported");

        assertThat(SANDBOX.sourceRows("SELECT DISTINCT state FROM replicator_replications"))
                .containsExactly(List.of("imported"));
    }

    @Test
    void deletionsWaitForTheFirstRows() throws SQLException {
        SANDBOX.source("CREATE TABLE users (id bigserial PRIMARY KEY, name text)");
        SANDBOX.redshift(
                "CREATE TABLE users (id bigint, name varchar(100))", "INSERT INTO users VALUES (-1, 'from before')");
        deployment.table("users", "identity");
        run("install");
        try (Connection late = SANDBOX.source()) {
            late.setAutoCommit(false);
            SandboxExtension.execute(late, "INSERT INTO users (name) VALUES ('late')");
            SANDBOX.source("INSERT INTO users (name) VALUES ('a'), ('b')", "DELETE FROM users WHERE name = 'a'");
            assertThat(run("replicate", "users").out()).contains("nothing to do");
            assertThat(queue()).hasSize(1);
            late.commit();
        }

        run("replicate", "users");

        assertThat(SANDBOX.redshiftRows(USERS))
                .containsExactly(List.of("-1", "from before"), List.of("1", "late"), List.of("3", "b"));
        assertThat(queue()).isEmpty();
    }

    @Test
    void anIdentityTableLosesTheRowsToo() throws SQLException {
        users("identity", 20);
        SANDBOX.source("DELETE FROM users WHERE id < 5", "INSERT INTO users VALUES (21, 'new')");
        replicated(USERS);
        SANDBOX.source("DELETE FROM users WHERE id = 21");
        replicated(USERS);
    }

    @Test
    void aRowInsertedAgainWithItsKeySurvives() throws SQLException {
        for (String strategy : List.of("timed", "identity")) {
            users(strategy, 20);
            SANDBOX.source(
                    "DELETE FROM users WHERE id IN (3, 4)",
                    "INSERT INTO users (id, name, updated_at) VALUES (3, 'again', '2001-01-01')");
            replicated(USERS);
            SANDBOX.source("INSERT INTO users VALUES (4, 'later')", "INSERT INTO users VALUES (21, 'new')");
            SANDBOX.source("DELETE FROM users WHERE id = 21", "INSERT INTO users VALUES (21, 'newer')");
            if (strategy.equals("timed")) {
                replicated(USERS);
            } else {
                run("replicate", "users");
                SANDBOX.source("DELETE FROM users WHERE id = 4");
                replicated(USERS);
            }
            assertThat(queue()).isEmpty();
            SANDBOX.source(
                    "DROP TABLE users",
                    "DROP TABLE replicator_deletions CASCADE",
                    "DELETE FROM replicator_replications");
            SANDBOX.redshift("DROP TABLE users");
        }
    }

    /** The transaction was first seen beside a window that had ended below what a gap has let through since. */
    @Test
    void aKeyInsertedAgainArrivesBesideALongTransactionAndTheWindowNeverGoesBack() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE users (id bigserial PRIMARY KEY, name text)",
                "INSERT INTO users (name) SELECT 'user ' || g FROM generate_series(1, 5) g");
        SANDBOX.redshift("CREATE TABLE users (id bigint, name varchar(100))");
        deployment.table("users", "identity");
        run("install");
        try (Service service = deployment.service();
                Connection late = SANDBOX.source()) {
            TableConsumer users =
                    ReplicatorComponent.of(service.context()).tables().require("users");
            done(users);
            SANDBOX.source("INSERT INTO users (name) VALUES ('6'), ('7')");
            late.setAutoCommit(false);
            SandboxExtension.execute(late, "INSERT INTO users (name) VALUES ('late')");
            SANDBOX.source("INSERT INTO users (name) VALUES ('9'), ('10')");
            done(users);
            SANDBOX.source("DELETE FROM users WHERE id IN (2, 6)", "INSERT INTO users VALUES (6, 'again')");
            done(users);

            assertThat(SANDBOX.redshiftRows(USERS))
                    .isEqualTo(SANDBOX.sourceRows(USERS.replace("ORDER", "WHERE id < 8 ORDER")));
            late.commit();
            done(users);
        }
        assertSame(USERS);
        assertThat(SANDBOX.sourceRows("SELECT first_record, last_record FROM replicator_replications ORDER BY id"))
                .containsExactly(Arrays.asList(null, "5"), List.of("5", "7"), List.of("7", "7"), List.of("7", "10"));
    }

    private static void done(TableConsumer table) {
        Outcome outcome = table.run(NextStep.Action.REPLICATE);
        assertThat(outcome.kind()).as(outcome.message()).isEqualTo(Outcome.Kind.DONE);
    }

    @Test
    void aChangedKeyIsADeletionOfTheOldOne() throws SQLException {
        users("identity", 20);
        SANDBOX.source("UPDATE users SET id = id + 100 WHERE id < 4", "UPDATE users SET id = 2 WHERE id = 9");
        replicated(USERS);
        assertThat(queue()).isEmpty();
    }

    @Test
    void truncateEmptiesTheTarget() throws SQLException {
        for (String strategy : List.of("timed", "identity")) {
            users(strategy, 20);
            SANDBOX.source("TRUNCATE users");
            replicated(USERS);
            SANDBOX.source("INSERT INTO users VALUES (1, 'first again')");
            replicated(USERS);
            SANDBOX.source("TRUNCATE users", "INSERT INTO users VALUES (1, 'new first'), (2, 'new second')");
            replicated(USERS);
            SANDBOX.source("INSERT INTO users VALUES (3, 'third')");
            replicated(USERS);
            assertThat(queue()).isEmpty();
            SANDBOX.source(
                    "DROP TABLE users",
                    "DROP TABLE replicator_deletions CASCADE",
                    "DELETE FROM replicator_replications");
            SANDBOX.redshift("DROP TABLE users");
        }
    }

    @Test
    void aTruncateDuringTheFirstReplicationIsNoReplicationOfItsOwn() throws Exception {
        SANDBOX.source(
                "CREATE TABLE users (id bigint PRIMARY KEY, name text, updated_at timestamptz)",
                "INSERT INTO users VALUES (1, 'gone', now() - interval '1 hour')");
        SANDBOX.redshift("CREATE TABLE users (id bigint, name varchar(100), updated_at timestamptz)");
        deployment.table("users", "timed");
        run("install");
        // it is known that the table has rows, and its snapshot is not taken yet
        GatewayFaults.Fault planning = SANDBOX.faults().pause("WHERE 1 = 0", GatewayFaults.When.BEFORE);
        CompletableFuture<Deployment.Result> first =
                CompletableFuture.supplyAsync(() -> deployment.run("replicate", "all"));
        planning.awaitMet();
        SANDBOX.source("TRUNCATE users");
        planning.release();
        assertThat(first.get().code()).as(first.get().toString()).isZero();
        assertThat(SANDBOX.sourceRows("SELECT state FROM replicator_replications WHERE state <> 'imported'"))
                .isEmpty();
        assertThat(SANDBOX.s3()
                        .listObjectsV2(r -> r.bucket(Sandbox.BUCKET).prefix(SANDBOX.prefix() + "/"))
                        .contents())
                .isEmpty();
        SANDBOX.source("INSERT INTO users VALUES (2, 'new', now())");
        replicated(USERS);
        assertThat(queue()).isEmpty();
    }

    @Test
    void manyDeletionsGoThroughS3() throws SQLException {
        deployment.set("replicator.part-size", "64KB");
        users("timed", 40_000);
        SANDBOX.source(
                "DELETE FROM users WHERE id > 20000", "INSERT INTO users VALUES (30000, 'again'), (50000, 'new')");
        replicated(USERS);
        assertThat(queue()).isEmpty();
        SANDBOX.source(
                "DELETE FROM users",
                "INSERT INTO users SELECT g, 'again ' || g, NULL, '2001-01-01' FROM generate_series(1, 3000) g",
                "DELETE FROM users WHERE id % 2 = 0");
        replicated(USERS);
        assertThat(queue()).isEmpty();
        assertThat(SANDBOX.s3()
                        .listObjectsV2(r -> r.bucket(Sandbox.BUCKET).prefix(SANDBOX.prefix()))
                        .contents())
                .isEmpty();
    }

    @Test
    void onlyCommittedDeletionsArePropagatedAndPurged() throws SQLException {
        users("timed", 20);
        try (Connection open = SANDBOX.source()) {
            open.setAutoCommit(false);
            SandboxExtension.execute(open, "DELETE FROM users WHERE id = 3");
            SANDBOX.source("DELETE FROM users WHERE id = 4");
            replicated(USERS);
            assertThat(queue()).isEmpty();
            open.commit();
        }
        assertThat(queue()).containsExactly(List.of("users", "[\"3\"]"));
        replicated(USERS);
        assertThat(queue()).isEmpty();
    }

    @Test
    void keysOfEveryType() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE things (u uuid, t text, n numeric(10,2), at timestamp, d date, b bytea, v int, updated_at"
                        + " timestamptz DEFAULT now(), PRIMARY KEY (u, t, n, at, d, b))",
                "INSERT INTO things SELECT gen_random_uuid(), 'a ''quoted'' \"one\", \\ ' || chr(10) || 'é' || g, g + 0.5,"
                        + " '2024-01-01'::timestamp + g * interval '1.5 second', '2024-01-01'::date + g, '\\x00ff', g FROM"
                        + " generate_series(1, 50) g");
        SANDBOX.redshift("CREATE TABLE things (u char(36), t varchar(100), n decimal(10,2), at timestamp, d date,"
                + " b varbyte, v int, updated_at timestamptz)");
        deployment.table("things", "timed", "keys", "u,t,n,at,d,b");
        run("install");
        String query = "SELECT u, t, n, at, d, v FROM things ORDER BY v";
        replicated(query);
        SANDBOX.source(
                "SET TimeZone = 'Asia/Tokyo'; SET extra_float_digits = 0; DELETE FROM things WHERE v < 10",
                "UPDATE things SET t = 'changed' WHERE v = 20");
        replicated(query);
        SANDBOX.source("DELETE FROM things WHERE v = 30");
        replicated(query);
    }

    @Test
    void aNumberInsertedAgainWithMoreZerosSurvives() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE numbers (n numeric PRIMARY KEY, v int, updated_at timestamptz DEFAULT now())",
                "INSERT INTO numbers VALUES (1.0, 1), (2, 2)");
        SANDBOX.redshift("CREATE TABLE numbers (n decimal(10,3), v int, updated_at timestamptz)");
        deployment.table("numbers", "timed", "keys", "n");
        run("install");
        run("replicate", "all");

        SANDBOX.source("DELETE FROM numbers WHERE v = 1", "INSERT INTO numbers VALUES (1.00, 3, '2001-01-01')");

        replicated("SELECT n::decimal(10,3), v FROM numbers ORDER BY v");
    }

    @Test
    void rowsAreFoundByKeysThatTheTargetHasInAnotherForm() throws SQLException {
        List<List<String>> keys = List.of(
                List.of("bool", "int", "true", "false"),
                List.of("bool", "decimal(1,0)", "false", "true"),
                List.of("bit(3)", "bool", "000", "001"),
                List.of("numeric(10,2)", "bigint", "7", "-8"),
                List.of("float8", "decimal(30,2)", "1e+20", "-2.5e+16"),
                List.of("timestamp", "date", "2024-02-29", "2024-03-01"),
                List.of("timestamptz", "date", "2024-02-29 02:00:00+02", "2024-03-01 00:00:00+00"),
                List.of("timestamptz", "timestamp", "2024-02-29 12:00:00.5+02", "0099-03-01 00:00:00+00"),
                List.of("timetz", "time", "12:00:00.25+05:30", "01:00:00+02"),
                List.of("text", "varbyte(20)", "é", "a"));
        for (int i = 0; i < keys.size(); i++) {
            String table = "t" + i;
            SANDBOX.source(
                    "CREATE TABLE " + table + " (k " + keys.get(i).get(0)
                            + " PRIMARY KEY, v int, updated_at timestamptz DEFAULT now())",
                    "INSERT INTO " + table + " VALUES ('" + keys.get(i).get(2) + "', 1), ('"
                            + keys.get(i).get(3) + "', 2)");
            SANDBOX.redshift(
                    "CREATE TABLE " + table + " (k " + keys.get(i).get(1) + ", v int, updated_at timestamptz)");
            deployment.table(table, "timed", "keys", "k");
        }
        run("install");
        run("replicate", "all");
        for (int i = 0; i < keys.size(); i++) {
            SANDBOX.source(
                    "DELETE FROM t" + i,
                    "INSERT INTO t" + i + " VALUES ('" + keys.get(i).get(3) + "', 3, '2001-01-01')");
        }

        run("replicate", "all");

        for (int i = 0; i < keys.size(); i++) {
            assertThat(SANDBOX.redshiftRows("SELECT v FROM t" + i))
                    .as(keys.get(i).toString())
                    .containsExactly(List.of("3"));
        }
        assertThat(queue()).isEmpty();
        run("verify");
    }

    /** Redshift compares texts without their trailing blanks. */
    @Test
    void keysThatDifferInTrailingBlanksOnlyAreTwoRows() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE codes (code text PRIMARY KEY, n int, updated_at timestamptz DEFAULT now())",
                "INSERT INTO codes VALUES ('a', 1), ('a ', 2), ('b', 3), ('b  ', 4)");
        SANDBOX.redshift("CREATE TABLE codes (code varchar(20), n int, updated_at timestamptz)");
        assertThat(SANDBOX.redshiftRows("SELECT 'a'::varchar = 'a '::varchar")).containsExactly(List.of("t"));
        deployment.table("codes", "timed", "keys", "code");
        run("install");
        String query = "SELECT code, n FROM codes ORDER BY code, n";
        replicated(query);

        SANDBOX.source(
                "UPDATE codes SET n = 5, updated_at = now() WHERE code = 'a '", "INSERT INTO codes VALUES ('b ', 6)");
        replicated(query);
        SANDBOX.source("DELETE FROM codes WHERE code = 'a'");
        replicated(query);
        SANDBOX.source(
                "INSERT INTO codes SELECT g || repeat(' ', b), g FROM generate_series(1, 1200) g, generate_series(0, 1) b");
        replicated(query);
        SANDBOX.source("DELETE FROM codes WHERE code LIKE '%0 ' OR code ~ '^[1-9]+$'");
        replicated(query);
        SANDBOX.source(
                "ALTER TABLE codes DISABLE TRIGGER USER",
                "DELETE FROM codes WHERE code IN ('b', 'b  ')",
                "ALTER TABLE codes ENABLE TRIGGER USER");
        run("reconcile", "codes");
        assertSame(query);
    }

    @Test
    void aCrashAroundCommitNeitherLosesNorRepeats() throws SQLException {
        for (GatewayFaults.When when : GatewayFaults.When.values()) {
            users("identity", 20);
            SANDBOX.source("DELETE FROM users WHERE id < 5", "INSERT INTO users VALUES (3, 'again'), (21, 'new')");
            SANDBOX.faults().drop("^COMMIT", when);
            deployment.run("replicate", "users");
            SANDBOX.faults().clear();
            replicated(USERS);
            assertThat(queue()).isEmpty();
            SANDBOX.source(
                    "DROP TABLE users",
                    "DROP TABLE replicator_deletions CASCADE",
                    "DELETE FROM replicator_replications");
            SANDBOX.redshift("DROP TABLE users");
        }
    }

    /** The load is done by then, and its deletions may be repeated. */
    @Test
    void aQueueThatCannotBePurgedIsPurgedByTheNextRun() throws SQLException {
        users("timed", 20);
        SANDBOX.source(
                "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''kept for the audit''; END'",
                "CREATE TRIGGER keep BEFORE DELETE ON replicator_deletions FOR EACH ROW EXECUTE FUNCTION keep()",
                "DELETE FROM users WHERE id < 5");
        replicated(USERS);
        assertThat(queue()).hasSize(4);
        Map<String, String> settings = SANDBOX.properties();
        String url = settings.get("replicator.source.url");
        DeletionTracking tracking = new DeletionTracking(
                new DriverManagerDataSource(
                        url, settings.get("replicator.source.username"), settings.get("replicator.source.password")),
                url,
                TableName.parse("replicator_deletions"));
        QueueIds ids = new QueueIds();
        tracking.entries("users", 10).forEach(entry -> ids.add(entry.id()));
        assertThatThrownBy(() -> tracking.purge("users", ids))
                .hasMessageStartingWith(
                        "The deletion queue replicator_deletions failed while purging the queue: ERROR: kept"
                                + " for the audit");

        SANDBOX.source("DROP FUNCTION keep() CASCADE");
        replicated(USERS);
        assertThat(queue()).isEmpty();
    }

    @Test
    void aFailedLoadLeavesTheQueue() throws SQLException {
        users("timed", 20);
        SANDBOX.source("DELETE FROM users WHERE id < 5");
        SANDBOX.redshift("ALTER TABLE users RENAME TO away");
        Deployment.Result failed = deployment.run("replicate", "users");
        assertThat(failed.code()).as(failed.toString()).isOne();
        assertThat(queue()).hasSize(4);
        SANDBOX.redshift("ALTER TABLE away RENAME TO users");
        replicated(USERS);
        assertThat(queue()).isEmpty();
    }

    @Test
    void twiceChangesNothingAndDropRemovesWhatIsNoLongerTracked() throws SQLException {
        users("timed", 5);
        String triggers = "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON"
                + " n.oid = c.relnamespace WHERE n.nspname = current_schema() AND NOT tgisinternal ORDER BY 1";
        List<List<String>> installed = SANDBOX.sourceRows(triggers);
        assertThat(installed).hasSize(3);
        assertThat(run("install", "--dry-run").out()).doesNotContain("TRIGGER");
        run("install");
        assertThat(SANDBOX.sourceRows(triggers)).isEqualTo(installed);

        deployment.table("users", "timed", "deleteTracking", "false");
        run("install");
        assertThat(SANDBOX.sourceRows(triggers)).isEqualTo(installed);
        assertThat(run("install", "--drop", "--dry-run").out()).contains("DROP FUNCTION");
        assertThat(SANDBOX.sourceRows(triggers)).isEqualTo(installed);
        run("install", "--drop");
        assertThat(SANDBOX.sourceRows(triggers)).isEmpty();
        assertThat(SANDBOX.sourceRows("SELECT to_regclass('replicator_deletions')"))
                .containsExactly(java.util.Collections.singletonList(null));
        assertThat(run("install", "--drop").out()).doesNotContain("DROP");
    }

    @Test
    void theDryRunPrintsWhatInstallDoes() throws SQLException {
        SANDBOX.source("CREATE TABLE users (id bigint PRIMARY KEY, updated_at timestamptz)");
        SANDBOX.redshift("CREATE TABLE users (id bigint, updated_at timestamptz)");
        deployment.table("users", "timed");
        String printed = run("install", "--dry-run").out();
        assertThat(SANDBOX.sourceRows("SELECT to_regclass('replicator_deletions')"))
                .containsExactly(java.util.Collections.singletonList(null));
        String source = printed.substring(printed.indexOf("-- in the source"), printed.indexOf("-- in Redshift"));
        SANDBOX.source(source);
        assertThat(run("install", "--dry-run").out()).doesNotContain("TRIGGER");
        SANDBOX.source("INSERT INTO users VALUES (1)", "DELETE FROM users");
        assertThat(queue()).containsExactly(List.of("users", "[\"1\"]"));
    }

    @Test
    void theDryRunIsAScriptForPsql() throws Exception {
        // another client than the build's own, which .ci/run installs
        assumeTrue(isThere("psql"), "psql is not installed");
        SANDBOX.source("CREATE TABLE \"Users of it's\" (\"The id\" bigint PRIMARY KEY, updated_at timestamptz)");
        SANDBOX.redshift("CREATE TABLE users (\"the id\" bigint, updated_at timestamptz)");
        deployment.table("users", "timed", "sourceTable", "Users of it's", "targetTable", "users", "keys", "The id");
        String printed = run("install", "--dry-run").out();

        psql("SET search_path TO " + SANDBOX.schema() + ";\n"
                + printed.substring(0, printed.indexOf("-- in Redshift")));

        assertThat(run("install", "--dry-run").out())
                .doesNotContain("TRIGGER")
                .doesNotContain("\"replicator_deletions");
        SANDBOX.source(
                "INSERT INTO \"Users of it's\" VALUES (1), (2), (3)",
                "DELETE FROM \"Users of it's\" WHERE \"The id\" = 1",
                "UPDATE \"Users of it's\" SET \"The id\" = 20 WHERE \"The id\" = 2",
                "TRUNCATE \"Users of it's\"");
        assertThat(queue())
                .containsExactly(
                        List.of("users", "[\"1\"]"),
                        List.of("users", "[\"2\"]"),
                        List.of("users", "[\"20\"]"),
                        java.util.Arrays.asList("users", null));
    }

    private static boolean isThere(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    private static void psql(String script) throws IOException {
        Map<String, String> properties = SANDBOX.properties();
        URI url = URI.create(properties
                .get("replicator.source.url")
                .substring("jdbc:".length())
                .replaceAll("[?].*", ""));
        ProcessBuilder psql = new ProcessBuilder("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url.toString());
        psql.environment().put("PGUSER", properties.get("replicator.source.username"));
        psql.environment().put("PGPASSWORD", properties.get("replicator.source.password"));
        Process process = psql.redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(script.getBytes(StandardCharsets.UTF_8));
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.onExit().join().exitValue()).as(printed).isZero();
    }

    @Test
    void aTableWithoutAKeyIsRefused() throws SQLException {
        SANDBOX.source("CREATE TABLE logs (id bigint, line text)");
        SANDBOX.redshift("CREATE TABLE logs (id bigint, line varchar(10))");
        deployment.table("logs", "identity", "keys", "");
        Deployment.Result result = deployment.run("install");
        assertThat(result.code()).as(result.toString()).isOne();
        assertThat(result.err()).contains("its deletions cannot be tracked, for it has no key");
        deployment.table("logs", "identity", "keys", "", "deleteTracking", "false");
        run("install");
    }

    /** Its text is what the server's locale makes of it. */
    @Test
    void aKeyOfMoneyIsRefusedAndItsRowsAreReplicatedAllTheSame() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE prices (price money PRIMARY KEY, updated_at timestamptz DEFAULT now())",
                "INSERT INTO prices VALUES ('1234.50')");
        SANDBOX.redshift("CREATE TABLE prices (price decimal(10,2), updated_at timestamptz)");
        deployment.table("prices", "timed", "keys", "price");
        Deployment.Result result = deployment.run("install");
        assertThat(result.code()).as(result.toString()).isOne();
        assertThat(result.err())
                .contains("its deletions cannot be tracked, for the queue's text of the key column 'price', a money,");

        run("replicate", "prices");

        assertThat(SANDBOX.redshiftRows("SELECT price FROM prices")).containsExactly(List.of("1234.50"));
    }

    @Test
    void deletesShowsTheQueueAndPropagatesItAlone() throws SQLException {
        users("timed", 20);
        SANDBOX.source("DELETE FROM users WHERE id IN (3, 4)", "INSERT INTO users VALUES (21, 'waits')");
        assertThat(run("deletes").out()).contains("users: 2 wait").contains("[\"3\"]");
        run("deletes", "users", "--propagate");
        assertThat(SANDBOX.redshiftRows(USERS))
                .isEqualTo(SANDBOX.sourceRows("SELECT id, name FROM users WHERE id < 21 ORDER BY id"));
        assertThat(run("deletes").out()).contains("users: no deletion waits");
        replicated(USERS);
    }

    @Test
    void aMarkedRowIsDeletedInTheTarget() throws SQLException {
        deployment.set("replicator.delete-tracking", "false");
        users("timed", 20, "deletedColumn", "deleted_at");
        String live = "SELECT id, name FROM users WHERE deleted_at IS NULL ORDER BY id";
        SANDBOX.source("UPDATE users SET deleted_at = now(), updated_at = clock_timestamp() WHERE id < 5");
        run("replicate", "users");
        assertThat(SANDBOX.redshiftRows(USERS)).isEqualTo(SANDBOX.sourceRows(live));
        SANDBOX.source("UPDATE users SET deleted_at = NULL, updated_at = clock_timestamp() WHERE id = 2");
        run("replicate", "users");
        assertThat(SANDBOX.redshiftRows(USERS)).isEqualTo(SANDBOX.sourceRows(live));
    }

    @Test
    void reconcileDeletesWhatTheSourceDoesNotHave() throws SQLException {
        deployment.set("replicator.delete-tracking", "false");
        users("identity", 2_000);
        SANDBOX.source("DELETE FROM users WHERE id % 50 = 0", "INSERT INTO users VALUES (3000, 'not yet')");
        run("reconcile", "users");
        assertThat(SANDBOX.redshiftRows(USERS))
                .isEqualTo(SANDBOX.sourceRows("SELECT id, name FROM users WHERE id < 3000 ORDER BY id"));
        replicated(USERS);
    }

    /** Before the keys are read and after it; deletions are found by the next reconciliation, the rest by the next window. */
    @ParameterizedTest
    @ValueSource(strings = {"timed", "identity"})
    void whatChangesWhileItReconcilesIsNeitherLostNorDoubled(String strategy) throws Exception {
        deployment.set("replicator.delete-tracking", "false");
        users(strategy, 1_200);
        SANDBOX.source("DELETE FROM users WHERE id <= 5");
        try (Connection open = SANDBOX.source()) {
            open.setAutoCommit(false);
            SandboxExtension.execute(open, "DELETE FROM users WHERE id = 10");
            SandboxExtension.execute(open, "INSERT INTO users VALUES (2001, 'committed late')");
            GatewayFaults.Fault planning = SANDBOX.faults().pause("WHERE 1 = 0", GatewayFaults.When.BEFORE);
            GatewayFaults.Fault loading = SANDBOX.faults().pause("^COPY ", GatewayFaults.When.BEFORE);
            CompletableFuture<Deployment.Result> reconciled =
                    CompletableFuture.supplyAsync(() -> deployment.run("reconcile", "users"));
            await().atMost(Duration.ofSeconds(60)).until(planning::isMet);
            SANDBOX.source(
                    "DELETE FROM users WHERE id = 20", "INSERT INTO users VALUES (2002, 'before the keys are read')");
            planning.release();
            await().atMost(Duration.ofSeconds(60)).until(loading::isMet);
            SANDBOX.source("DELETE FROM users WHERE id = 30", "INSERT INTO users VALUES (2003, 'after that')");
            if (strategy.equals("timed")) {
                SANDBOX.source(
                        "INSERT INTO users VALUES (1, 'again'), (20, 'again')",
                        "DELETE FROM users WHERE id = 40",
                        "INSERT INTO users VALUES (40, 'again')");
            }
            open.commit();
            loading.release();
            assertThat(reconciled.get().code()).as(reconciled.get().toString()).isZero();
        }
        assertThat(SANDBOX.redshiftRows("SELECT id FROM users ORDER BY id"))
                .isEqualTo(SANDBOX.sourceRows(
                        "SELECT g FROM generate_series(1, 1200) g WHERE g > 5 AND g <> 20 ORDER BY g"));

        run("replicate", "users");
        run("reconcile", "users");

        assertSame(USERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timed", "identity"})
    void whatIsAskedForBesideAReplicationOfAnotherProcessIsNotDoneAndSaysSo(String strategy) throws Exception {
        deployment.set("replicator.delete-tracking", "false");
        movedUsers(strategy);
        whileAnotherLoads("replicate", () -> {
            for (String command : List.of("resync", "reconcile")) {
                Deployment.Result refused = deployment.run(command, "users");
                assertThat(refused.code()).as(refused.toString()).isOne();
                assertThat(refused.err()).contains("users: ", "is replicating it", "Nothing was done: run it again");
            }
        });
        assertThat(SANDBOX.redshiftRows(USERS))
                .isEqualTo(SANDBOX.sourceRows("SELECT id, CASE WHEN id <= 10 THEN 'wrong' ELSE name END FROM"
                        + " (SELECT id, name FROM users UNION ALL SELECT 50, 'user 50') u ORDER BY id"));

        run("resync", "users");
        run("reconcile", "users");

        assertSame(USERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timed", "identity"})
    void aReplicationBesideAResyncOfAnotherProcessLeavesItsWindowToTheNext(String strategy) throws Exception {
        movedUsers(strategy);
        whileAnotherLoads("resync", () -> {
            SANDBOX.source("INSERT INTO users VALUES (52, 'newer')", "DELETE FROM users WHERE id = 49");
            Deployment.Result held = deployment.run("replicate", "users");
            assertThat(held.code()).as(held.toString()).isZero();
            assertThat(held.out()).contains("held");
        });

        replicated(USERS);

        assertThat(queue()).isEmpty();
    }

    /** Fifty users that were replicated, of whom the target has ten wrong, lacks one and has one too many. */
    private void movedUsers(String strategy) throws SQLException {
        users(strategy, 50);
        SANDBOX.source("INSERT INTO users VALUES (51, 'new')", "DELETE FROM users WHERE id = 50");
        SANDBOX.redshift("UPDATE users SET name = 'wrong' WHERE id <= 10");
    }

    /** Does something while another process stands before its COPY, and lets that end. */
    private void whileAnotherLoads(String command, FailableRunnable<Exception> work) throws Exception {
        GatewayFaults.Fault loading = SANDBOX.faults().pause("^COPY ", GatewayFaults.When.BEFORE);
        try (Child other = Child.replicator(deployment, command, "users")) {
            await().atMost(Duration.ofSeconds(60)).until(loading::isMet);
            work.run();
            loading.release();
            assertThat(other.awaitEnd()).as(other.output()).isZero();
        }
    }

    @Test
    void reconcileStopsWhereItWouldDeleteTooMuch() throws SQLException {
        deployment.set("replicator.delete-tracking", "false");
        users("timed", 100);
        SANDBOX.source("DELETE FROM users WHERE id > 50");
        Deployment.Result refused = deployment.run("reconcile", "users");
        assertThat(refused.code()).as(refused.toString()).isOne();
        assertThat(refused.err())
                .contains("50 of its 100 rows are not in the source")
                .contains("maxDeleteRatio");
        assertThat(SANDBOX.redshiftRows(USERS)).hasSize(100);
        SANDBOX.source("INSERT INTO users VALUES (200, 'new')");
        run("replicate", "users");
        assertThat(SANDBOX.redshiftRows(USERS)).hasSize(101);
        deployment.table("users", "timed", "maxDeleteRatio", "0.6");
        run("reconcile", "users");
        assertSame(USERS);
    }

    @Test
    void aScheduledReconcileDeletesAndTellsWhatItMayNot() throws Exception {
        Path errors = directory.resolve("events-error.jsonl");
        deployment.set("replicator.delete-tracking", "false").file("routes/notifications.camel.yaml", """
                - route:
                    id: notifications
                    from:
                      uri: direct:events
                      steps:
                        - to:
                            uri: "file:%s"
                            parameters: { fileName: "events-${header.severity}.jsonl", fileExist: Append }
                """.formatted(
                        directory));
        users("identity", 100, "reconcile", "0/1 * * * * ?");
        SANDBOX.source("DELETE FROM users WHERE id <= 5");
        try (Service service = deployment.service()) {
            service.schedule();
            await().untilAsserted(() -> assertSame(USERS));
            SANDBOX.source("DELETE FROM users WHERE id <= 50");
            await().until(() -> Files.exists(errors) && Files.readString(errors).contains("maxDeleteRatio"));
        }
        assertThat(SANDBOX.redshiftRows(USERS)).hasSize(95);
    }

    @Test
    void resyncMovesARangeAgainAndLeavesTheWatermark() throws SQLException {
        users("identity", 100);
        SANDBOX.redshift(
                "DELETE FROM users WHERE id BETWEEN 10 AND 30", "UPDATE users SET name = 'wrong' WHERE id > 90");
        SANDBOX.source("INSERT INTO users VALUES (101, 'new')");
        run("resync", "users", "--from", "10", "--to", "20");
        assertThat(SANDBOX.redshiftRows("SELECT id FROM users WHERE id < 31 ORDER BY id"))
                .isEqualTo(SANDBOX.sourceRows("SELECT id FROM users WHERE id < 21 OR id = 0 ORDER BY id").stream()
                        .toList());
        run("resync", "users");
        assertThat(SANDBOX.redshiftRows(USERS))
                .isEqualTo(SANDBOX.sourceRows("SELECT id, name FROM users WHERE id < 101 ORDER BY id"));
        replicated(USERS);
    }

    @ParameterizedTest
    @CsvSource({"identity, --from, id", "timed, --to, updated_at"})
    void aRangeThatIsNoneIsRefusedBeforeAnythingIsClaimed(String strategy, String option, String field)
            throws SQLException {
        users(strategy, 10);
        Deployment.Result refused = deployment.run("resync", "users", option, "bla");
        assertThat(refused.code()).as(refused.toString()).isOne();
        assertThat(refused.err())
                .contains("comparing " + field + " with the range")
                .contains("\"bla\"");
        assertThat(SANDBOX.sourceRows("SELECT state, last_error FROM replicator_replications"))
                .containsExactly(Arrays.asList("imported", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "2h"})
    void whatTheOverlapReadsAgainIsBackfilledAndResyncedToo(String overlap) throws SQLException {
        users("identity", 10, "overlap", overlap);
        for (String command : List.of("backfill", "resync")) {
            SANDBOX.source("UPDATE users SET name = '" + command + " ' || id");
            run(command, "users");
            assertSame(USERS);
        }
        SANDBOX.source("DELETE FROM users WHERE id = 9", "INSERT INTO users VALUES (9, 'again'), (11, 'new')");
        run("deletes", "users", "--propagate");
        assertThat(SANDBOX.redshiftRows(USERS))
                .isEqualTo(SANDBOX.sourceRows(USERS.replace("ORDER", "WHERE id <= 10 ORDER")));
        assertThat(SANDBOX.sourceRows("SELECT first_record, last_record FROM replicator_replications ORDER BY id"))
                .containsExactly(
                        Arrays.asList(null, "10"), List.of("10", "10"), List.of("10", "10"), List.of("10", "10"));
    }

    @Test
    void backfillFillsANewColumn() throws SQLException {
        users("timed", 100);
        SANDBOX.redshift("ALTER TABLE users ADD COLUMN deleted_at timestamp");
        SANDBOX.source("UPDATE users SET deleted_at = '2024-01-01' WHERE id < 10");
        run("backfill", "users");
        assertSame("SELECT id, name, deleted_at FROM users ORDER BY id");
    }
}
