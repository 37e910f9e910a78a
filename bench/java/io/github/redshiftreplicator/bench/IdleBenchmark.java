package io.github.redshiftreplicator.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
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
            long start = System.nanoTime();
            try (ServiceProcess service = new ServiceProcess(deployment, "-Xmx128m")) {
                System.out.printf("started in %.2f s%n", (System.nanoTime() - start) / 1e9);
                for (int pass = 1; pass <= passes; pass++) {
                    pass(bench, service, pass);
                }
                System.out.printf(
                        "peak resident %.0f MB at -Xmx128m%n", ProcessTimes.peakResident(service.pid()) / 1e6);
            }
        }
        return 0;
    }

    private void pass(Bench bench, ServiceProcess service, int number) throws IOException {
        StringBuilder answers = new StringBuilder();
        Measure measure = bench.measure(service, () -> answers.append(service.perform("replicate")));
        long idle = answers.toString()
                .lines()
                .filter(answer -> answer.contains("no new records"))
                .count();
        System.out.printf(
                "pass %d: %d tables without new rows, %.2f s, %.2f ms of CPU a table, heap %.0f MB%n",
                number, idle, measure.seconds(), measure.cpu() * 1e3 / tables, service.heap() / 1e6);
    }
}
