package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.Deployment;
import io.github.redshiftreplicator.Logs;
import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.state.NextStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.util.json.DeserializationException;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Given a route that consumes direct:events, every step of a run reaches it as a CloudEvent. */
class NotificationsIT {
    private static final String INTO_A_FILE = """
            - route:
                id: notifications
                from:
                  uri: direct:events
                  steps:
                    - to:
                        uri: "file:%s"
                        parameters: { fileName: "events-${header.severity}.jsonl", fileExist: Append, appendChars: '\\n' }
            """;

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;

    @BeforeEach
    void deploy() throws Exception {
        deployment = new Deployment(directory, SANDBOX.properties())
                .table("visits", "identity")
                .file("routes/notifications.camel.yaml", INTO_A_FILE.formatted(directory.resolve("log")));
        SANDBOX.source("CREATE TABLE visits (id int PRIMARY KEY, page text)", "INSERT INTO visits VALUES (1, 'a')");
    }

    private List<JsonObject> events(String severity) throws IOException, DeserializationException {
        List<JsonObject> events = new ArrayList<>();
        for (String line : Files.readAllLines(directory.resolve("log/events-" + severity + ".jsonl"))) {
            events.add((JsonObject) Jsoner.deserialize(line));
        }
        return events;
    }

    @Test
    void aReplicationIsToldStepByStep() throws Exception {
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(10))");
        assertThat(deployment.run("replicate", "visits").code()).isZero();
        assertThat(deployment.run("replicate", "visits").code()).isZero();

        List<JsonObject> events = events("info");
        assertThat(events)
                .extracting(event -> event.getString("type").replace("io.github.redshiftreplicator.", ""))
                .containsExactly(
                        "started",
                        "exporting",
                        "exported",
                        "uploading",
                        "uploaded",
                        "importing",
                        "imported",
                        "started",
                        "nothing-to-do");
        assertThat(events).allSatisfy(event -> {
            assertThat(event).containsEntry("specversion", "1.0").containsEntry("subject", "visits");
            assertThat(event).containsEntry("source", "/redshift-replicator/tables/visits");
            assertThat(event.getString("time")).endsWith("Z");
        });
        assertThat(events).extracting(event -> event.getString("id")).doesNotHaveDuplicates();
        JsonObject imported = events.get(6).getMap("data");
        assertThat(imported)
                .containsEntry("event", "imported")
                .containsEntry("severity", "info")
                .containsEntry("table", "visits")
                .containsEntry("strategy", "identity");
        JsonObject replication = imported.getMap("replication");
        assertThat(replication).containsEntry("state", "imported").containsEntry("messageId", "visits-0000000001");
    }

    @Test
    void aFailureIsAnError() throws Exception {
        assertThat(deployment.run("replicate", "visits").code()).isEqualTo(1);

        assertThat(events("error")).singleElement().satisfies(event -> {
            assertThat(event.getString("type")).isEqualTo("io.github.redshiftreplicator.failed");
            JsonObject data = event.getMap("data");
            assertThat(data.getString("message")).contains("couldn't find table visits on Redshift");
        });
    }

    @Test
    void refusedDeletionsAreAWarning() throws Exception {
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(10))");
        assertThat(deployment.run("replicate", "visits").code()).isZero();
        SANDBOX.redshift("INSERT INTO visits VALUES (7, 'x'), (8, 'y')");

        assertThat(deployment.run("reconcile", "visits").code()).isEqualTo(1);

        assertThat(events("warning"))
                .extracting(event -> event.getString("type").replace("io.github.redshiftreplicator.", ""))
                .containsExactly("deletes-guarded", "canceled");
        assertThat(SANDBOX.redshiftRows("SELECT id FROM visits ORDER BY id"))
                .containsExactly(List.of("1"), List.of("7"), List.of("8"));
    }

    @Test
    void aRouteThatFailsFailsNoRun() throws Exception {
        deployment.file("routes/notifications.camel.yaml", """
                - route:
                    id: notifications
                    from:
                      uri: direct:events
                      steps:
                        - throwException: { exceptionType: java.lang.IllegalStateException, message: no mail today }
                """);
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(10))");

        assertThat(deployment.run("replicate", "visits").code()).isZero();
        assertThat(SANDBOX.redshiftRows("SELECT id, page FROM visits")).containsExactly(List.of("1", "a"));
    }

    @Test
    void aRouteThatIsStoppedIsNotWaitedFor() throws Exception {
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(10))");
        try (Logs logs = Logs.capture(Level.INFO)) {
            try (Service service = deployment.service()) {
                service.context().getRouteController().stopRoute("notifications");
                ReplicatorComponent.of(service.context())
                        .tables()
                        .require("visits")
                        .run(NextStep.Action.REPLICATE);
            }

            assertThat(logs.text()).contains("Imported 1 rows").doesNotContain("not delivered");
        }
        assertThat(directory.resolve("log")).doesNotExist();
    }
}
