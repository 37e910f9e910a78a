package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.sandbox.GatewayFaults.When;
import io.github.redshiftreplicator.sandbox.S3Faults;
import io.github.redshiftreplicator.sandbox.Sandbox;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What fails for a moment is tried again within the run; what does not is reported once, and the next run makes up. */
class FaultMatrixIT {
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
                .table("visits", "identity");
        SANDBOX.source(
                "CREATE TABLE visits (id int PRIMARY KEY, name text)",
                "INSERT INTO visits SELECT g, repeat(md5(g::text), 5) FROM generate_series(1, 1500) g");
        SANDBOX.redshift("CREATE TABLE visits (id int, name varchar(200))");
    }

    @AfterEach
    void close() throws IOException {
        s3.close();
    }

    private Deployment.Result replicate(int code) {
        Deployment.Result result = deployment.run("replicate", "visits");
        assertThat(result.code()).as(result.toString()).isEqualTo(code);
        return result;
    }

    private void assertExactlyOnce() throws SQLException {
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
        assertThat(SANDBOX.redshiftRows("SELECT load_id FROM replicator_ledger_visits"))
                .hasSize(1);
        assertThat(storedObjects()).isEmpty();
    }

    private static List<S3Object> storedObjects() {
        return SANDBOX.s3()
                .listObjectsV2(request -> request.bucket(Sandbox.BUCKET).prefix(SANDBOX.prefix()))
                .contents();
    }

    /** Faults that pass. */
    enum Passing {
        S3_ANSWERS_500(t -> t.s3.failPuts(2)),
        S3_RESETS_A_PUT(t -> t.s3.resetPuts(2)),
        S3_LOSES_AN_ANSWER(t -> t.s3.loseAnswersOfPuts(2)),
        REDSHIFT_DROPS_THE_CONNECTION_BEFORE_COPY(t -> SANDBOX.faults().drop("^COPY ", When.BEFORE)),
        REDSHIFT_DROPS_THE_CONNECTION_AFTER_COPY(t -> SANDBOX.faults().drop("^COPY ", When.AFTER)),
        REDSHIFT_DROPS_THE_CONNECTION_BEFORE_COMMIT(t -> SANDBOX.faults().drop("^COMMIT", When.BEFORE)),
        REDSHIFT_DROPS_THE_CONNECTION_AFTER_COMMIT(t -> SANDBOX.faults().drop("^COMMIT", When.AFTER)),
        REDSHIFT_FINDS_IT_NOT_SERIALIZABLE(t -> SANDBOX.faults()
                .fail("^COPY ", 2, "XX000", "1023 DETAIL: Serializable isolation violation on table - 100"));

        private final java.util.function.Consumer<FaultMatrixIT> arm;

        Passing(java.util.function.Consumer<FaultMatrixIT> arm) {
            this.arm = arm;
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatPassesIsTriedAgain(Passing fault) throws SQLException {
        fault.arm.accept(this);

        replicate(0);

        assertExactlyOnce();
    }

    @Test
    void anS3ThatStaysAwayIsReportedAndMadeUpFor() throws SQLException {
        s3.failPuts(1_000);
        assertThat(replicate(1).toString()).contains("visits");
        assertThat(deployment.run("status", "visits").out()).contains("500");
        s3.failPuts(0);

        replicate(0);

        assertExactlyOnce();
    }

    /** A request ends after the client's patience and is made again; the first may still arrive, after the clean-up. */
    @Test
    void anS3ThatDoesNotAnswerIsAskedAgain() throws Exception {
        deployment.set("replicator.s3.timeout", "1s");
        try (S3Faults.Hold hold = s3.holdFirst("^PUT .*\\.0\\.csv")) {
            replicate(0);
            assertThat(hold.waiting()).isEqualTo(1);
            assertExactlyOnce();
        }
        await().until(() -> !storedObjects().isEmpty());
        SANDBOX.source("INSERT INTO visits VALUES (1501, 'next')");

        replicate(0);

        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
        assertThat(storedObjects()).isEmpty();
    }

    @Test
    void aStatementTimeoutOfTheSourceIsReportedAndMadeUpFor() throws Exception {
        SANDBOX.source("CREATE VIEW slow AS SELECT id, name FROM visits, LATERAL (SELECT pg_sleep(id * 0.01)) s");
        SANDBOX.redshift("CREATE TABLE slow (id int, name varchar(200))");
        deployment.table("slow", "full");
        try (Connection superuser = SANDBOX.sandbox().sourceSuperuserConnection()) {
            SandboxExtension.execute(superuser, "ALTER ROLE shop SET statement_timeout = '1s'");
            Deployment.Result result = deployment.run("replicate", "slow");
            SandboxExtension.execute(superuser, "ALTER ROLE shop RESET statement_timeout");

            assertThat(result.code()).as(result.toString()).isEqualTo(1);
            assertThat(result.toString()).contains("canceling statement due to statement timeout");
        }
        assertThat(deployment.run("status", "slow").out()).contains("statement timeout");
        SANDBOX.source("CREATE OR REPLACE VIEW slow AS SELECT id, name FROM visits");

        assertThat(deployment.run("replicate", "slow").code()).isZero();

        assertThat(SANDBOX.redshiftRows("SELECT id, name FROM slow ORDER BY id"))
                .isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    @Test
    void aFullDiskIsReportedAndMadeUpFor() throws SQLException {
        SANDBOX.faults().fail("^COPY ", 1, "53100", "Disk Full");

        assertThat(replicate(1).toString()).contains("Disk Full");
        assertThat(deployment.run("status", "visits").out()).contains("Disk Full");

        replicate(0);
        assertExactlyOnce();
    }

    /** One replication waits, and what comes meanwhile is one window, however many runs there were. */
    @Test
    void whatPilesUpWhileLoadsFailIsMadeUpForByOneRun() throws SQLException {
        SANDBOX.faults().fail("^COPY ", 4, "53100", "Disk Full");
        for (int run = 0; run < 4; run++) {
            replicate(1);
            SANDBOX.source("INSERT INTO visits SELECT max(id) + 1, 'meanwhile' FROM visits");
        }

        String said = replicate(0).out();

        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
        assertThat(SANDBOX.redshiftRows("SELECT load_id FROM replicator_ledger_visits"))
                .hasSize(2);
        assertThat(said.lines().filter(line -> line.matches("visits .* imported")))
                .hasSize(2);
    }

    @Test
    void aRowThatMemoryCannotHoldFailsTheRun() throws SQLException {
        SANDBOX.source("INSERT INTO visits SELECT 5000, repeat(repeat('x', 1000), 100000)");
        try (Child child = Child.replicator(deployment, "replicate", "visits")) {
            assertThat(child.awaitEnd()).as(child.output()).isOne();
            assertThat(child.output()).contains("memory does not suffice", "-Xmx", "replicator.part-size");
        }
        SANDBOX.source("DELETE FROM visits WHERE id = 5000");
        replicate(0);
        assertExactlyOnce();
    }

    /** The row is named, and the load is not tried again within the run. */
    @Test
    void aRowThatCopyRefusesIsNamed() throws SQLException {
        SANDBOX.redshift("DROP TABLE visits", "CREATE TABLE visits (id int, name varchar(200), score int NOT NULL)");
        SANDBOX.source("ALTER TABLE visits ADD score int DEFAULT 1", "UPDATE visits SET score = NULL WHERE id = 7");
        String said = replicate(1).toString();

        assertThat(said).contains("score").contains("line").contains(".csv.gz");
        assertThat(deployment.run("status", "visits").out()).contains("score").contains("line");
        assertThat(said).doesNotContain("attempt 2");
        assertThat(SANDBOX.redshiftRows(ROWS)).isEmpty();

        SANDBOX.source("UPDATE visits SET score = 12 WHERE id = 7");
        deployment.run("cancel", "visits");
        replicate(0);
        assertExactlyOnce();
    }

    @Test
    void aSourceThatIsLostWhileItIsReadIsReportedAndMadeUpFor() throws Exception {
        SANDBOX.source("INSERT INTO visits SELECT g, repeat(md5(g::text), 6) FROM generate_series(1501, 400000) g");
        // far more parts than are held in memory while none of them is taken: the reader cannot have come to the end
        deployment.set("replicator.part-size", "1MB");
        CompletableFuture<Deployment.Result> run;
        try (S3Faults.Hold hold = s3.hold("^PUT .*\\.csv");
                Connection superuser = SANDBOX.sandbox().sourceSuperuserConnection()) {
            run = CompletableFuture.supplyAsync(() -> deployment.run("replicate", "visits"));
            await().until(() -> hold.waiting() > 0);
            SandboxExtension.execute(
                    superuser,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE application_name = 'redshift-replicator reader'");
        }
        assertThat(run.get().code()).as(run.get().toString()).isEqualTo(1);
        assertThat(run.get().toString()).contains("Reading the source failed");

        replicate(0);

        assertExactlyOnce();
    }
}
