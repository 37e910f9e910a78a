package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.Deployment;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What routes/canceled.camel.yaml keeps of a canceled replication. */
class CanceledReplicationsIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    @TempDir
    Path kept;

    private Deployment deployment;

    @BeforeEach
    void deployATableThatCopyRefuses() throws SQLException, IOException {
        SANDBOX.source(
                "CREATE TABLE users (id int PRIMARY KEY, name text)", "INSERT INTO users VALUES (1, 'Penelope')");
        SANDBOX.redshift("CREATE TABLE users (id int, name varchar(3))");
        deployment = new Deployment(directory, SANDBOX.properties())
                .table("users", "identity")
                .set("replicator.max-retries", "1")
                .file(
                        "routes/canceled.camel.yaml",
                        Files.readString(Path.of("routes/canceled.camel.yaml"))
                                .replace("uri: file:canceled", "uri: file:" + kept));
    }

    private static Map<String, String> unzip(Path file) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        try (InputStream in = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(kept)) {
            return files.toList();
        }
    }

    @Test
    void aZipTellsWhatWasExportedHowItWasLoadedAndWhatWasRefused() throws IOException {
        deployment.set("replicator.keep-canceled", "true");
        assertThat(deployment.run("replicate", "users").code()).isEqualTo(1);
        assertThat(deployment.run("replicate", "users").code()).isEqualTo(1);
        assertThat(files()).isEmpty();
        assertThat(deployment.run("replicate", "users").code()).isEqualTo(1);
        assertThat(files()).singleElement().satisfies(file -> assertThat(file).hasFileName("users-0000000001.zip"));
        Map<String, String> entries = unzip(files().get(0));
        assertThat(entries).containsOnlyKeys("replication.json", "manifest.json", "copy.sql", "load-errors.txt");
        assertThat(entries.get("replication.json")).contains("\"state\":\"canceled\"", "\"retries\":2");
        assertThat(entries.get("manifest.json")).contains("\"mandatory\":true", "-0000000001-");
        assertThat(entries.get("copy.sql")).startsWith("COPY ").contains("MANIFEST");
        assertThat(entries.get("load-errors.txt")).contains("column name", "Penelope");
        SANDBOX.properties().forEach((key, secret) -> {
            if (key.endsWith("password") || key.endsWith("secret-key")) {
                assertThat(entries.values()).noneMatch(text -> text.contains(secret));
            }
        });
    }

    @Test
    void aCancellationByHandIsKeptToo() throws IOException {
        deployment.set("replicator.keep-canceled", "true");
        assertThat(deployment.run("export", "users").code()).isZero();
        assertThat(deployment.run("cancel", "users").code()).isZero();
        assertThat(unzip(files().get(0))).containsOnlyKeys("replication.json", "manifest.json", "copy.sql");
    }

    @Test
    void nothingIsKeptUnasked() throws IOException {
        assertThat(deployment.run("export", "users").code()).isZero();
        assertThat(deployment.run("cancel", "users").code()).isZero();
        assertThat(files()).isEmpty();
    }
}
