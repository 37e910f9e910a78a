package io.github.redshiftreplicator.bench;

import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.export.PartStore;
import io.github.redshiftreplicator.export.S3Clients;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The servers of a benchmark, seen from the process that measures, and its folder for files. */
final class Bench implements AutoCloseable {
    private static final long SAMPLE_MILLISECONDS = 20;
    private static final String SOURCE_URL = "replicator.source.url";

    private final Process servers;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Path folder;

    private Bench(Process servers, Path folder) {
        this.servers = servers;
        this.folder = folder;
    }

    static Bench start() throws IOException {
        return start(0);
    }

    /** @param latency of the far sink, in milliseconds */
    static Bench start(long latency) throws IOException {
        Path folder = Files.createTempDirectory("replicator-bench-");
        ProcessBuilder builder = new ProcessBuilder(
                java(), "-Xmx512m", "-cp", classpath(), Servers.class.getName(), Long.toString(latency));
        builder.redirectError(folder.resolve("servers.txt").toFile());
        Bench bench = new Bench(builder.start(), folder);
        var lines = new BufferedReader(new InputStreamReader(bench.servers.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
            String[] property = line.split("=", 2);
            bench.properties.put(property[0], property[1]);
        }
        if (!bench.properties.containsKey(Servers.POSTGRES_PID)) {
            String log = Files.readString(folder.resolve("servers.txt"));
            bench.close();
            throw new IOException("The servers did not start:\n" + log);
        }
        // what is measured over TLS says so
        bench.properties.put(SOURCE_URL, bench.sourceUrl("disable"));
        return bench;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static String classpath() {
        return System.getProperty("java.class.path");
    }

    /** The replicator's settings that lead to the servers. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>(properties);
        settings.keySet().removeIf(key -> key.startsWith("bench."));
        return settings;
    }

    /** @param sslMode as PostgreSQL's driver calls it */
    String sourceUrl(String sslMode) {
        return properties.get(SOURCE_URL).replaceFirst("\\?.*", "") + "?sslmode=" + sslMode;
    }

    /** The endpoint that drops what it is sent. */
    URI sink() {
        return URI.create(properties.get(Servers.SINK));
    }

    /** The same, which takes longer, as S3 itself does. */
    URI farSink() {
        return URI.create(properties.get(Servers.FAR_SINK));
    }

    Path folder() {
        return folder;
    }

    Connection source() throws SQLException {
        return source(null);
    }

    /** @param socketFactory the class of the driver's sockets, null: its own */
    Connection source(String socketFactory) throws SQLException {
        Properties driver = new Properties();
        driver.setProperty("user", properties.get("replicator.source.username"));
        driver.setProperty("password", properties.get("replicator.source.password"));
        if (socketFactory != null) {
            driver.setProperty("socketFactory", socketFactory);
        }
        return DriverManager.getConnection(properties.get(SOURCE_URL), driver);
    }

    Connection redshift() throws SQLException {
        return DriverManager.getConnection(
                properties.get("replicator.redshift.url"),
                properties.get("replicator.redshift.username"),
                properties.get("replicator.redshift.password"));
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    PartStore parts() {
        return new PartStore(S3Clients.of(Settings.of(settings(), Map.of())), properties.get("replicator.s3.bucket"));
    }

    /**
     * Makes a deployment directory with the project's own strategies.
     *
     * @param settings beside those that lead to the servers
     */
    Path deployment(String name, Map<String, String> settings) throws IOException {
        Path directory = folder.resolve(name);
        copy(
                home().resolve("routes/strategies"),
                Files.createDirectories(directory.resolve("routes")).resolve("strategies"));
        Files.createDirectories(directory.resolve("routes/tables"));
        Map<String, String> all = settings();
        all.putAll(settings);
        StringBuilder text = new StringBuilder();
        all.forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        Files.writeString(directory.resolve("application.properties"), text);
        return directory;
    }

    static void table(Path deployment, String name, String strategy) throws IOException {
        Files.writeString(deployment.resolve("routes/tables").resolve(name + ".camel.yaml"), """
                - templatedRoute:
                    routeTemplateRef: %s
                    routeId: %s
                    prefixId: %s
                    parameters:
                      - { name: sourceTable, value: %s }
                """.formatted(
                        strategy, name, name, name));
    }

    /** The checkout. */
    static Path home() {
        return Path.of(System.getProperty("bench.home"));
    }

    static List<String> replicator(Path deployment, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(home().resolve("bin/replicator").toString(), "-d", deployment.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** psql's environment beside the usual, without TLS. */
    Map<String, String> psqlEnvironment() {
        URI url = URI.create(properties.get(SOURCE_URL).substring("jdbc:".length()));
        return Map.of(
                "PGHOST", url.getHost(),
                "PGPORT", Integer.toString(url.getPort()),
                "PGDATABASE", url.getPath().substring(1),
                "PGSSLMODE", "disable",
                "PGUSER", properties.get("replicator.source.username"),
                "PGPASSWORD", properties.get("replicator.source.password"));
    }

    /**
     * Runs a process and measures it.
     *
     * @throws IllegalStateException if it fails, with what it said
     */
    Measure measure(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        File output = folder.resolve("output.txt").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
        builder.environment().putAll(environment);
        double sourceBefore = sourceCpu();
        double serversBefore = ProcessTimes.cpu(servers.pid());
        double childrenBefore = ProcessTimes.cpuOfEndedChildren();
        long start = System.nanoTime();
        Process process = builder.start();
        long peak = 0;
        do {
            peak = Math.max(peak, ProcessTimes.peakResident(process.pid()));
        } while (!process.waitFor(SAMPLE_MILLISECONDS, TimeUnit.MILLISECONDS));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (process.exitValue() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + process.exitValue() + ":\n"
                    + Files.readString(output.toPath()));
        }
        return new Measure(
                seconds,
                ProcessTimes.cpuOfEndedChildren() - childrenBefore,
                sourceCpu() - sourceBefore,
                ProcessTimes.cpu(servers.pid()) - serversBefore,
                peak);
    }

    /** What a service has to do. */
    interface Job {
        void run() throws IOException;
    }

    /** Measures what a service does. */
    Measure measure(ServiceProcess service, Job job) throws IOException {
        double sourceBefore = sourceCpu();
        double serversBefore = ProcessTimes.cpu(servers.pid());
        double cpuBefore = ProcessTimes.cpu(service.pid());
        long start = System.nanoTime();
        job.run();
        return new Measure(
                (System.nanoTime() - start) / 1e9,
                ProcessTimes.cpu(service.pid()) - cpuBefore,
                sourceCpu() - sourceBefore,
                ProcessTimes.cpu(servers.pid()) - serversBefore,
                ProcessTimes.peakResident(service.pid()));
    }

    private double sourceCpu() {
        return ProcessTimes.cpuOfTree(Long.parseLong(properties.get(Servers.POSTGRES_PID)));
    }

    @Override
    public void close() throws IOException {
        servers.getOutputStream().close();
        try {
            if (!servers.waitFor(1, TimeUnit.MINUTES)) {
                servers.destroy();
            }
        } catch (InterruptedException e) {
            servers.destroy();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
