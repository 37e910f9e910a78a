package io.github.redshiftreplicator.state;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who works on a replication: this process, told apart from every other one that ever ran. Immutable.
 *
 * <p>Where {@code /proc} can be read, an owner also says in which process namespace of which boot it runs and when its
 * process started, in the kernel's ticks. Only there can its death be proven; the start in milliseconds is for people,
 * since it moves when the machine's clock is set.
 *
 * @param host the machine's name
 * @param pid the process's number in its namespace
 * @param startMillis when the process started, in milliseconds since 1970 by its own clock
 * @param namespace boot, process namespace and start in ticks, {@code -} where unknown, and a random suffix
 */
public record Owner(String host, long pid, long startMillis, String namespace) {
    private static final Pattern TEXT = Pattern.compile("(.*):(\\d+)@(-?\\d+)#(.+)");
    private static final Path PROC = Path.of("/proc");

    /** A new owner in this process. Two of them are different owners. */
    public static Owner here() {
        ProcessHandle process = ProcessHandle.current();
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        return new Owner(
                hostName(),
                process.pid(),
                process.info().startInstant().orElse(Instant.EPOCH).toEpochMilli(),
                place().orElse("-") + "." + ownTicks().orElse("-") + "."
                        + HexFormat.of().formatHex(random));
    }

    /** Reads {@link #text()} back; empty if the text is not an owner's. */
    public static Optional<Owner> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Owner(
                    matcher.group(1),
                    Long.parseLong(matcher.group(2)),
                    Long.parseLong(matcher.group(3)),
                    matcher.group(4)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The text that is stored: {@code host:pid@startMillis#namespace}. */
    public String text() {
        return host + ":" + pid + "@" + startMillis + "#" + namespace;
    }

    /**
     * Whether this owner's process is known to have ended: it ran on this machine, in this boot and process namespace,
     * and no process has its number and its start now. A stopped process is alive. False whenever that cannot be told.
     */
    public boolean isDeadHere() {
        String[] parts = namespace.split("\\.");
        if (parts.length != 3 || parts[1].equals("-")) {
            return false;
        }
        boolean sameProcesses =
                host.equals(hostName()) && place().filter(parts[0]::equals).isPresent();
        return sameProcesses && !runsSince(parts[1]);
    }

    /** Whether this owner's process may be running: only a missing process or another start says that it is not. */
    private boolean runsSince(String ticks) {
        try {
            return ticks(pid).equals(Optional.of(ticks));
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException | RuntimeException e) {
            return true;
        }
    }

    @Override
    public String toString() {
        return text();
    }

    private static String hostName() {
        return read(PROC.resolve("sys/kernel/hostname")).orElseGet(() -> {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "localhost";
            }
        });
    }

    /**
     * The set of processes that this one can see, as one word: boot, process namespace, time namespace. Empty if
     * {@code /proc} belongs to another namespace or hides other users' processes ({@code hidepid}, proc(5)).
     */
    private static Optional<String> place() {
        try {
            long self = Long.parseLong(
                    Files.readSymbolicLink(PROC.resolve("self")).getFileName().toString());
            boolean hidden = Files.readString(PROC.resolve("self/mounts"))
                    .lines()
                    .filter(line -> line.contains(" /proc proc "))
                    .anyMatch(line ->
                            line.contains("hidepid=") && !line.contains("hidepid=0") && !line.contains("hidepid=off"));
            if (self != ProcessHandle.current().pid() || hidden) {
                return Optional.empty();
            }
            return read(PROC.resolve("sys/kernel/random/boot_id"))
                    .map(boot -> boot.replace("-", "") + "-" + inode("pid") + "-" + inode("time"));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static String inode(String namespace) {
        try {
            return Files.readSymbolicLink(PROC.resolve("self/ns/" + namespace))
                    .toString()
                    .replaceAll("\\D", "");
        } catch (IOException e) {
            return "0";
        }
    }

    private static Optional<String> ownTicks() {
        try {
            return ticks(ProcessHandle.current().pid());
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /**
     * A process's start in ticks since boot: field 22 of its stat file (proc(5)). Empty if it has ended and only its
     * parent has not noticed.
     *
     * @throws NoSuchFileException if there is no such process
     */
    private static Optional<String> ticks(long pid) throws IOException {
        String stat = Files.readString(PROC.resolve(pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        boolean ended = fields[0].equals("Z") || fields[0].equals("X");
        return ended ? Optional.empty() : Optional.of(fields[19]);
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }
}
