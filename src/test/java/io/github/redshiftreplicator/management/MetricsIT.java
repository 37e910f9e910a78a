package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.Deployment;
import io.github.redshiftreplicator.Logs;
import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.state.NextStep.Action;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Given a running service, Prometheus and an orchestrator find what they need on the management port. */
class MetricsIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;
    private Service service;

    @BeforeEach
    void start() throws Exception {
        SANDBOX.source("CREATE TABLE visits (id int PRIMARY KEY, page text)", "INSERT INTO visits VALUES (1, 'a')");
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(10))");
        deployment = new Deployment(directory, SANDBOX.properties()).table("visits", "identity");
        service = deployment.service();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        String url = Management.url(service.context()).orElseThrow();
        return HTTP.send(HttpRequest.newBuilder(URI.create(url + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void track() {
        service.close();
        deployment.table("visits", "identity", "deleteTracking", "true");
        assertThat(deployment.run("install").code()).isZero();
        service = deployment.service();
    }

    private void run(Action action) {
        ReplicatorComponent.of(service.context()).tables().require("visits").run(action);
    }

    @Test
    void aReplicationIsMeasured() throws Exception {
        run(Action.REPLICATE);
        run(Action.REPLICATE);

        String table = "{strategy=\"identity\",table=\"visits\"}";
        assertThat(get("/observe/metrics").body())
                .contains("replicator_exported_rows_total" + table + " 1.0")
                .contains("replicator_exported_parts_total" + table + " 1.0")
                .contains("replicator_imported_rows_total" + table + " 1.0")
                .contains("replicator_export_size_bytes_count" + table + " 1")
                .contains("replicator_phase_seconds_bucket{phase=\"export\",strategy=\"identity\",table=\"visits\",le=")
                .contains("replicator_phase_seconds_count{phase=\"upload\",strategy=\"identity\",table=\"visits\"} 1")
                .contains("replicator_phase_seconds_count{phase=\"import\",strategy=\"identity\",table=\"visits\"} 1")
                .contains("replicator_runs_total{outcome=\"imported\",strategy=\"identity\",table=\"visits\"} 1.0")
                .contains("replicator_runs_total{outcome=\"nothing-to-do\",strategy=\"identity\",table=\"visits\"} 1.0")
                .contains("replicator_running" + table + " 0.0")
                .contains("replicator_error" + table + " 0.0")
                .contains("replicator_unfinished_age_seconds" + table + " 0.0")
                .containsPattern("replicator_last_import_timestamp_seconds\\{[^}]*} 1\\.\\d+E9")
                .contains("# HELP replicator_exported_rows_total Rows exported")
                .contains("jvm_memory_used_bytes");
    }

    /** Before anything ran, too: a rate over a counter that is not there yet misses its first increase. */
    @Test
    void whatTheDashboardAndTheAlertsNameIsThereFromTheBeginning() throws Exception {
        track();
        String scrape = get("/observe/metrics").body();
        Set<String> scraped = scrape.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst("[{ ].*", ""))
                .collect(Collectors.toSet());

        assertThat(scraped).containsAll(MonitoringFiles.metrics());
        assertThat(scrape).contains("replicator_lag_seconds{strategy=\"identity\",table=\"visits\"} NaN");
    }

    @Test
    void lagAndPendingDeletionsAreMeasured() throws Exception {
        track();
        run(Action.REPLICATE);
        SANDBOX.source("DELETE FROM visits");

        assertThat(get("/observe/metrics").body())
                .containsPattern("replicator_lag_seconds\\{[^}]*} \\d+\\.\\d+")
                .contains("replicator_pending_deletions{strategy=\"identity\",table=\"visits\"} 1.0");
    }

    private static String failures(String kind, String phase) {
        return "replicator_failures_total{kind=\"" + kind + "\",phase=\"" + phase
                + "\",strategy=\"identity\",table=\"visits\"} 1.0";
    }

    @Test
    void failuresAreCountedByKind() throws Exception {
        SANDBOX.source("ALTER TABLE visits RENAME TO moved");
        run(Action.REPLICATE);
        SANDBOX.source("ALTER TABLE moved RENAME TO visits");
        SANDBOX.redshift("ALTER TABLE visits RENAME TO moved");
        run(Action.REPLICATE);
        SANDBOX.redshift("ALTER TABLE moved RENAME TO visits");
        SANDBOX.source("UPDATE visits SET page = 'more than ten'");
        run(Action.REPLICATE);
        SANDBOX.source("ALTER TABLE replicator_replications RENAME COLUMN bytes TO size");

        Outcome last = ReplicatorComponent.of(service.context())
                .tables()
                .require("visits")
                .run(Action.REPLICATE);

        assertThat(last.message())
                .contains("The state table replicator_replications cannot be used", "\"bytes\" does not exist");
        String scrape = get("/observe/metrics").body();
        assertThat(scrape)
                .contains(failures("source", "claim"))
                .contains(failures("configuration", "claim"))
                .contains(failures("data", "import"))
                .contains(failures("state", "claim"));
        assertThat(scrape.lines().filter(line -> line.startsWith("replicator_failures_total") && line.endsWith(" 1.0")))
                .hasSize(4);
    }

    @Test
    void aBucketThatIsGoneFailsAsS3() throws Exception {
        service.close();
        service = deployment.set("replicator.s3.bucket", "not-there").service();
        run(Action.REPLICATE);

        assertThat(get("/observe/metrics").body())
                .contains(failures("s3", "claim"))
                .contains("replicator_error{strategy=\"identity\",table=\"visits\"} 1.0");
    }

    @Test
    void aFailureIsCountedByItsPhaseAndAgesUntilItIsOver() throws Exception {
        run(Action.EXPORT);
        SANDBOX.redshift("DROP TABLE visits");
        run(Action.IMPORT);
        run(Action.IMPORT);

        assertThat(get("/observe/metrics").body())
                .contains(
                        "replicator_failures_total{kind=\"redshift\",phase=\"import\",strategy=\"identity\",table=\"visits\"} 2.0")
                .contains("replicator_retries_total{strategy=\"identity\",table=\"visits\"} 1.0")
                .contains("replicator_error{strategy=\"identity\",table=\"visits\"} 1.0")
                .doesNotContain("replicator_unfinished_age_seconds{strategy=\"identity\",table=\"visits\"} 0.0\n");
    }

    @Test
    void anImportThatFindsTheRetriesUsedUpFailsAsThat() throws Exception {
        service.close();
        service = deployment.set("replicator.max-retries", "1").service();
        run(Action.EXPORT);
        SANDBOX.redshift("DROP TABLE visits");
        run(Action.IMPORT);
        run(Action.IMPORT);
        try (Logs logs = Logs.capture(Level.WARN)) {
            run(Action.IMPORT);
            assertThat(logs.lines()).extracting(Logs.Line::message).anySatisfy(message -> assertThat(message)
                    .startsWith("visits-0000000001 is canceled after 1 retries (max-retries reached)"));
        }

        assertThat(get("/observe/metrics").body())
                .contains(failures("retries", "claim"))
                .contains("replicator_retries_total{strategy=\"identity\",table=\"visits\"} 1.0")
                .contains("replicator_cancellations_total{strategy=\"identity\",table=\"visits\"} 1.0")
                .containsPattern("replicator_failures_total\\{kind=\"redshift\",phase=\"import\",[^}]*} 2\\.0");
    }

    @Test
    void everythingInReachIsReady() throws Exception {
        HttpResponse<String> ready = get("/observe/health/ready");
        assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
        assertThat(ready.body())
                .contains("replicator-source", "replicator-state", "replicator-s3", "replicator-redshift");
        assertThat(get("/observe/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void aBucketThatIsGoneIsNotReadyButAlive() throws Exception {
        service.close();
        service = deployment.set("replicator.s3.bucket", "not-there").service();

        HttpResponse<String> ready = get("/observe/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("replicator-s3");
        assertThat(get("/observe/health/live").statusCode()).isEqualTo(200);
        SANDBOX.properties().forEach((key, value) -> {
            if (key.contains("password") || key.contains("secret")) {
                assertThat(ready.body()).doesNotContain(value);
            }
        });
    }

    @Test
    void aReplicationThatDoesNotMoveIsStuck() throws Exception {
        run(Action.EXPORT);
        SANDBOX.source("UPDATE replicator_replications SET updated_at = updated_at - interval '7 hours'");

        HttpResponse<String> ready = get("/observe/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("visits-0000000001 is uploaded since");
    }

    @Test
    void nothingIsServedBeyondLoopback() {
        assertThat(Management.url(service.context()).orElseThrow()).startsWith("http://127.0.0.1:");
    }
}
