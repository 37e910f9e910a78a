package io.github.redshiftreplicator.bench;

import io.github.redshiftreplicator.export.PartStore;
import io.github.redshiftreplicator.table.PartFormat;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long an export takes beside psql's COPY of the same rows. */
@Command(
        name = "export",
        description = "Exports beside psql, pipelines and Camel's standard components: medians, ratios, CPU, memory.",
        mixinStandardHelpOptions = true)
final class ExportBenchmark implements Callable<Integer> {
    private static final int WARM_UPS = 2;
    private static final String FAR = "far sink";
    private static final String TLS = "sink, source over TLS";

    @Option(names = "--rows", description = "Rows of the table. Default: ${DEFAULT-VALUE}.", defaultValue = "3000000")
    private long rows;

    @Option(
            names = "--rounds",
            description = "Times that each is run, in turn. Default: ${DEFAULT-VALUE}.",
            defaultValue = "3")
    private int rounds;

    @Option(names = "--only", description = "Runs only what has this in its name, and psql.")
    private String only = "";

    @Option(
            names = "--strategy",
            description = "identity, timed or full. Default: ${DEFAULT-VALUE}.",
            defaultValue = "identity")
    private String strategy;

    // Amazon S3's documentation has some 100 to 200 for a small object ("Performance design patterns")
    @Option(
            names = "--s3-latency",
            description = "Milliseconds that the far sink takes for an object. Default: ${DEFAULT-VALUE}.",
            defaultValue = "100")
    private long latency;

    @Option(
            names = "--java-opts",
            description = "The JVM's options. Default: ${DEFAULT-VALUE}.",
            defaultValue = "-Xmx256m")
    private String javaOptions;

    private interface Run {
        Measure run() throws IOException, InterruptedException, SQLException;
    }

    private record Trial(String name, Run run, List<Measure> measures) {}

