package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.Deployment;
import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.config.SettingsException;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Given Jolokia on the management port, a console such as Hawtio drives the tables through it. */
class JolokiaIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;

    @BeforeEach
    void deploy() throws Exception {
        SANDBOX.source("CREATE TABLE visits (id int PRIMARY KEY, page text)", "INSERT INTO visits VALUES (1, 'a')");
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(10))");
        deployment = new Deployment(directory, SANDBOX.properties())
                .set("camel.management.jolokiaEnabled", "true")
                .table("visits", "identity");
    }

    private static JsonObject ask(Service service, Map<String, Object> question) throws Exception {
        URI url = URI.create(Management.url(service.context()).orElseThrow() + "/observe/jolokia");
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(url)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(new JsonObject(question).toJson()))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return (JsonObject) Jsoner.deserialize(answer.body());
    }

    @Test
    void aTableIsFoundReplicatedAndRead() throws Exception {
        try (Service service = deployment.service()) {
            JsonObject found =
                    ask(service, Map.of("type", "search", "mbean", "io.github.redshiftreplicator:type=table,*"));
            JsonArray beans = (JsonArray) found.get("value");
            assertThat(beans).hasSize(1);
            Object bean = beans.get(0);

            assertThat(ask(service, Map.of("type", "exec", "mbean", bean, "operation", "replicate")))
                    .containsEntry("value", "imported.");
            assertThat(SANDBOX.redshiftRows("SELECT id, page FROM visits")).containsExactly(List.of("1", "a"));
            assertThat(ask(service, Map.of("type", "read", "mbean", bean, "attribute", "State")))
                    .containsEntry("value", "imported");
        }
    }

    @Test
    void beyondLoopbackItIsRefusedWithoutAuthentication() {
        deployment.set("replicator.management.host", "0.0.0.0");

        assertThatThrownBy(deployment::service)
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("camel.management.jolokiaEnabled lets whoever reaches 0.0.0.0 run operations")
                .hasMessageContaining("camel.management.authenticationEnabled");
    }

    @Test
    void anotherSiteReachesNothing() throws Exception {
        try (Service service = deployment.service()) {
            URI url = URI.create(Management.url(service.context()).orElseThrow());
            String pause = "/observe/jolokia/exec/io.github.redshiftreplicator:"
                    + "context=%22redshift-replicator%22,type=replicator/pause";

            assertThat(status(url, pause, "Host: evil.example")).isEqualTo(421);
            assertThat(status(url, pause, "Host: localhost", "Origin: http://evil.example"))
                    .isEqualTo(403);
            assertThat(status(url, pause, "Host: localhost", "Origin: null")).isEqualTo(403);
            assertThat(status(url, pause, "Host: localhost", "Sec-Fetch-Site: cross-site"))
                    .isEqualTo(403);
            assertThat(ask(service, Map.of("type", "search", "mbean", "*:type=table,*"))
                            .get("value")
                            .toString())
                    .contains("visits");
            assertThat(TableStatus.all(ReplicatorComponent.of(service.context())))
                    .noneMatch(TableStatus::paused);
            assertThat(status(url, "/observe/jolokia/version", "Host: localhost", "Origin: http://localhost:8888"))
                    .as("a Hawtio of this machine")
                    .isEqualTo(200);
            assertThat(status(url, "/observe/metrics", "Host: metrics.example"))
                    .as("whoever reads metrics changes nothing")
                    .isEqualTo(200);
        }
    }

    /** Java's own client sets neither of these headers. */
    private static int status(URI url, String path, String... headers) throws Exception {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            String request =
                    "GET " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.split(" ")[1]);
        }
    }
}
