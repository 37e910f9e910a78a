package io.github.redshiftreplicator.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whether several readers are as many times as fast, where it is the source that each of them waits for. */
@Command(
        name = "parallel",
        description = "Exports by more and more readers from a source that is slow for each: seconds and speedup.",
        mixinStandardHelpOptions = true)
final class ParallelBenchmark implements Callable<Integer> {
    @Option(names = "--rows", description = "Rows of the table. Default: ${DEFAULT-VALUE}.", defaultValue = "3000000")
    private long rows;

    @Option(
            names = "--rate",
            description = "Megabytes a second of each connection to the source. Default: ${DEFAULT-VALUE}.",
            defaultValue = "20")
    private double rate;

    @Option(
            names = "--readers",
            split = ",",
            description = "Numbers of readers. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1,2,4,8")
    private List<Integer> readers;

    @Override
    public Integer call() throws IOException, SQLException {
        try (Bench bench = Bench.start()) {
            SampleTable.make(bench, rows);
            String url = bench.settings().get("replicator.source.url");
            int port = URI.create(url.substring("jdbc:".length())).getPort();
            try (SlowSource slow = new SlowSource(port, rate * 1e6)) {
                double first = 0;
                for (int parallelism : readers) {
                    Path deployment = bench.deployment(
                            "parallel-" + parallelism,
                            Map.of(
                                    "replicator.source.url",
                                    url.replace(":" + port, ":" + slow.port()),
                                    "replicator.s3.endpoint",
                                    bench.sink().toString(),
                                    "replicator.parallelism",
                                    Integer.toString(parallelism)));
                    Bench.table(deployment, SampleTable.NAME, "identity");
                    double seconds = export(bench, deployment);
                    first = first == 0 ? seconds : first;
                    System.out.printf(
                            "%d readers: %6.2f s, %4.2f times as fast as %d%n",
                            parallelism, seconds, first / seconds, readers.get(0));
                }
            }
        }
        return 0;
    }

    /** By a service, which has started before; its second, that the first has warmed up. */
    private static double export(Bench bench, Path deployment) throws IOException, SQLException {
        try (ServiceProcess service = new ServiceProcess(deployment, "-Xmx256m")) {
            service.perform("export");
            try (Connection source = bench.source()) {
                Bench.execute(source, "DELETE FROM replicator_replications");
            }
            double seconds =
                    bench.measure(service, () -> service.perform("export")).seconds();
            try (Connection source = bench.source()) {
                Bench.execute(source, "DROP TABLE replicator_replications");
            }
            return seconds;
        }
    }
}
