package io.github.redshiftreplicator.bench;

import io.github.redshiftreplicator.export.PartCompression;
import io.github.redshiftreplicator.table.PartFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What each codec and level costs and saves, on one part in one thread. */
@Command(
        name = "codecs",
        description = "Compresses a part by each codec and level: CPU time as a ratio to the default, and size.",
        mixinStandardHelpOptions = true)
final class CodecBenchmark implements Callable<Integer> {
    private static final int PART = 16 << 20;

    @Option(
            names = "--rounds",
            description = "Times that each is run, in turn. Default: ${DEFAULT-VALUE}.",
            defaultValue = "5")
    private int rounds;

    private interface Codec {
        int compress(byte[] csv) throws IOException;
    }

    private record Trial(String name, Codec codec, List<Double> seconds, int[] size) {}

    private final List<Trial> trials = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        PartCompression compression = new PartCompression();
        add("gzip 1 (ISA-L)", csv -> compression.compress(csv, PartFormat.GZIP, 1).length);
        for (int level : List.of(1, 2, 6, 9)) {
            add("gzip " + level + " (JDK's zlib)", csv -> zlib(csv, level));
        }
        for (int level : List.of(1, 3, 6, 9)) {
            add("zstd " + level, csv -> compression.compress(csv, PartFormat.ZSTD, level).length);
        }
        byte[] csv = CsvSample.csv(PART);
        // the thread's CPU time: other processes make it no longer
        var threads = java.lang.management.ManagementFactory.getThreadMXBean();
        for (int round = -1; round < rounds; round++) {
            for (Trial trial : trials) {
                long start = threads.getCurrentThreadCpuTime();
                trial.size()[0] = trial.codec().compress(csv);
                if (round >= 0) {
                    trial.seconds().add((threads.getCurrentThreadCpuTime() - start) / 1e9);
                }
            }
        }
        double base = median(trials.get(0).seconds());
        System.out.printf("%-24s %8s %8s %10s%n", "", "MB/s", "time", "size");
        for (Trial trial : trials) {
            double seconds = median(trial.seconds());
            System.out.printf(
                    "%-24s %8.0f %8.2f %9.1f%%%n",
                    trial.name(), csv.length / 1e6 / seconds, seconds / base, 100.0 * trial.size()[0] / csv.length);
        }
        return 0;
    }

    private void add(String name, Codec codec) {
        trials.add(new Trial(name, codec, new ArrayList<>(), new int[1]));
    }

    private static int zlib(byte[] csv, int level) throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream(csv.length);
        Deflater deflater = new Deflater(level, true);
        try (DeflaterOutputStream stream = new DeflaterOutputStream(stored, deflater, 1 << 16)) {
            stream.write(csv);
        } finally {
            deflater.end();
        }
        return stored.size();
    }

    private static double median(List<Double> seconds) {
        return seconds.stream().sorted().toList().get(seconds.size() / 2);
    }
}
