package io.github.redshiftreplicator.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.Deployment;
import io.github.redshiftreplicator.Logs;
import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.state.NextStep.Action;
import io.github.redshiftreplicator.table.Strategy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.commons.io.FileUtils;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Given a running service, what changes in routes/tables takes effect within seconds. */
class LiveTablesIT {
    private static final Duration SOON = Duration.ofSeconds(15);

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;
    private Service service;

    @BeforeEach
    void start() throws Exception {
        SANDBOX.source(
                "CREATE TABLE visits (id int PRIMARY KEY, page text)",
                "INSERT INTO visits VALUES (1, 'a')",
                "CREATE TABLE countries (id int PRIMARY KEY)");
        SANDBOX.redshift(
                "CREATE TABLE visits (id int, page varchar(10))",
                "CREATE TABLE hits (id int, page varchar(10))",
                "CREATE TABLE countries (id int)");
        deployment = new Deployment(directory, SANDBOX.properties()).table("visits", "identity");
        service = deployment.service();
        service.schedule();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private Tables tables() {
        return ReplicatorComponent.of(service.context()).tables();
    }

    private Optional<String> target(String table) {
        return tables().find(table).map(t -> t.table().target().toString());
    }

    private String page() throws Exception {
        URI url = URI.create(service.url().orElseThrow());
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void aNewFileAddsItsTableAndARemovedOneTakesItAway() throws Exception {
        deployment.table("countries", "full");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(tables().find("countries")).isPresent());
        assertThat(tables().require("countries").run(Action.REPLICATE).isGood()).isTrue();

        Files.delete(directory.resolve("routes/tables/countries.camel.yaml"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(tables().find("countries")).isEmpty());
        await().atMost(SOON).untilAsserted(() -> assertThat(service.context().getRoute("countries"))
                .isNull());
        assertThat(tables().require("visits").run(Action.REPLICATE).isGood()).isTrue();

        try (Logs logs = Logs.capture(Level.INFO)) {
            deployment.table("countries", "full");
            await().atMost(SOON).untilAsserted(() -> assertThat(logs.lines())
                    .extracting(Logs.Line::message)
                    .containsExactly("countries.camel.yaml is new, and its table runs."));
        }
    }

    @Test
    void aChangedFileReplacesItsTableAndItsSchedule() throws Exception {
        deployment.table("visits", "identity", "targetTable", "hits", "schedule", "0/2 * * * * ?");
        await().atMost(SOON).untilAsserted(() -> assertThat(target("visits")).contains("hits"));
        await().atMost(SOON).untilAsserted(() -> assertThat(SANDBOX.redshiftRows("SELECT * FROM hits"))
                .containsExactly(List.of("1", "a")));

        deployment.table("visits", "identity");
        await().atMost(SOON).untilAsserted(() -> assertThat(target("visits")).contains("visits"));
        assertThat(service.context().getRoute("visits-schedule")).isNull();
    }

    @Test
    void aNewFileWithATargetThatIsTakenIsRefusedAndTheTableThatHasItRuns() throws Exception {
        deployment.table("countries", "full", "targetTable", "visits");
        await().atMost(SOON).untilAsserted(() -> assertThat(page())
                .contains("countries.camel.yaml and routes/tables/visits.camel.yaml replicate into visits"));
        assertThat(tables().find("countries")).isEmpty();
        assertThat(tables().require("visits").run(Action.REPLICATE).isGood()).isTrue();
        assertThat(SANDBOX.redshiftRows("SELECT * FROM visits")).containsExactly(List.of("1", "a"));

        deployment.table("countries", "full");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(tables().find("countries")).isPresent());
        assertThat(page()).doesNotContain("cannot be used").doesNotContain("replicate into");
    }

    @Test
    void aFileThatCannotBeUsedLeavesTheTableAndIsReported() throws Exception {
        TableConsumer before = tables().require("visits");
        deployment.table("visits", "identity", "schedule", "whenever");
        await().atMost(SOON).untilAsserted(() -> assertThat(page())
                .contains("visits.camel.yaml cannot be used")
                .contains("whenever"));
        deployment.file("routes/tables/visits.camel.yaml", "- templatedRoute: [");
        await().atMost(SOON).untilAsserted(() -> assertThat(page()).doesNotContain("whenever"));

        assertThat(page()).contains("visits.camel.yaml cannot be used");
        assertThat(tables().require("visits")).isSameAs(before);
        assertThat(before.run(Action.REPLICATE).isGood()).isTrue();

        deployment.table("visits", "identity", "targetTable", "hits");
        await().atMost(SOON).untilAsserted(() -> assertThat(target("visits")).contains("hits"));
        assertThat(page()).doesNotContain("cannot be used");
    }

    @Test
    void aFileInAnotherEncodingLeavesTheTableAndIsReported() throws Exception {
        TableConsumer before = tables().require("visits");
        Path file = directory.resolve("routes/tables/visits.camel.yaml");
        byte[] utf8 = Files.readAllBytes(file);
        Files.writeString(file, "# f\u00fcr Besuche\n" + Files.readString(file), StandardCharsets.ISO_8859_1);
        await().atMost(SOON).untilAsserted(() -> assertThat(page())
                .contains("visits.camel.yaml cannot be used: it is not in UTF-8"));
        assertThat(tables().require("visits")).isSameAs(before);

        Files.write(file, utf8);
        await().atMost(SOON).untilAsserted(() -> assertThat(page()).doesNotContain("cannot be used"));
        assertThat(tables().require("visits")).isSameAs(before);
    }

    @Test
    void aSecondFileOfTheSameNameIsRefused() throws IOException {
        TableConsumer before = tables().require("visits");
        Files.copy(
                directory.resolve("routes/tables/visits.camel.yaml"),
                directory.resolve("routes/tables/again.camel.yaml"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(page()).contains("another file has a route &#39;visits&#39;"));
        assertThat(tables().require("visits")).isSameAs(before);
    }

    @Test
    void whatFailsOnScheduleIsLoggedOnceARun() throws Exception {
        SANDBOX.redshift("DROP TABLE hits");
        try (Logs logs = Logs.capture(Level.INFO)) {
            deployment.table("visits", "identity", "targetTable", "hits", "schedule", "0/2 * * * * ?");
            await().atMost(SOON).untilAsserted(() -> assertThat(failures(logs)).hasSizeGreaterThan(1));
            Files.delete(directory.resolve("routes/tables/visits.camel.yaml"));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(tables().find("visits")).isEmpty());

            assertThat(failures(logs)).allSatisfy(message -> assertThat(message)
                    .startsWith("Table visits: couldn't find table hits on Redshift."));
        }
    }

    private static List<String> failures(Logs logs) {
        return logs.lines().stream()
                .filter(line -> line.level() == Level.ERROR)
                .map(Logs.Line::message)
                .toList();
    }

    /** As Kubernetes mounts a ConfigMap: what is there are links by way of one link, which an update makes anew. */
    @Test
    void aFolderThatIsALinkIsFollowedWhereverItLeads() throws Exception {
        service.close();
        Path before = Files.createDirectory(directory.resolve("..before"));
        Path after = Files.createDirectory(directory.resolve("..after"));
        Files.move(directory.resolve("routes"), before.resolve("routes"));
        Files.createSymbolicLink(directory.resolve("..data"), before.getFileName());
        Files.createSymbolicLink(directory.resolve("routes"), Path.of("..data/routes"));
        service = deployment.service();
        service.schedule();
        assertThat(target("visits")).contains("visits");

        FileUtils.copyDirectory(before.toFile(), after.toFile());
        Path table = after.resolve("routes/tables/visits.camel.yaml");
        Files.writeString(
                table, Files.readString(table).replace("routeTemplateRef: identity", "routeTemplateRef: full"));
        Files.createSymbolicLink(directory.resolve("..new"), after.getFileName());
        Files.move(directory.resolve("..new"), directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        FileUtils.deleteDirectory(before.toFile());

        await().atMost(SOON).untilAsserted(() -> assertThat(
                        tables().find("visits").map(t -> t.table().strategy()))
                .contains(Strategy.FULL));
    }

    @Test
    void whatChangesWhileTheServiceStartsIsFollowedToo() throws Exception {
        service.close();
        service = deployment.table("countries", "full").service();
        deployment.table("visits", "identity", "targetTable", "hits");
        Files.delete(directory.resolve("routes/tables/countries.camel.yaml"));
        service.schedule();

        await().atMost(SOON).untilAsserted(() -> assertThat(target("visits")).contains("hits"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(tables().find("countries")).isEmpty());
    }

    /** As an update of a whole checkout brings them. */
    @Test
    void filesThatChangeTogetherLeaveEachOthersTablesAlone() throws Exception {
        List<String> names = IntStream.range(0, 24).mapToObj(i -> "copy" + i).toList();
        for (String suffix : List.of("", "b", "c")) {
            names.forEach(
                    name -> deployment.table(name, "full", "sourceTable", "countries", "targetTable", name + suffix));
            await().atMost(SOON).untilAsserted(() -> assertThat(names)
                    .allSatisfy(name -> assertThat(target(name)).contains(name + suffix)));
        }
        assertThat(page()).doesNotContain("cannot be used");

        Files.delete(directory.resolve("routes/tables/copy0.camel.yaml"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(tables().find("copy0")).isEmpty());
        await().during(Duration.ofSeconds(1)).atMost(SOON).untilAsserted(() -> assertThat(names.subList(1, 24))
                .allSatisfy(name -> assertThat(target(name)).contains(name + "c")));
    }

    @Test
    void aRunningReplicationFinishesFirst() throws Exception {
        CompletableFuture<Outcome> run;
        try (Connection redshift = SANDBOX.redshift();
                Statement lock = redshift.createStatement()) {
            redshift.setAutoCommit(false);
            lock.execute("LOCK visits");
            run = CompletableFuture.supplyAsync(() -> tables().require("visits").run(Action.REPLICATE));
            await().atMost(SOON)
                    .until(() -> tables().require("visits").current().isPresent());
            deployment.table("visits", "identity", "targetTable", "hits");
            await().during(Duration.ofSeconds(4)).atMost(SOON).untilAsserted(() -> assertThat(target("visits"))
                    .contains("visits"));
            redshift.rollback();
        }
        assertThat(run.get(60, TimeUnit.SECONDS).message()).isEqualTo("imported.");
        await().atMost(SOON).untilAsserted(() -> assertThat(target("visits")).contains("hits"));
        assertThat(SANDBOX.redshiftRows("SELECT * FROM visits")).containsExactly(List.of("1", "a"));
    }
}
