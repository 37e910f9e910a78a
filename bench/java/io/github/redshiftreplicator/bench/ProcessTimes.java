package io.github.redshiftreplicator.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** CPU time and memory of processes, from Linux' {@code /proc}. */
final class ProcessTimes {
    private static final double TICKS_A_SECOND = 100;
    private static final int USER_TIME = 11;

    private ProcessTimes() {}

    /** Seconds of CPU of a process, and of its children that have ended. */
    static double cpu(long pid) {
        return ticks(pid, 4);
    }

    /** Seconds of CPU of a process and all of its children, ended or not. */
    static double cpuOfTree(long pid) {
        double own = cpu(pid);
        double children = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .mapToDouble(child -> cpu(child.pid()))
                .sum();
        return own + children;
    }

    /** Seconds of CPU of the children of this process that have ended. */
    static double cpuOfEndedChildren() {
        long pid = ProcessHandle.current().pid();
        return ticks(pid, 4) - ticks(pid, 2);
    }

    private static double ticks(long pid, int fields) {
        Optional<String> stat = read(Path.of("/proc", Long.toString(pid), "stat"));
        if (stat.isEmpty()) {
            return 0;
        }
        // the second field is the program's name in parentheses, which may hold anything
        String[] after = stat.get().substring(stat.get().lastIndexOf(')') + 2).split(" ");
        double ticks = 0;
        for (int i = 0; i < fields; i++) {
            ticks += Long.parseLong(after[USER_TIME + i]);
        }
        return ticks / TICKS_A_SECOND;
    }

    /** The most memory that a process has had resident so far, in bytes; 0 if it has ended. */
    static long peakResident(long pid) {
        return read(Path.of("/proc", Long.toString(pid), "status")).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }

    /** The file's text, empty if its process has ended. */
    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
