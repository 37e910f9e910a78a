package io.github.redshiftreplicator.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whether memory grows with the table. */
@Command(
        name = "growth",
        description = "Exports a table and one of ten times as many rows: seconds and peak memory of each.",
        mixinStandardHelpOptions = true)
final class GrowthBenchmark implements Callable<Integer> {
    @Option(
            names = "--rows",
            description = "Rows of the smaller table. Default: ${DEFAULT-VALUE}.",
            defaultValue = "3000000")
    private long rows;

    @Option(
            names = "--java-opts",
            description = "The JVM's options. Default: ${DEFAULT-VALUE}.",
            defaultValue = "-Xmx256m")
    private String javaOptions;

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        try (Bench bench = Bench.start()) {
            Path deployment = bench.deployment(
                    "growth", Map.of("replicator.s3.endpoint", bench.sink().toString()));
            Bench.table(deployment, SampleTable.NAME, "identity");
            double first = 0;
            for (long count : List.of(rows, 10 * rows)) {
                SampleTable.make(bench, count);
                Measure measure = bench.measure(
                        Bench.replicator(deployment, "export", SampleTable.NAME), Map.of("JAVA_OPTS", javaOptions));
                first = first == 0 ? measure.peakResident() : first;
                System.out.printf(
                        "%,12d rows: %7.2f s, peak resident %4.0f MB, %.2f of the first%n",
                        count, measure.seconds(), measure.peakResident() / 1e6, measure.peakResident() / first);
                try (Connection source = bench.source()) {
                    Bench.execute(source, "DROP TABLE replicator_replications");
                }
            }
        }
        return 0;
    }
}
