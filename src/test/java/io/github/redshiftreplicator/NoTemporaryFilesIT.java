package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows go from the source to S3 without a file on the way: a full disk stops nothing, and nothing is left on it. */
class NoTemporaryFilesIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    /** By either reader, and even where Camel may spool what it marshals to disk. */
    @ParameterizedTest
    @CsvSource({"copy, false", "copy, true", "sql, true"})
    void anExportWritesNone(String reader, String spooled) throws SQLException, IOException, InterruptedException {
        SANDBOX.source(
                "CREATE TABLE pages AS SELECT g AS id, repeat(md5(g::text), 20) AS body FROM generate_series(1, 20000) g",
                "ALTER TABLE pages ADD PRIMARY KEY (id)");
        SANDBOX.redshift("CREATE TABLE pages (id int, body varchar(1000))");
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        Deployment deployment = new Deployment(directory.resolve("deployment"), SANDBOX.properties())
                .table("pages", "identity", "reader", reader)
                .set("camel.main.streamCachingSpoolEnabled", spooled)
                .set("camel.main.streamCachingSpoolThreshold", "1000")
                .set("camel.main.streamCachingSpoolDirectory", temporary.toString())
                .set("camel.main.streamCachingRemoveSpoolDirectoryWhenStopping", "false");
        deployment.write();
        Set<Path> files = files(deployment.directory());

        try (WatchService watcher = FileSystems.getDefault().newWatchService()) {
            WatchKey created = temporary.register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
            try (Child export =
                    Child.replicator(deployment, List.of("-Djava.io.tmpdir=" + temporary), "export", "pages")) {
                assertThat(export.awaitEnd()).as(export.output()).isZero();
                assertThat(export.output()).contains("20,000", "uploaded");
            }

            assertThat(names(created, temporary))
                    .as("the JVM's libraries are unpacked there, and nothing else")
                    .allMatch(name -> name.matches(".*\\.(so|dylib|dll)"));
        }
        assertThat(files(deployment.directory())).isEqualTo(files);
    }

    /** The files made there up to now, told by one that comes last. */
    private static Set<String> names(WatchKey key, Path folder) throws IOException {
        Files.createFile(folder.resolve("last"));
        Set<String> names = new TreeSet<>();
        await().until(() -> {
            key.pollEvents().forEach(event -> names.add(String.valueOf(event.context())));
            return names.remove("last");
        });
        return names;
    }

    private static Set<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
