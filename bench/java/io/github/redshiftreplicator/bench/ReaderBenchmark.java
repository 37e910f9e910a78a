package io.github.redshiftreplicator.bench;

import io.github.redshiftreplicator.config.DriverSockets;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What it is worth to let PostgreSQL's rows gather in the socket. */
@Command(
        name = "reader",
        description =
                "Reads the table by PostgreSQL's driver alone and drops it, by the driver's own sockets and by ours.",
        mixinStandardHelpOptions = true)
final class ReaderBenchmark implements Callable<Integer> {
    @Option(names = "--rows", description = "Rows of the table. Default: ${DEFAULT-VALUE}.", defaultValue = "3000000")
    private long rows;

    @Option(
            names = "--rounds",
            description = "Times that each is run, in turn. Default: ${DEFAULT-VALUE}.",
            defaultValue = "3")
    private int rounds;

    @Override
    public Integer call() throws IOException, SQLException {
        Map<String, String> sockets = new LinkedHashMap<>();
        sockets.put("the driver's own sockets", null);
        sockets.put("ours", DriverSockets.class.getName());
        Map<String, List<Measure>> measures = new LinkedHashMap<>();
        try (Bench bench = Bench.start()) {
            SampleTable.make(bench, rows);
            // the first round is for the compiler
            for (int round = 0; round <= rounds; round++) {
                for (Map.Entry<String, String> factory : sockets.entrySet()) {
                    Measure measure = read(bench, factory.getValue());
                    if (round > 0) {
                        measures.computeIfAbsent(factory.getKey(), name -> new ArrayList<>())
                                .add(measure);
                    }
                }
            }
        }
        System.out.printf("%-26s %8s %8s %8s%n", "", "seconds", "CPU s", "source CPU");
        measures.forEach((name, each) -> {
            Measure median = Measure.median(each);
            System.out.printf("%-26s %8.2f %8.2f %8.2f%n", name, median.seconds(), median.cpu(), median.sourceCpu());
        });
        return 0;
    }

    private static Measure read(Bench bench, String socketFactory) throws SQLException {
        var threads = ManagementFactory.getThreadMXBean();
        try (Connection connection = bench.source(socketFactory)) {
            PGConnection postgres = connection.unwrap(PGConnection.class);
            double sourceBefore = ProcessTimes.cpu(postgres.getBackendPID());
            long cpu = threads.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            CopyOut copy = postgres.getCopyAPI()
                    .copyOut("COPY (SELECT * FROM " + SampleTable.NAME + ") TO STDOUT (FORMAT csv)");
            while (copy.readFromCopy() != null) {
                // dropped
            }
            return new Measure(
                    (System.nanoTime() - start) / 1e9,
                    (threads.getCurrentThreadCpuTime() - cpu) / 1e9,
                    ProcessTimes.cpu(postgres.getBackendPID()) - sourceBefore,
                    0,
                    0);
        }
    }
}
