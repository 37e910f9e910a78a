package io.github.redshiftreplicator.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of {@code bench/run}. */
@Command(
        name = "bench/run",
        description = "Measures the replicator on servers of its own. What counts are ratios taken in one run.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ExportBenchmark.class,
            GrowthBenchmark.class,
            SourcesBenchmark.class,
            ReaderBenchmark.class,
            ParallelBenchmark.class,
            IdleBenchmark.class,
            CodecBenchmark.class,
            ClassList.class,
        })
public final class Benchmark {
    private Benchmark() {}

    public static void main(String[] arguments) {
        System.exit(
                new CommandLine(new Benchmark()).execute(arguments.length == 0 ? new String[] {"export"} : arguments));
    }
}
