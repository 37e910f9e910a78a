package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.sandbox.S3Faults;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S3 takes a tenth of a second for an object, however small: many have to be on their way at once. */
class UploadsIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"identity, copy, 5", "timed, sql, 5", "full, copy, 5", "full, copy, 70"})
    void partsAreCompressedWhileOthersWaitForS3(String strategy, String reader, int uploads)
            throws SQLException, IOException {
        SANDBOX.source(
                "CREATE TABLE pages AS SELECT g AS id, repeat(md5(g::text), 20) AS body, now()::timestamp AS updated_at"
                        + " FROM generate_series(1, 10000) g",
                "ALTER TABLE pages ADD PRIMARY KEY (id)");
        SANDBOX.redshift("CREATE TABLE pages (id int, body varchar(1000), updated_at timestamp)");
        try (S3Faults s3 = new S3Faults(SANDBOX.sandbox().endpoint())) {
            Deployment deployment = new Deployment(directory, SANDBOX.properties())
                    .set("replicator.s3.endpoint", s3.endpoint().toString())
                    .set("replicator.compression-threads", "2")
                    .set("replicator.upload-threads", Integer.toString(uploads))
                    .table("pages", strategy, "reader", reader, "partSize", "64kB");
            CompletableFuture<Deployment.Result> replication;
            try (S3Faults.Hold hold = s3.hold("^PUT ")) {
                replication = CompletableFuture.supplyAsync(() -> deployment.run("replicate", "pages"));
                // the threads that read and compress upload as well when all others do
                await().atMost(60, TimeUnit.SECONDS)
                        .until(() -> hold.waiting() == uploads + 2 + 1 || replication.isDone());
                assertThat(replication).isNotDone();
            }
            Deployment.Result result = replication.join();
            assertThat(result.code()).as(result.toString()).isZero();
        }
        String rows = "SELECT id, body FROM pages ORDER BY id";
        assertThat(SANDBOX.redshiftRows(rows)).hasSize(10000).isEqualTo(SANDBOX.sourceRows(rows));
    }
}
