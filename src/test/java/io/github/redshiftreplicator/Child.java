package io.github.redshiftreplicator;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;

/** A real process of the test class path, to be killed, stopped and continued by its own number. */
public final class Child implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private Child(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "child " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** The command line of the replicator in a deployment directory. */
    static Child replicator(Deployment deployment, String... arguments) {
        return replicator(deployment, List.of(), arguments);
    }

    /** The command line of the replicator in a deployment directory, with options of the JVM beside the usual. */
    static Child replicator(Deployment deployment, List<String> options, String... arguments) {
        deployment.write();
        List<String> all = new ArrayList<>(List.of("-d", deployment.directory().toString()));
        all.addAll(List.of(arguments));
        return start(Replicator.class, options, all);
    }

    /** A class's main method. */
    static Child start(Class<?> main, List<String> arguments) {
        return start(main, List.of(), arguments);
    }

    private static Child start(Class<?> main, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                java(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx192m",
                "-Duser.timezone=" + System.getProperty("child.timezone", "UTC")));
        command.addAll(ClassArchive.forChildren());
        command.addAll(options);
        command.add(main.getName());
        command.addAll(arguments);
        return command(command);
    }

    /** The program that runs this JVM. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Any program. */
    static Child command(List<String> command) {
        try {
            return new Child(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("(" + e.getMessage() + ")");
        }
    }

    /** Whether it runs, or is stopped. */
    boolean isAlive() {
        return process.isAlive();
    }

    /** What the list of processes shows of it, its arguments included. */
    String title() throws IOException {
        Process ps = new ProcessBuilder("ps", "-ww", "-o", "args=", "-p", String.valueOf(process.pid())).start();
        return new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** SIGTERM. Its output is read on, which {@link Process#destroy} would end. */
    void terminate() {
        signal("-TERM");
    }

    /** Everything that it has printed so far. */
    String output() {
        return String.join("\n", lines);
    }

    /** Waits until it has printed a line that matches. */
    void awaitLine(String regex) {
        Pattern pattern = Pattern.compile(regex);
        try {
            await().atMost(PATIENCE)
                    .failFast("the child ended", () -> !process.isAlive() && !reader.isAlive() && !has(pattern))
                    .until(() -> has(pattern));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("No line has matched " + regex + " in " + PATIENCE + ":\n" + output(), e);
        }
    }

    private boolean has(Pattern pattern) {
        return lines.stream().anyMatch(line -> pattern.matcher(line).find());
    }

    /** Whether it ends by itself within a time. */
    boolean endsWithin(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGSTOP. */
    void pause() {
        signal("-STOP");
    }

    /** SIGCONT. */
    void resume() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", name, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill " + name + " " + process.pid() + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits for its end and gives its exit code. */
    int awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("The child has not ended in " + PATIENCE + ":\n" + output());
            }
            reader.join(PATIENCE.toMillis());
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
