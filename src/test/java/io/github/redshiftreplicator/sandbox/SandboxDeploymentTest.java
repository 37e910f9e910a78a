package io.github.redshiftreplicator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxDeploymentTest {
    private static final Map<String, String> PROPERTIES = Map.of(
            "replicator.source.url", "jdbc:postgresql://127.0.0.1:1/shop", "replicator.source.password", "#\\x=é");

    @TempDir
    Path directory;

    private Path given;

    @BeforeEach
    void makeTheGivenDirectory() throws IOException {
        given = Files.createDirectory(directory.resolve("given"));
    }

    private SandboxDeployment deployment() throws IOException {
        return SandboxDeployment.create(directory.resolve("deployment"), given, PROPERTIES);
    }

    private static Set<String> files(Path routes) throws IOException {
        try (Stream<Path> walk = Files.walk(routes)) {
            return walk.filter(Files::isRegularFile)
                    .map(file -> routes.relativize(file).toString())
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void aDirectoryWithoutTablesIsGivenTheSamples() throws IOException {
        SandboxDeployment deployment = deployment();

        Set<String> checkout = files(Path.of("routes"));
        assertThat(files(deployment.routes()))
                .isSubsetOf(checkout)
                .contains("schedules.camel.yaml")
                .containsAll(checkout.stream()
                        .filter(file -> file.startsWith("strategies/") || file.startsWith("tables/"))
                        .toList());
        assertThat(deployment.routes()).hasParent(deployment.directory());
    }

    @Test
    void aDirectoryWithTablesKeepsThem() throws IOException {
        Path table = given.resolve("routes/tables/users.camel.yaml");
        Files.createDirectories(table.getParent());
        Files.writeString(table, "- templatedRoute:");

        SandboxDeployment deployment = deployment();

        assertThat(deployment.routes()).isEqualTo(given.resolve("routes"));
        assertThat(deployment.directory().resolve("routes/tables/users.camel.yaml"))
                .hasContent("- templatedRoute:");
    }

    @Test
    void itsPropertiesAreTheGivenOnesBehindTheSandboxes() throws IOException {
        Files.writeString(
                given.resolve("application.properties"),
                "replicator.schedule = 0 0 * * * ?\nreplicator.source.password = mine");
        Properties read = new Properties();

        try (Reader reader = Files.newBufferedReader(deployment().directory().resolve("application.properties"))) {
            read.load(reader);
        }

        assertThat(read)
                .containsAllEntriesOf(PROPERTIES)
                .containsEntry("replicator.schedule", "0 0 * * * ?")
                .hasSize(3);
    }
}
