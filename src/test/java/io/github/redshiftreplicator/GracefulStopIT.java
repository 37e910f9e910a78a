package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.S3Faults;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A service that is told to stop (SIGTERM) in the middle of an export finishes it, or gives it back in time. */
@Timeout(120)
class GracefulStopIT {
    private static final String ROWS = "SELECT id, name FROM visits ORDER BY id";
    private static final String STATE = "SELECT state, retries FROM replicator_replications ORDER BY id";

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;
    private S3Faults s3;

    @BeforeEach
    void deploy() throws Exception {
        s3 = new S3Faults(SANDBOX.sandbox().endpoint());
        deployment = new Deployment(directory, SANDBOX.properties())
                .set("replicator.s3.endpoint", s3.endpoint().toString())
                // never due while this runs, but overdue at the start
                .table("visits", "identity", "schedule", "0 0 0 1 1 ?");
        SANDBOX.source(
                "CREATE TABLE visits (id int PRIMARY KEY, name text)",
                "INSERT INTO visits SELECT g, md5(g::text) FROM generate_series(1, 500) g");
        SANDBOX.redshift("CREATE TABLE visits (id int, name varchar(32))");
    }

    @AfterEach
    void close() throws IOException {
        s3.close();
    }

    private static void assertComplete() throws Exception {
        assertThat(SANDBOX.redshiftRows(ROWS)).hasSize(500).isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    @Test
    void whatRunsIsFinishedFirst() throws Exception {
        S3Faults.Hold upload = s3.hold("^PUT ");
        try (Child service = Child.replicator(deployment, "run")) {
            service.awaitLine("Exporting visits");
            service.terminate();
            service.awaitLine("Stopping: what runs is finished first, within 5 minutes.");
            upload.close();

            assertThat(service.awaitEnd()).as(service.output()).isEqualTo(143);
        }
        assertComplete();
        assertThat(SANDBOX.sourceRows(STATE)).containsExactly(List.of("imported", "0"));
    }

    @Test
    void whatFailsWhileItIsWaitedForSaysWhy() throws Exception {
        S3Faults.Hold upload = s3.hold("^PUT ");
        try (Child service = Child.replicator(deployment, "run")) {
            service.awaitLine("Exporting visits");
            service.terminate();
            service.awaitLine("Stopping: what runs is finished first");
            SANDBOX.redshift("DROP TABLE visits");
            upload.close();

            assertThat(service.awaitEnd()).as(service.output()).isEqualTo(143);
        }
        assertThat(SANDBOX.sourceRows("SELECT last_error FROM replicator_replications"))
                .singleElement()
                .asString()
                .contains("nonexistent table visits")
                .doesNotContain("stopped with the process");
    }

    @Test
    void whatDoesNotFinishInTimeIsGivenBackAndResumed() throws Exception {
        deployment.set("replicator.shutdown-timeout", "1s");
        S3Faults.Hold upload = s3.hold("^PUT ");
        try (Child service = Child.replicator(deployment, "run")) {
            service.awaitLine("Exporting visits");
            service.terminate();

            assertThat(service.awaitEnd()).as(service.output()).isEqualTo(143);
        }
        upload.close();
        assertThat(SANDBOX.redshiftRows(ROWS)).isEmpty();
        assertThat(SANDBOX.sourceRows("SELECT owner, last_error FROM replicator_replications"))
                .as("given back, not left to run out")
                .containsExactly(
                        Arrays.asList(null, "stopped with the process before it was done; the next run resumes it."));

        assertThat(deployment.run("replicate", "visits").code()).isZero();
        assertComplete();
        assertThat(SANDBOX.sourceRows(STATE)).containsExactly(List.of("imported", "1"));
    }
}
