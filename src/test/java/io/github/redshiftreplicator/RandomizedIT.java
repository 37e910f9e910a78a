package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.GatewayFaults;
import io.github.redshiftreplicator.sandbox.GatewayFaults.When;
import io.github.redshiftreplicator.sandbox.S3Faults;
import io.github.redshiftreplicator.sandbox.Sandbox;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Writers change the source in transactions that commit late or not at all, while replications run in this process and in
 * others that are killed, and S3, Redshift and the source fail. When the writers have stopped, the targets equal their
 * sources.
 */
class RandomizedIT extends RandomizedRuns {
    private static final List<String> TABLES = List.of("visits", "notes", "users", "items", "tags");
    private static final String EPOCH = ", extract(epoch FROM updated_at)::numeric(20,6)";

    private S3Faults s3;

    @BeforeEach
    void deploy() throws IOException, SQLException {
        s3 = new S3Faults(SANDBOX.sandbox().endpoint());
        deployment = new Deployment(directory, SANDBOX.properties())
                .set("replicator.s3.endpoint", s3.endpoint().toString())
                .set("replicator.redshift.slices", "3")
                .set("replicator.concurrent-tables", "3")
                .table("visits", "identity")
                .table("notes", "identity", "deleteTracking", "true")
                .table("users", "timed", "deleteTracking", "true")
                .table("items", "timed", "keys", "region,no", "deleteTracking", "true")
                .table("tags", "full");
        SANDBOX.source(
                "CREATE TABLE visits (id bigserial PRIMARY KEY, name text)",
                "CREATE TABLE notes (id bigserial PRIMARY KEY, name text)",
                "CREATE TABLE users (id int PRIMARY KEY, name text, updated_at timestamptz NOT NULL DEFAULT now())",
                "CREATE INDEX ON users (updated_at)",
                "CREATE TABLE items (region text, no int, name text, updated_at timestamptz(0) DEFAULT now(),"
                        + " PRIMARY KEY (region, no))",
                "CREATE INDEX ON items (updated_at)",
                "CREATE TABLE tags (id int PRIMARY KEY, name text)");
        SANDBOX.redshift(
                "CREATE TABLE visits (id bigint, name varchar(100))",
                "CREATE TABLE notes (id bigint, name varchar(100))",
                "CREATE TABLE users (id int, name varchar(100), updated_at timestamptz)",
                "CREATE TABLE items (region varchar(10), no int, name varchar(100), updated_at timestamptz)",
                "CREATE TABLE tags (id int, name varchar(100))");
        install();
    }

    @AfterEach
    void close() throws IOException {
        SANDBOX.faults().clear();
        s3.close();
    }

    @Test
    void whateverHappensNoRowIsLostOrDoubled() throws Exception {
        runAll(40, true);

        assertSameTables();
        assertLedgers();
        Deployment.Result verified = deployment.run("verify");
        assertThat(verified.code()).as(what(verified.toString())).isZero();
        SANDBOX.source(
                "INSERT INTO visits (name) VALUES ('last')",
                "INSERT INTO notes (name) VALUES ('last')",
                "INSERT INTO users VALUES (-1, 'last')",
                "INSERT INTO items VALUES ('last', 1)");
        finish();
        assertSameTables();
        assertThat(storedKeys()).as(what("S3")).isEmpty();
    }

    @Override
    Connection source() throws SQLException {
        return SANDBOX.source();
    }

    @Override
    void disarm() {
        super.disarm();
        s3.failPuts(0);
        s3.resetPuts(0);
        s3.loseAnswersOfPuts(0);
    }

    @Override
    void linger(Connection connection, int millis) throws SQLException {
        SandboxExtension.execute(connection, "SELECT pg_sleep(" + millis / 1000.0 + ")");
    }

    @Override
    List<String> statements(Random random) {
        return List.of(statement(random));
    }

