package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.management.Management;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Given a service that has replicated and failed, no secret of its configuration can be read anywhere: not in JMX (its own
 * beans and Camel's), the page, the API and its stream of events, the notifications, the metrics and health, nor in a
 * command's title in the list of processes.
 */
class SecretsIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String TOKEN = "canary-of-the-token";
    private static final String PASSWORD = "canary-of-the-password";

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final Map<String, String> shown = new LinkedHashMap<>();

    @Test
    void nothingThatIsShownHoldsOne() throws Exception {
        SANDBOX.source("CREATE TABLE visits (id int PRIMARY KEY, page text)", "INSERT INTO visits VALUES (1, 'a')");
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(1))");
        Deployment deployment = new Deployment(directory, SANDBOX.properties())
                .set("replicator.http.username", "boss")
                .set("replicator.http.password", PASSWORD)
                .set("replicator.http.token", TOKEN)
                .table("visits", "identity")
                .file("routes/notifications.camel.yaml", """
                        - route:
                            id: notifications
                            from:
                              uri: direct:events
                              steps:
                                - to: { uri: "file:%s", parameters: { fileName: events, fileExist: Append } }
                        """.formatted(directory.resolve("log")));
        SANDBOX.properties().forEach((key, value) -> {
            if (key.contains("password") || key.contains("secret-key") || key.contains("access-key")) {
                secrets.put(key, value);
            }
        });
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(3);
        secrets.put("replicator.http.password", PASSWORD);
        secrets.put("replicator.http.token", TOKEN);

        try (Service service = deployment.service()) {
            readPagesAndEvents(URI.create(service.url().orElseThrow()));
            String management = Management.url(service.context()).orElseThrow();
            for (String path : List.of("/observe/metrics", "/observe/health", "/observe/health/ready")) {
                shown.put(path, get(URI.create(management + path)));
            }
            readBeans("io.github.redshiftreplicator:*");
            readBeans("org.apache.camel:*");
        }
        shown.put("the notifications", Files.readString(directory.resolve("log/events")));
        shown.put("a process's title", title(deployment));

        assertThat(shown.get("/tables/visits")).contains("COPY", "String length exceeds");
        assertThat(shown.get("the notifications")).contains("failed");
        assertThat(shown).hasSizeGreaterThan(30);
        shown.forEach((place, text) -> secrets.forEach(
                (key, secret) -> assertThat(text).as("%s in %s", key, place).doesNotContain(secret)));
    }

    private static HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + TOKEN);
    }

    private static String get(URI uri) throws Exception {
        return HTTP.send(request(uri).build(), BodyHandlers.ofString()).body();
    }

    private void readPagesAndEvents(URI page) throws Exception {
        List<String> stream = new CopyOnWriteArrayList<>();
        HttpResponse<Stream<String>> events =
                HTTP.send(request(page.resolve("/api/events")).build(), BodyHandlers.ofLines());
        Thread reader = new Thread(() -> follow(events, stream), "events");
        reader.setDaemon(true);
        reader.start();
        act(page, "replicate");
        SANDBOX.source("INSERT INTO visits VALUES (2, 'far too long')");
        act(page, "replicate");
        act(page, "vacuum");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(stream).anyMatch(line -> line.contains("String length exceeds")));
        shown.put("the stream of events", String.join("\n", stream));
        for (String path : List.of(
                "/",
                "/tables/visits",
                "/api/replicator",
                "/api/tables",
                "/api/tables/visits",
                "/api/parts/visits",
                "/api/load-errors/visits",
                "/api/openapi.json")) {
            shown.put(path, get(page.resolve(path)));
        }
    }

    /** Until the server ends it. */
    private static void follow(HttpResponse<Stream<String>> events, List<String> into) {
        try {
            events.body().forEach(into::add);
        } catch (UncheckedIOException e) {
            into.add("the end");
        }
    }

    private void act(URI page, String action) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                request(page.resolve("/api/tables/visits/" + action + "?wait=true"))
                        .header("X-Replicator", "test")
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        shown.merge(action, answer.body(), String::concat);
    }

    private void readBeans(String domain) throws Exception {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : beans.queryNames(new ObjectName(domain), null)) {
            String[] attributes = Stream.of(beans.getMBeanInfo(name).getAttributes())
                    .map(MBeanFeatureInfo::getName)
                    .toArray(String[]::new);
            shown.put(name.toString(), name + " " + beans.getAttributes(name, attributes));
        }
    }

    private static String title(Deployment deployment) throws IOException {
        try (Child child = Child.replicator(deployment, "status")) {
            String title = child.title();
            assertThat(title).contains("status");
            child.awaitEnd();
            return title + child.output();
        }
    }
}
