package io.github.redshiftreplicator.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.redshiftreplicator.cli.Service;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/** The service over a deployment directory whose tables have nothing new: passes over all of them, one after the other. */
public final class IdleTables {
    private IdleTables() {}

    public static void main(String[] arguments) throws Exception {
        Path deployment = Path.of(arguments[0]);
        int passes = Integer.parseInt(arguments[1]);
        PrintStream screen = System.err;
        System.setErr(new PrintStream(PrintStream.nullOutputStream()));
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long start = System.nanoTime();
        try (Service service = Service.start(deployment, Bench.settings(deployment))) {
            System.out.printf("started in %.2f s%n", (System.nanoTime() - start) / 1e9);
            for (int pass = 1; pass <= passes; pass++) {
                long began = System.nanoTime();
                long cpu = system.getProcessCpuTime();
                long idle = service.replicateAll()
                        .lines()
                        .filter(line -> line.contains("nothing to do"))
                        .count();
                double seconds = (System.nanoTime() - began) / 1e9;
                double milliseconds = (system.getProcessCpuTime() - cpu) / 1e6;
                System.gc();
                System.out.printf(
                        "pass %d: %d tables with nothing to do, %.2f s, %.2f ms of CPU a table, heap %.0f MB%n",
                        pass,
                        idle,
                        seconds,
                        milliseconds / Math.max(1, idle),
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6);
            }
        } finally {
            System.setErr(screen);
        }
    }
}
