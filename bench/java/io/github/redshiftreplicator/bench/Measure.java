package io.github.redshiftreplicator.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one run of a process took.
 *
 * @param seconds from its start to its end
 * @param cpu seconds of CPU of the process and its children
 * @param sourceCpu seconds of CPU of PostgreSQL meanwhile
 * @param serverCpu seconds of CPU of S3 meanwhile
 * @param peakResident the most memory that the process had resident, in bytes
 */
record Measure(double seconds, double cpu, double sourceCpu, double serverCpu, double peakResident) {
    /** The median of each figure by itself. */
    static Measure median(List<Measure> measures) {
        return new Measure(
                median(measures, Measure::seconds),
                median(measures, Measure::cpu),
                median(measures, Measure::sourceCpu),
                median(measures, Measure::serverCpu),
                median(measures, Measure::peakResident));
    }

    private static double median(List<Measure> measures, ToDoubleFunction<Measure> figure) {
        double[] sorted = measures.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
    }
}