    private final List<Trial> trials = new ArrayList<>();
    private Bench bench;

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        try (Bench started = Bench.start(latency)) {
            bench = started;
            SampleTable.make(bench, rows);
            plan();
            for (int round = 1; round <= rounds; round++) {
                for (Trial trial : trials) {
                    Measure measure = trial.run().run();
                    trial.measures().add(measure);
                    System.err.printf("%d/%d %-40s %6.2f s%n", round, rounds, trial.name(), measure.seconds());
                }
            }
            print();
        }
        return 0;
    }

    private void plan() throws IOException {
        String copy = "copy (select " + SampleTable.COLUMNS + " from " + SampleTable.NAME + ") to stdout (format csv)";
        shell("psql", "psql -X -q -c \"" + copy + "\" > /dev/null");
        if (isThere("gzip")) {
            shell("psql | gzip -1", "psql -X -q -c \"" + copy + "\" | gzip -1 > /dev/null");
        }
        if (isThere("pigz")) {
            shell("psql | pigz -1", "psql -X -q -c \"" + copy + "\" | pigz -1 > /dev/null");
        }
        if (isThere("zstd")) {
            shell("psql | zstd -1", "psql -X -q -c \"" + copy + "\" | zstd -1 -q -c > /dev/null");
        }
        for (String target : List.of("S3Proxy", "sink")) {
            for (PartFormat format : List.of(PartFormat.GZIP, PartFormat.ZSTD, PartFormat.CSV)) {
                for (int parallelism : List.of(1, 2)) {
                    replicator(target, format.word(), parallelism);
                }
            }
        }
        for (String target : List.of("S3Proxy", "sink")) {
            for (PartFormat format : List.of(PartFormat.GZIP, PartFormat.ZSTD)) {
                for (int parallelism : List.of(1, 2)) {
                    service(target, format.word(), parallelism);
                }
            }
        }
        // as in production
        shell("psql over TLS", "PGSSLMODE=require psql -X -q -c \"" + copy + "\" > /dev/null");
        for (String target : List.of(TLS, FAR)) {
            replicator(target, PartFormat.GZIP.word(), 1);
            service(target, PartFormat.GZIP.word(), 1);
        }
        Path deployment = bench.deployment("standard", Map.of());
        add("Camel's standard components, gzip", () -> {
            Measure measure = bench.measure(
                    List.of(
                            Bench.java(),
                            "-cp",
                            Bench.classpath(),
                            StandardRoute.class.getName(),
                            deployment.toString(),
                            "select " + SampleTable.COLUMNS + " from " + SampleTable.NAME),
                    Map.of());
            clear();
            return measure;
        });
    }

    private void shell(String name, String command) {
        add(name, () -> bench.measure(List.of("sh", "-c", command), bench.psqlEnvironment()));
    }

    private void replicator(String target, String format, int parallelism) throws IOException {
        String name = "export " + format + " x" + parallelism + " to " + target;
        Path deployment = deployment(name, target, format, parallelism);
        add(name, () -> {
            Measure measure = bench.measure(
                    Bench.replicator(deployment, "export", SampleTable.NAME), Map.of("JAVA_OPTS", javaOptions));
            check(name);
            clear();
            return measure;
        });
    }

    /** A service has started long before its runs. Its first exports, of each round, are not measured: it warms up. */
    private void service(String target, String format, int parallelism) throws IOException {
        String name = "service " + format + " x" + parallelism + " to " + target;
        Path deployment = deployment(name, target, format, parallelism);
        add(name, () -> {
            try (ServiceProcess service = new ServiceProcess(deployment, javaOptions)) {
                for (int warmUp = 0; warmUp < WARM_UPS; warmUp++) {
                    service.perform("export");
                    check(name);
                    empty();
                }
                Measure measure = bench.measure(service, () -> service.perform("export"));
                check(name);
                return measure;
            } finally {
                clear();
            }
        });
    }

    private Path deployment(String name, String target, String format, int parallelism) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("replicator.format", format);
        settings.put("replicator.parallelism", Integer.toString(parallelism));
        if (!target.equals("S3Proxy")) {
            URI sink = target.equals(FAR) ? bench.farSink() : bench.sink();
            settings.put("replicator.s3.endpoint", sink.toString());
        }
        if (target.equals(TLS)) {
            settings.put("replicator.source.url", bench.sourceUrl("require"));
        }
        Path deployment = bench.deployment(name.replaceAll("\\W+", "-"), settings);
        Bench.table(deployment, SampleTable.NAME, strategy);
        return deployment;
    }

    private void add(String name, Run run) {
        if (name.equals("psql") || name.contains(only)) {
            trials.add(new Trial(name, run, new ArrayList<>()));
        }
    }

    /** A fast export that loses rows is none. */
    private void check(String name) throws SQLException {
        try (Connection source = bench.source();
                Statement statement = source.createStatement();
                ResultSet result = statement.executeQuery("SELECT state, record_count FROM replicator_replications")) {
            if (!result.next() || !result.getString(1).equals("uploaded") || result.getLong(2) != rows) {
                throw new IllegalStateException(name + " did not export " + rows + " rows.");
            }
        }
    }

    private void clear() throws SQLException {
        try (Connection source = bench.source()) {
            Bench.execute(source, "DROP TABLE IF EXISTS replicator_replications");
        }
        deleteParts();
    }

    /** For a service, which knows that its table is there. */
    private void empty() throws SQLException {
        try (Connection source = bench.source()) {
            Bench.execute(source, "DELETE FROM replicator_replications");
        }
        deleteParts();
    }

    private void deleteParts() {
        PartStore parts = bench.parts();
        parts.delete(parts.keys("", key -> true));
    }

    private static boolean isThere(String command) throws IOException {
        try {
            return new ProcessBuilder("sh", "-c", "command -v " + command)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void print() {
        double base = Measure.median(trials.get(0).measures()).seconds();
        System.out.printf(
                "%-40s %8s %6s %8s %10s %7s %9s%n", "", "seconds", "ratio", "CPU s", "source CPU", "S3 CPU", "peak MB");
        for (Trial trial : trials) {
            Measure median = Measure.median(trial.measures());
            System.out.printf(
                    "%-40s %8.2f %6.2f %8.2f %10.2f %7.2f %9.0f%n",
                    trial.name(),
                    median.seconds(),
                    median.seconds() / base,
                    median.cpu(),
                    median.sourceCpu(),
                    median.serverCpu(),
                    median.peakResident() / 1e6);
        }
    }
}
