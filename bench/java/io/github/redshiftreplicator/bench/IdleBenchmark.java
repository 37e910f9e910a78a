package io.github.redshiftreplicator.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What many tables cost that have nothing new. */
@Command(
        name = "idle",
        description = "Passes over many tables that have nothing new: seconds, CPU a table, heap.",
        mixinStandardHelpOptions = true)
final class IdleBenchmark implements Callable<Integer> {
    @Option(names = "--tables", description = "Number of tables. Default: ${DEFAULT-VALUE}.", defaultValue = "1000")
    private int tables;

    @Option(names = "--passes", description = "Number of passes. Default: ${DEFAULT-VALUE}.", defaultValue = "3")
    private int passes;

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        try (Bench bench = Bench.start()) {
            // the bound of the heap is part of the measurement
            Path deployment = bench.deployment("idle", Map.of("replicator.http.enabled", "false"));
            try (Connection source = bench.source()) {
                for (int i = 1; i <= tables; i++) {
                    Bench.execute(source, "CREATE TABLE idle_" + i + " (id bigint PRIMARY KEY, page text)");
                    Bench.table(deployment, "idle_" + i, "identity");
                }
            }
            Measure measure = bench.measure(
                    List.of(
                            Bench.java(),
                            "-Xmx128m",
                            "-cp",
                            Bench.classpath(),
                            IdleTables.class.getName(),
                            deployment.toString(),
                            Integer.toString(passes)),
                    Map.of());
            Files.readAllLines(bench.folder().resolve("output.txt")).stream()
                    .filter(line -> line.startsWith("started") || line.startsWith("pass "))
                    .forEach(System.out::println);
            System.out.printf("peak resident %.0f MB at -Xmx128m%n", measure.peakResident() / 1e6);
        }
        return 0;
    }
}
