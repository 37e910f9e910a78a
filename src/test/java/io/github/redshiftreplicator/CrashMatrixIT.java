package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.sandbox.GatewayFaults;
import io.github.redshiftreplicator.sandbox.GatewayFaults.Fault;
import io.github.redshiftreplicator.sandbox.GatewayFaults.When;
import io.github.redshiftreplicator.sandbox.S3Faults;
import io.github.redshiftreplicator.sandbox.Sandbox;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A process that replicates a table of each strategy, and one whose deletions are tracked, is killed at one point; another
 * one is started. Whatever the point: the targets equal their sources, each imported replication has one row in the
 * ledger, no deletion waits, and nothing is left in S3.
 */
class CrashMatrixIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    private static final List<String> TABLES = List.of("visits", "users", "countries", "members");
    private static final int GATE = 7_331;
    /** Entries of the queue: 16 rows deleted, the old and the new key of 17. */
    private static final int PURGED = 50;

    /** Where the process is when it is killed. */
    enum Point {
        BEFORE_CLAIM(t -> t.holdState("enqueued")),
        AFTER_CLAIM(t -> t.holdS3("^GET /[^/ ]+\\?")),
        WINDOW_FIXED(t -> t.holdState("exporting")),
        BEFORE_FIRST_PART(t -> t.holdS3("^PUT .*\\.0\\.csv")),
        BETWEEN_TWO_PARTS(t -> t.holdS3("^PUT .*\\.1\\.csv")),
        ALL_PARTS_STORED(t -> t.holdState("exported")),
        EXPORTED(t -> t.holdState("uploading")),
        BEFORE_MANIFEST(t -> t.holdS3("^PUT .*\\.manifest")),
        MANIFEST_STORED(t -> t.holdState("uploaded")),
        UPLOADED(t -> t.holdState("importing")),
        BEFORE_LOCKING_THE_LEDGER(t -> t.holdRedshift("^LOCK TABLE", When.BEFORE)),
        BEFORE_COPY(t -> t.holdRedshift("^COPY ", When.BEFORE)),
        AFTER_COPY(t -> t.holdRedshift("^COPY ", When.AFTER)),
        BEFORE_COMMIT(t -> t.holdRedshift("^INSERT INTO \"replicator_ledger_", When.AFTER)),
        COMMIT_ON_ITS_WAY(t -> t.holdRedshift("^COMMIT", When.BEFORE)),
        COMMIT_NOT_ANSWERED(t -> t.holdRedshift("^COMMIT", When.AFTER)),
        CLEANING_UP(t -> t.holdS3("^DELETE .*\\.1\\.csv")),
        BEFORE_PURGE(List.of("members"), t -> t.holdPurge(1)),
        AMID_PURGE(List.of("members"), t -> t.holdPurge(PURGED / 2)),
        BEFORE_IMPORTED(t -> t.holdState("imported"));

        private final List<String> tables;
        private final Arm arm;

        Point(Arm arm) {
            this(TABLES, arm);
        }

        /** @param tables those that come to the point */
        Point(List<String> tables, Arm arm) {
            this.tables = tables;
            this.arm = arm;
        }
    }

    /** Puts something into the process's way. */
    private interface Arm {
        Obstacle arm(CrashMatrixIT test) throws Exception;
    }

    /**
     * Something in the way.
     *
     * @param waiting how many tables stand before it
     * @param remove takes it away
     */
    private record Obstacle(Supplier<Long> waiting, Runnable remove) {}

    @TempDir
    Path directory;

    private Deployment deployment;
    private S3Faults s3;

    @BeforeEach
    void deploy() throws IOException, SQLException {
        s3 = new S3Faults(SANDBOX.sandbox().endpoint());
        deployment = new Deployment(directory, SANDBOX.properties())
                .set("replicator.s3.endpoint", s3.endpoint().toString())
                .set("replicator.part-size", "64KB")
                .set("replicator.concurrent-tables", "4")
                .table("visits", "identity")
                .table("users", "timed")
                .table("countries", "full")
                .table("members", "timed", "deleteTracking", "true");
        for (String table : TABLES) {
            SANDBOX.source("CREATE TABLE " + table
                    + " (id int PRIMARY KEY, name text, updated_at timestamptz NOT NULL DEFAULT clock_timestamp())");
            SANDBOX.redshift("CREATE TABLE " + table + " (id int, name varchar(200), updated_at timestamptz)");
            insert(table, 1, 50);
        }
        assertThat(deployment.run("install").code()).isZero();
        replicateAll();
        insert("visits", 51, 1_500);
        SANDBOX.source(
                "UPDATE users SET name = 'changed', updated_at = clock_timestamp() WHERE id % 3 = 0",
                "DELETE FROM countries WHERE id % 3 = 0");
        SANDBOX.source(
                "DELETE FROM members WHERE id % 3 = 0",
                "INSERT INTO members SELECT g, 'again' FROM generate_series(6, 50, 6) g",
                "UPDATE members SET id = -id, updated_at = clock_timestamp() WHERE id % 3 = 1");
        insert("users", 51, 1_500);
        insert("members", 51, 1_500);
        insert("countries", 51, 1_500);
    }

    private static void insert(String table, int from, int to) throws SQLException {
        SANDBOX.source("INSERT INTO " + table + " SELECT g, repeat(md5(g::text), 5) FROM generate_series(" + from + ", "
                + to + ") g");
    }

    @AfterEach
    void close() throws IOException {
        s3.close();
    }

    @ParameterizedTest
    @EnumSource
    void aKilledProcessIsMadeUpFor(Point point) throws Exception {
        Obstacle obstacle = point.arm.arm(this);
        try (Child child = Child.replicator(deployment, "replicate", "all")) {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(20))
                    .failFast(
                            () -> assertThat(child.isAlive()).as(child.output()).isTrue())
                    .until(() -> obstacle.waiting().get() >= point.tables.size());
            child.kill();
        } finally {
            obstacle.remove().run();
        }

        replicateAll();

        for (String table : TABLES) {
            String rows = "SELECT id, name, extract(epoch FROM updated_at)::numeric(20,6) FROM " + table
                    + " ORDER BY id, updated_at";
            assertThat(SANDBOX.redshiftRows(rows)).as(table).isEqualTo(SANDBOX.sourceRows(rows));
            assertThat(SANDBOX.redshiftRows("SELECT load_id FROM replicator_ledger_" + table + " ORDER BY load_id"))
                    .as("the ledger of " + table)
                    .isEqualTo(importedLoads(table));
        }
        assertThat(SANDBOX.sourceRows("SELECT DISTINCT state FROM replicator_replications"))
                .containsExactly(List.of("imported"));
        assertThat(SANDBOX.sourceRows("SELECT row_key FROM replicator_deletions"))
                .isEmpty();
        assertThat(storedKeys()).isEmpty();
    }

    private void replicateAll() {
        Deployment.Result result = deployment.run("replicate", "all");
        assertThat(result.code()).as(result.toString()).isZero();
    }

    /** The loads of the imported replications by the ledger's names: the last part of their S3 keys. */
    private static List<List<String>> importedLoads(String table) throws SQLException {
        return SANDBOX.sourceRows("SELECT regexp_replace(key, '.*/', '') FROM replicator_replications"
                + " WHERE processorName = '" + table + "' AND state = 'imported' ORDER BY 1");
    }

    private List<String> storedKeys() {
        return SANDBOX
                .s3()
                .listObjectsV2(request -> request.bucket(Sandbox.BUCKET).prefix(SANDBOX.prefix()))
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    /** Keeps a state from being reached: the statement waits for a lock that the test has. */
    private Obstacle holdState(String state) throws SQLException {
        SANDBOX.source(
                "CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF NEW.state = '" + state + "' AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state) THEN"
                        + " PERFORM pg_advisory_xact_lock_shared(" + GATE + "); END IF; RETURN NEW; END $$",
                "CREATE TRIGGER gate BEFORE INSERT OR UPDATE ON replicator_replications"
                        + " FOR EACH ROW EXECUTE FUNCTION wait_at_the_gate()");
        return gate();
    }

    /** Lets so many entries but one leave the queue of deletions, in a transaction that then waits for the gate. */
    private Obstacle holdPurge(int entry) throws SQLException {
        assertThat(SANDBOX.sourceRows("SELECT count(*) FROM replicator_deletions"))
                .containsExactly(List.of(String.valueOf(PURGED)));
        SANDBOX.source(
                "CREATE SEQUENCE purged",
                "CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF nextval('" + SANDBOX.schema() + ".purged') = " + entry + " THEN"
                        + " PERFORM pg_advisory_xact_lock_shared(" + GATE + "); END IF; RETURN OLD; END $$",
                "CREATE TRIGGER gate BEFORE DELETE ON replicator_deletions"
                        + " FOR EACH ROW EXECUTE FUNCTION wait_at_the_gate()");
        return gate();
    }

    private static Obstacle gate() throws SQLException {
        Connection gate = SANDBOX.source();
        SandboxExtension.execute(gate, "SELECT pg_advisory_lock(" + GATE + ")");
        return new Obstacle(
                () -> Long.parseLong(query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                        + " AND objid = " + GATE)),
                () -> {
                    try (gate) {
                        SandboxExtension.execute(gate, "SELECT pg_advisory_unlock(" + GATE + ")");
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private static String query(String sql) {
        try {
            return SANDBOX.sourceRows(sql).get(0).get(0);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Holds the requests to S3 that match. */
    private Obstacle holdS3(String regex) {
        S3Faults.Hold hold = s3.hold(regex);
        return new Obstacle(() -> (long) hold.waiting(), hold::close);
    }

    /** Holds the first matching statement of each table's connection to Redshift. */
    private Obstacle holdRedshift(String regex, When when) {
        GatewayFaults faults = SANDBOX.faults();
        List<Fault> pauses = IntStream.range(0, TABLES.size())
                .mapToObj(i -> faults.pause(regex, when))
                .toList();
        return new Obstacle(() -> pauses.stream().filter(Fault::isMet).count(), faults::clear);
    }
}
