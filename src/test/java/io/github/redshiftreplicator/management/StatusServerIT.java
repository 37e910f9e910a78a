package io.github.redshiftreplicator.management;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.Deployment;
import io.github.redshiftreplicator.Logs;
import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.config.SettingsException;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Given a running service, its HTTP API shows and steers the tables, and lets nobody else do so. */
class StatusServerIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String ROWS = "SELECT id, page FROM visits ORDER BY id";

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;
    private Service service;

    @BeforeEach
    void start() throws Exception {
        SANDBOX.source("CREATE TABLE visits (id int PRIMARY KEY, page text)", "INSERT INTO visits VALUES (1, '<b>')");
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(10))");
        deployment = new Deployment(directory, SANDBOX.properties()).table("visits", "identity");
        service = deployment.service();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(service.url().orElseThrow()).resolve(path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /** The whole answer to a request that Java's own client does not send. */
    private String raw(String path, String host) throws Exception {
        URI url = URI.create(service.url().orElseThrow());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private HttpRequest.Builder post(String path) {
        return request(path).POST(BodyPublishers.noBody()).header("X-Replicator", "test");
    }

    private JsonObject object(String path) throws Exception {
        return (JsonObject) Jsoner.deserialize(send(request(path)).body());
    }

    @Test
    void tablesAreShownAndSteered() throws Exception {
        JsonArray tables =
                (JsonArray) Jsoner.deserialize(send(request("/api/tables")).body());
        assertThat(tables).singleElement().satisfies(table -> assertThat((JsonObject) table)
                .containsEntry("name", "visits")
                .containsEntry("strategy", "identity")
                .containsEntry("state", "never"));

        HttpResponse<String> done = send(post("/api/tables/visits/replicate?wait=true"));
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        assertThat(SANDBOX.redshiftRows(ROWS)).containsExactly(List.of("1", "<b>"));

        JsonObject table = object("/api/tables/visits?limit=5");
        assertThat(table).containsEntry("state", "imported");
        JsonArray history = (JsonArray) table.get("history");
        assertThat(history).singleElement().satisfies(replication -> assertThat((JsonObject) replication)
                .containsEntry("messageId", "visits-0000000001")
                .containsEntry("state", "imported"));
    }

    @Test
    void theLagIsThatOfTheLastRunThatFoundEverythingMoved() throws Exception {
        assertThat(object("/api/tables/visits")).containsEntry("lag_ms", null);
        send(post("/api/tables/visits/replicate?wait=true"));
        long afterImport = object("/api/tables/visits").getLong("lag_ms");
        SANDBOX.source("UPDATE replicator_replications SET created_at = created_at - interval '1 hour'");
        send(post("/api/tables/visits/export?wait=true"));

        assertThat(object("/api/tables/visits").getLong("lag_ms")).isBetween(0L, afterImport + 60_000);
        SANDBOX.source("INSERT INTO visits VALUES (2, 'b')");
        long before = object("/api/tables/visits").getLong("lag_ms");
        send(post("/api/tables/visits/export?wait=true"));
        assertThat(object("/api/tables/visits").getLong("lag_ms"))
                .as("what is only exported is not in the target")
                .isGreaterThanOrEqualTo(before);

        service.close();
        service = deployment.service();
        assertThat(object("/api/tables/visits").getLong("lag_ms"))
                .as("a new process knows what the last import says")
                .isBetween(3_600_000L, 3_700_000L);
    }

    @Test
    void whatCopyRefusedIsShownWithItsStatementAndItsParts() throws Exception {
        SANDBOX.redshift("DROP TABLE visits", "CREATE TABLE visits (id int, page varchar(2))");
        HttpResponse<String> failed = send(post("/api/tables/visits/replicate?wait=true"));
        assertThat(failed.statusCode()).isEqualTo(409);

        JsonObject table = object("/api/tables/visits");
        assertThat(table.getString("copy"))
                .startsWith("COPY \"visits\" (\"id\", \"page\") FROM 's3://")
                .contains("ACCESS_KEY_ID '***' SECRET_ACCESS_KEY '***'");
        String key = ((JsonObject) table.get("replication")).getString("key");
        JsonArray parts = (JsonArray)
                Jsoner.deserialize(send(request("/api/parts/visits")).body());
        assertThat(parts).hasSize(2).allSatisfy(part -> {
            assertThat(((JsonObject) part).getString("key")).startsWith(key);
            assertThat(((JsonObject) part).getLong("bytes")).isPositive();
        });
        JsonArray errors = (JsonArray)
                Jsoner.deserialize(send(request("/api/load-errors/visits")).body());
        assertThat(errors).singleElement().satisfies(error -> assertThat((JsonObject) error)
                .containsEntry("column", "page")
                .containsEntry("value", "<b>")
                .containsEntry("reason", "String length exceeds DDL length"));
        assertThat(send(request("/tables/visits")).body())
                .contains(
                        "<h3>Load errors</h3>",
                        "String length exceeds DDL length",
                        "&lt;b&gt;",
                        "<h3>Parts in S3</h3>");

        SANDBOX.redshift("DROP TABLE visits", "CREATE TABLE visits (id int, page varchar(10))");
        send(post("/api/tables/visits/retry?wait=true"));
        assertThat(send(request("/api/load-errors/visits")).body()).isEqualTo("[]\n");
        assertThat(send(request("/api/parts/visits")).body()).isEqualTo("[]\n");
    }

    @Test
    void whatItWasAskedForIsFinishedBeforeAStop() throws Exception {
        // whoever waits for the pool itself gives up at once
        service.context().getExecutorServiceManager().setShutdownAwaitTermination(1);
        CompletableFuture<Void> stopped;
        try (Connection blocker = SANDBOX.source()) {
            blocker.setAutoCommit(false);
            SandboxExtension.execute(blocker, "LOCK TABLE visits IN ACCESS EXCLUSIVE MODE");
            send(post("/api/tables/visits/replicate"));
            await().until(() -> object("/api/tables/visits").get("running") != null);
            stopped = CompletableFuture.runAsync(service::close);
            await().untilAsserted(
                            () -> assertThatThrownBy(() -> send(request("/"))).isInstanceOf(ConnectException.class));
            assertThat(stopped).isNotDone();
            blocker.rollback();
        }
        stopped.get(60, TimeUnit.SECONDS);

        assertThat(SANDBOX.redshiftRows(ROWS)).containsExactly(List.of("1", "<b>"));
        service = deployment.service();
        assertThat(object("/api/tables/visits")).containsEntry("state", "imported");
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        assertThat(send(request("/api/tables/visit")).statusCode()).isEqualTo(404);
        assertThat(send(request("/api/tables/visit")).body()).contains("did you mean 'visits'?");
        assertThat(send(post("/api/tables/visits/explode")).statusCode()).isEqualTo(404);
        assertThat(send(request("/api/tables/visits?limit=many")).statusCode()).isEqualTo(400);
        assertThat(send(request("/api/tables/visits?limit=0")).statusCode()).isEqualTo(400);
        assertThat(send(post("/api/tables/visits/replicate?wait=maybe")).body())
                .isEqualTo("{\"error\":\"wait must be true or false.\"}\n");
        assertThat(send(request("/tables/nothing")).statusCode()).isEqualTo(404);
    }

    @Test
    void theHeadOfAnAnswerCanBeAskedFor() throws Exception {
        for (String path : List.of("/", "/tables/visits", "/status.css", "/api/tables", "/api/openapi.json")) {
            HttpResponse<String> head = send(request(path).method("HEAD", BodyPublishers.noBody()));
            assertThat(head.statusCode()).as(path).isEqualTo(200);
            assertThat(head.headers().firstValue("Content-Type"))
                    .isEqualTo(send(request(path)).headers().firstValue("Content-Type"));
            assertThat(head.body()).isEmpty();
        }
    }

    @Test
    void whatTheApiDoesNotHaveIsRefusedInItsOwnForm() throws Exception {
        try (Logs logs = Logs.capture(Level.INFO)) {
            assertRefused(send(request("/api/nothing")), 404);
            assertRefused(send(request("/api/tables/visits/replicate")), 405);
            assertThat(raw("/api/tables/visits?limit=%zz", "localhost"))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("application/json")
                    .endsWith("{\"error\":\"The request is malformed.\"}\n");
            assertThat(send(request("/nothing")).headers().firstValue("Content-Type"))
                    .hasValue("text/plain; charset=UTF-8");
            assertThat(logs.lines()).isEmpty();
        }
    }

    /** Such as a jar that was replaced under the service. */
    @Test
    void anErrorOfTheJvmIsAnAnswerToo() throws Exception {
        try (StatusServer server = StatusServer.start(
                service.context(), ReplicatorComponent.of(service.context()).settings(), () -> {
                    throw new NoClassDefFoundError("io/github/X");
                })) {
            HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(server.url() + "api/replicator"))
                    .timeout(Duration.ofSeconds(10)));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("{\"error\":\"java.lang.NoClassDefFoundError: io\\/github\\/X\"}\n");
        }
    }

    private static void assertRefused(HttpResponse<String> answer, int status) throws Exception {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json; charset=UTF-8");
        assertThat(((JsonObject) Jsoner.deserialize(answer.body())).getString("error"))
                .isNotBlank();
    }

    @Test
    void aFailureIsAConflictWithItsReason() throws Exception {
        SANDBOX.redshift("DROP TABLE visits");
        HttpResponse<String> failed = send(post("/api/tables/visits/replicate?wait=true"));
        assertThat(failed.statusCode()).isEqualTo(409);
        assertThat(failed.body()).contains("couldn't find table visits on Redshift");

        assertThat(object("/api/tables/visits").getString("error"))
                .as("also where no replication was opened that could have it")
                .contains("couldn't find table visits on Redshift");
        assertThat(send(request("/")).body()).contains("1 with an error", "find table visits on Redshift");
        assertThat(send(request("/tables/visits")).body()).contains("find table visits on Redshift");
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(10))");
        send(post("/api/tables/visits/replicate?wait=true"));
        assertThat(object("/api/tables/visits")).containsEntry("error", null);
    }

    @Test
    void everyStepIsAnEvent() throws Exception {
        HttpResponse<Stream<String>> events = HTTP.send(request("/api/events").build(), BodyHandlers.ofLines());
        assertThat(events.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        CompletableFuture<List<String>> result = CompletableFuture.supplyAsync(() ->
                events.body().takeWhile(line -> !line.contains("\"good\"")).toList());

        assertThat(send(post("/api/tables/visits/replicate")).statusCode()).isEqualTo(202);

        assertThat(result.get(60, TimeUnit.SECONDS))
                .contains("event: step")
                .anyMatch(line -> line.contains("\"event\":\"exported\""))
                .anyMatch(line -> line.contains("\"event\":\"imported\""));
    }

    @Test
    void thePagesAreReadableWithoutScripts() throws Exception {
        send(post("/api/tables/visits/replicate?wait=true"));
        HttpResponse<String> tables = send(request("/"));
        assertThat(tables.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'");
        assertThat(tables.body()).contains("href=\"/tables/visits\"", "identity", "imported", "the beginning");
        assertThat(send(request("/tables/visits")).body())
                .contains("visits-0000000001", "<svg", "Durations", "History", "Lag behind the source");
        assertThat(send(request("/status.css")).body()).contains("prefers-color-scheme: dark");
    }

    @Test
    void theDescriptionNamesEveryCall() throws Exception {
        JsonObject paths = object("/api/openapi.json").getMap("paths");
        assertThat(paths.keySet())
                .containsExactlyInAnyOrder(
                        "/api/replicator",
                        "/api/tables",
                        "/api/tables/{table}",
                        "/api/parts/{table}",
                        "/api/load-errors/{table}",
                        "/api/tables/{table}/{action}",
                        "/api/events",
                        "/api/openapi.json");
        assertThat(send(request("/api/openapi.json")).body())
                .contains("\"openapi\":\"3.0.3\"", "\"enum\":[\"replicate\",\"export\",\"import\"");
    }

    @Test
    void everythingThatIsSaidHasTheFieldsThatTheDescriptionGivesIt() throws Exception {
        SANDBOX.redshift("DROP TABLE visits", "CREATE TABLE visits (id int, page varchar(2))");
        service.close();
        service = deployment
                .file("routes/tables/broken.camel.yaml", "- templatedRoute: {")
                .service();
        DescribedAnswers described = new DescribedAnswers(object("/api/openapi.json"));

        checkAnswers(described);
        checkStream(described);

        assertThat(described.met()).isEqualTo(described.schemas());
    }

    private void checkAnswers(DescribedAnswers described) throws Exception {
        String act = "/api/tables/{table}/{action}";
        HttpResponse<String> failed = send(post("/api/tables/visits/replicate?wait=true"));
        assertThat(failed.statusCode()).isEqualTo(409);
        described.check("post", act, failed);
        described.check("post", act, send(post("/api/tables/visits/explode")));
        described.check("post", act, send(post("/api/tables/visits/analyze")));
        described.check(
                "post", act, send(request("/api/tables/visits/replicate").POST(BodyPublishers.noBody())));
        for (String path : List.of("/api/replicator", "/api/tables", "/api/openapi.json")) {
            described.check("get", path, send(request(path)));
        }
        for (String path : List.of("/api/tables/", "/api/parts/", "/api/load-errors/")) {
            described.check("get", path + "{table}", send(request(path + "visits")));
            described.check("get", path + "{table}", send(request(path + "nothing")));
        }
    }

    /** One event of each kind, the second while an export waits for a lock in the source. */
    private void checkStream(DescribedAnswers described) throws Exception {
        send(post("/api/tables/visits/cancel?wait=true"));
        HttpResponse<Stream<String>> events = HTTP.send(request("/api/events").build(), BodyHandlers.ofLines());
        Map<String, String> kinds = new HashMap<>();
        try (Connection blocker = SANDBOX.source();
                Stream<String> lines = events.body()) {
            blocker.setAutoCommit(false);
            SandboxExtension.execute(blocker, "LOCK TABLE visits IN ACCESS EXCLUSIVE MODE");
            send(post("/api/tables/visits/export"));
            Iterator<String> line = lines.iterator();
            while (!kinds.containsKey("result")) {
                String name = line.next();
                if (!name.startsWith("event: ")) {
                    continue;
                }
                String data = line.next().substring("data: ".length());
                kinds.put(name.substring("event: ".length()), data);
                if (!blocker.getAutoCommit() && name.endsWith("progress") && !data.equals("[]")) {
                    described.check("get", "/api/tables", send(request("/api/tables")));
                    blocker.rollback();
                    blocker.setAutoCommit(true);
                }
                described.checkEvent("/api/events", name.substring("event: ".length()), data);
            }
        }
        assertThat(kinds).containsOnlyKeys("step", "progress", "result");
    }

    @Test
    void anotherSiteCanChangeNothing() throws Exception {
        assertThat(send(request("/api/tables/visits/replicate").POST(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(post("/api/tables/visits/replicate").header("Origin", "http://evil.example"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(post("/api/tables/visits/replicate").header("Sec-Fetch-Site", "cross-site"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(request("/api/tables/visits/replicate")).statusCode()).isEqualTo(405);
        assertThat(SANDBOX.redshiftRows(ROWS)).isEmpty();
    }

    @Test
    void aNameThatWasPointedAtLoopbackIsNotServed() throws Exception {
        assertThat(raw("/", "evil.example")).startsWith("HTTP/1.1 421 ");
    }

    @Test
    void aPasswordOrTokenIsAskedForWhereOneIsSet() throws Exception {
        service.close();
        service = deployment
                .set("replicator.http.username", "boss")
                .set("replicator.http.password", "pässword")
                .set("replicator.http.token", "t0ken")
                .service();

        HttpResponse<String> refused = send(request("/"));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
                .startsWith("Basic");
        assertThat(send(request("/api/tables").header("Authorization", "Bearer wrong"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(request("/api/tables").header("Authorization", basic("boss:wrong")))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(request("/api/tables").header("Authorization", "Bearer t0ken"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(request("/").header("Authorization", basic("boss:pässword")))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(request("/").header("Authorization", basic("x:t0ken"))).statusCode())
                .isEqualTo(200);
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    @Test
    void beyondLoopbackItStartsOnlyWithAPasswordOrToken() {
        deployment.set("replicator.http.host", "0.0.0.0");
        assertThatThrownBy(deployment::service)
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("replicator.http.token");
    }

    @Test
    void itCanBeSwitchedOff() {
        service.close();
        service = deployment.set("replicator.http.enabled", "false").service();
        assertThat(service.url()).isEmpty();
    }

    @Test
    void noAnswerHoldsASecret() throws Exception {
        send(post("/api/tables/visits/export?wait=true"));
        for (String path : List.of("/", "/tables/visits", "/api/tables", "/api/tables/visits", "/api/replicator")) {
            String body = send(request(path)).body();
            SANDBOX.properties().forEach((key, value) -> {
                if (key.contains("password") || key.contains("secret") || key.contains("access-key")) {
                    assertThat(body).as(path).doesNotContain(value);
                }
            });
        }
    }
}