    private static String statement(Random random) {
        String name = "'" + Integer.toString(random.nextInt(1 << 30), 36) + " \"ü\"'";
        int id = random.nextInt(KEYS);
        int other = random.nextInt(KEYS);
        String region = random.nextBoolean() ? "'eu'" : "'us'";
        String stamp = random.nextBoolean() ? "now()" : "clock_timestamp()";
        return switch (random.nextInt(14)) {
            case 0, 1 -> "INSERT INTO visits (name) SELECT " + name + " FROM generate_series(1, " + (1 + id / 10) + ")";
            case 2 -> "INSERT INTO notes (name) VALUES (" + name + ")";
            case 3 -> "DELETE FROM notes WHERE id = (SELECT max(id) FROM notes) - " + id / 4;
            // a key that is used again
            case 4 ->
                "WITH gone AS (DELETE FROM notes WHERE id = (SELECT max(id) FROM notes) - " + id / 4
                        + " RETURNING id) INSERT INTO notes SELECT id, " + name + " FROM gone";
            case 5, 6 ->
                "INSERT INTO users VALUES (" + id + ", " + name + ", " + stamp
                        + ") ON CONFLICT (id) DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at";
            case 7 ->
                "UPDATE users SET name = NULL, updated_at = " + stamp + " WHERE id BETWEEN " + id + " AND " + (id + 9);
            case 8 -> "DELETE FROM users WHERE id = " + id;
            case 9 -> "UPDATE users SET id = " + other + ", updated_at = " + stamp + " WHERE id = " + id;
            case 10 ->
                "INSERT INTO items VALUES (" + region + ", " + id + ", " + name + ", " + stamp
                        + ") ON CONFLICT (region, no) DO UPDATE SET name = '', updated_at = " + stamp;
            case 11 -> "DELETE FROM items WHERE region = " + region + " AND no % 20 = " + id % 20;
            case 12 ->
                "INSERT INTO tags VALUES (" + id + ", " + name
                        + ") ON CONFLICT (id) DO UPDATE SET name = excluded.name";
            default -> "DELETE FROM tags WHERE id = " + id;
        };
    }

    @Override
    String tables(Random random) {
        return random.nextInt(3) > 0 ? "all" : TABLES.get(random.nextInt(TABLES.size()));
    }

    @Override
    void arm(Random random) {
        GatewayFaults faults = SANDBOX.faults();
        When when = random.nextBoolean() ? When.BEFORE : When.AFTER;
        switch (random.nextInt(16)) {
            case 0 -> s3.failPuts(1 + random.nextInt(8));
            case 1 -> s3.resetPuts(1 + random.nextInt(8));
            case 2 -> s3.loseAnswersOfPuts(1 + random.nextInt(4));
            case 3 -> faults.drop("^COPY ", when);
            case 4, 5 -> faults.drop("^COMMIT", when);
            case 6 -> faults.drop("^LOCK TABLE", when);
            case 7 -> faults.drop("^INSERT INTO \"replicator_ledger", when);
            case 8 -> faults.drop("^DELETE FROM ", when);
            case 9 -> faults.fail("^COPY ", 1, "XX000", "1023 DETAIL: Serializable isolation violation on table - 100");
            case 10 -> faults.fail("^COPY ", 1, "53100", "Disk Full");
            case 11 -> faults.drop("^SELECT ", when);
            case 12 -> endSourceSessions("application_name = 'redshift-replicator reader'");
            case 13 -> endSourceSessions("query LIKE '%replicator_replications%'");
            default -> {
                // a run without a fault of its own
            }
        }
    }

    private void endSourceSessions(String which) {
        try (Connection superuser = SANDBOX.sandbox().sourceSuperuserConnection()) {
            SandboxExtension.execute(
                    superuser,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
                            + which);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertSameTables() throws SQLException {
        for (String table : TABLES) {
            boolean timed = table.equals("users") || table.equals("items");
            String rows = "SELECT " + (table.equals("items") ? "region, no, name" : "id, name") + (timed ? EPOCH : "")
                    + " FROM " + table + " ORDER BY 1, 2";
            assertThat(SANDBOX.redshiftRows(rows)).as(what(table)).isEqualTo(SANDBOX.sourceRows(rows));
        }
    }

    private void assertLedgers() throws SQLException {
        assertThat(SANDBOX.sourceRows("SELECT DISTINCT state FROM replicator_replications"))
                .as(what("states"))
                .containsExactly(List.of("imported"));
        for (String table : TABLES) {
            assertThat(SANDBOX.redshiftRows("SELECT load_id FROM replicator_ledger_" + table + " ORDER BY 1"))
                    .as(what("the ledger of " + table))
                    .isEqualTo(SANDBOX.sourceRows(
                            "SELECT regexp_replace(key, '.*/', '') FROM replicator_replications WHERE processorName = '"
                                    + table + "' ORDER BY 1"));
        }
    }

    private static List<String> storedKeys() {
        return SANDBOX
                .s3()
                .listObjectsV2(request -> request.bucket(Sandbox.BUCKET).prefix(SANDBOX.prefix()))
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }
}
