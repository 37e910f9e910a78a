package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.sandbox.GatewayFaults.Fault;
import io.github.redshiftreplicator.sandbox.GatewayFaults.When;
import io.github.redshiftreplicator.sandbox.S3Faults;
import io.github.redshiftreplicator.sandbox.Sandbox;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process stops (SIGSTOP) until its claim has run out; another takes over; the first goes on and must do no harm. */
@Timeout(120)
class PausedProcessIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    private static final String ROWS = "SELECT id, name FROM visits ORDER BY id";

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
                .set("replicator.lease", "1s")
                .table("visits", "identity");
        SANDBOX.source("CREATE TABLE visits (id int PRIMARY KEY, name text)");
        SANDBOX.redshift("CREATE TABLE visits (id int, name varchar(200))");
        insert(1, 10);
        assertThat(deployment.run("replicate", "visits").code()).isZero();
        insert(11, 1_500);
    }

    @AfterEach
    void close() throws IOException {
        s3.close();
    }

    private static void insert(int from, int to) throws SQLException {
        SANDBOX.source("INSERT INTO visits SELECT g, repeat(md5(g::text), 5) FROM generate_series(" + from + ", " + to
                + ") g");
    }

    private Child childUntil(Callable<Boolean> reached) {
        Child child = Child.replicator(deployment, "replicate", "visits");
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .failFast(() -> assertThat(child.isAlive()).as(child.output()).isTrue())
                .until(reached);
        child.pause();
        return child;
    }

    private static void awaitEndOfClaim() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> SANDBOX.sourceRows("SELECT 1 FROM replicator_replications WHERE lease_until > now()")
                        .isEmpty());
    }

    private void replicate() {
        Deployment.Result result = deployment.run("replicate", "visits");
        assertThat(result.code()).as(result.toString()).isZero();
    }

    private void assertLoads(int loads) throws SQLException {
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
        assertThat(SANDBOX.redshiftRows("SELECT load_id FROM replicator_ledger_visits"))
                .hasSize(loads);
    }

    private void assertExactlyOnce(int loads) throws SQLException {
        assertLoads(loads);
        assertThat(SANDBOX.s3()
                        .listObjectsV2(request -> request.bucket(Sandbox.BUCKET).prefix(SANDBOX.prefix()))
                        .contents())
                .isEmpty();
    }

    @Test
    void inTheMiddleOfItsExport() throws Exception {
        S3Faults.Hold hold = s3.hold("^PUT .*\\.1\\.csv");
        try (Child first = childUntil(() -> hold.waiting() > 0)) {
            awaitEndOfClaim();
            hold.close();

            replicate();
            assertLoads(2);

            first.resume();
            assertThat(first.awaitEnd()).as(first.output()).isEqualTo(1);
            assertThat(first.output()).contains("this process stops working on it");
            assertLoads(2);
        }
        // a request that was under way when its process stopped may reach S3 after any clean-up: the next export finds
        // it
        insert(1_501, 1_510);
        replicate();
        assertExactlyOnce(3);
    }

    /** The ledger is locked by the one that stopped: the other ends its session rather than wait for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"^LOCK TABLE", "^COPY ", "^INSERT INTO \"replicator_ledger"})
    void inTheMiddleOfItsLoad(String statement) throws Exception {
        Fault fault = SANDBOX.faults().pause(statement, When.AFTER);
        try (Child first = childUntil(fault::isMet)) {
            fault.release();
            awaitEndOfClaim();

            replicate();
            assertExactlyOnce(2);

            first.resume();
            assertThat(first.awaitEnd()).as(first.output()).isEqualTo(1);
            assertExactlyOnce(2);
        }
    }

    @Test
    void beforeItsLoadWhichIsCanceledMeanwhile() throws Exception {
        Fault fault = SANDBOX.faults().pause("^LOCK TABLE", When.BEFORE);
        try (Child first = childUntil(fault::isMet)) {
            awaitEndOfClaim();

            Deployment.Result canceled = deployment.run("cancel", "visits");
            assertThat(canceled.code()).as(canceled.toString()).isZero();
            replicate();
            assertExactlyOnce(2);

            fault.release();
            first.resume();
            assertThat(first.awaitEnd()).as(first.output()).isEqualTo(1);
            assertExactlyOnce(2);
        }
    }

    @Test
    void inTheMiddleOfItsLoadWhichIsCanceledMeanwhile() throws Exception {
        Fault fault = SANDBOX.faults().pause("^COPY ", When.AFTER);
        try (Child first = childUntil(fault::isMet)) {
            fault.release();
            awaitEndOfClaim();

            Deployment.Result canceled = deployment.run("cancel", "visits");
            assertThat(canceled.code()).as(canceled.toString()).isZero();
            replicate();
            first.resume();
            assertThat(first.awaitEnd()).as(first.output()).isEqualTo(1);
            assertExactlyOnce(2);
        }
    }

    @Test
    void aCanceledLoadThatTookEffectIsNotAppendedAgain() throws Exception {
        replicate();
        SANDBOX.source("UPDATE replicator_replications SET state = 'canceled' WHERE id ="
                + " (SELECT max(id) FROM replicator_replications)");
        insert(1_501, 1_510);

        replicate();

        assertExactlyOnce(3);
        assertThat(SANDBOX.sourceRows("SELECT DISTINCT state FROM replicator_replications"))
                .containsExactly(List.of("imported"));
    }

    /** The successor has fixed its window already when the canceled load takes effect. */
    @Test
    void aCanceledLoadThatTakesEffectBeforeItsSuccessorsIsNotAppendedAgain() throws Exception {
        replicate();
        SANDBOX.source("UPDATE replicator_replications SET state = 'canceled' WHERE id ="
                + " (SELECT max(id) FROM replicator_replications)");
        SANDBOX.redshift(
                "CREATE TABLE late AS SELECT * FROM replicator_ledger_visits",
                "DELETE FROM replicator_ledger_visits WHERE load_id LIKE '%-0000000002-%'");
        insert(1_501, 1_510);
        assertThat(deployment.run("export", "visits").code()).isZero();
        SANDBOX.redshift(
                "DELETE FROM replicator_ledger_visits", "INSERT INTO replicator_ledger_visits SELECT * FROM late");

        Deployment.Result refused = deployment.run("import", "visits");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.toString()).contains("was committed after all");
        replicate();

        assertExactlyOnce(3);
    }

    @Test
    void anExportThatFindsItsRowsGoneLeavesNoPart() throws Exception {
        S3Faults.Hold hold = s3.hold("^PUT .*\\.1\\.csv");
        try (Child first = childUntil(() -> hold.waiting() > 0)) {
            first.kill();
            hold.close();
        }
        SANDBOX.source("DELETE FROM visits WHERE id > 10");

        replicate();

        assertExactlyOnce(1);
    }

    /** What it deletes are the parts of attempts before its own. */
    @Test
    void whileItDeletesWhatAnEarlierAttemptLeft() throws Exception {
        S3Faults.Hold put = s3.hold("^PUT .*\\.1\\.csv");
        try (Child first = childUntil(() -> put.waiting() > 0)) {
            first.kill();
            put.close();
        }
        S3Faults.Hold list = s3.hold("^GET .*list-type=2");
        try (Child second = childUntil(() -> list.waiting() > 0)) {
            awaitEndOfClaim();
            deployment.set(
                    "replicator.s3.endpoint", SANDBOX.sandbox().endpoint().toString());
            assertThat(deployment.run("export", "visits").code()).isZero();
            list.close();
            second.resume();
            second.awaitEnd();
        }
        replicate();
        assertExactlyOnce(2);
    }
}
