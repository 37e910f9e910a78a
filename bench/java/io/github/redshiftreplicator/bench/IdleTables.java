package io.github.redshiftreplicator.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.config.Settings;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The service over a deployment directory whose tables have nothing new: passes over all of them, one after the other. */
public final class IdleTables {
    private IdleTables() {}

    public static void main(String[] arguments) throws Exception {
        Path deployment = Path.of(arguments[0]);
        int passes = Integer.parseInt(arguments[1]);
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(deployment.resolve("application.properties"))) {
            properties.load(reader);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.forEach((key, value) -> settings.put(key.toString(), value.toString()));
        PrintStream screen = System.err;
        System.setErr(new PrintStream(PrintStream.nullOutputStream()));
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long start = System.nanoTime();
        try (Service service = Service.start(deployment, Settings.of(settings, Map.of()))) {
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
