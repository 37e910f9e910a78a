package io.github.redshiftreplicator.sandbox;

import io.github.redshiftreplicator.state.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one sandbox, under {@code java.io.tmpdir} and for its user alone. A process that is killed leaves them, and its
 * PostgreSQL running: the next sandbox takes both away.
 */
final class SandboxDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxDirectory.class);
    private static final String PREFIX = "redshift-sandbox-";
    private static final String OWNER = "owner";
    private static final long SECONDS_TO_END = 10;

    private final Path path;

    private SandboxDirectory(Path path) {
        this.path = path;
    }

    static SandboxDirectory create() throws IOException {
        return createIn(Path.of(System.getProperty("java.io.tmpdir")));
    }

    static SandboxDirectory createIn(Path parent) throws IOException {
        Path path = Files.createTempDirectory(parent, PREFIX);
        Files.writeString(path.resolve(OWNER), Owner.here().text());
        SandboxDirectory directory = new SandboxDirectory(path);
        removeForsaken(parent);
        return directory;
    }

    Path path() {
        return path;
    }

    Path postgres() {
        return path.resolve("postgres");
    }

    Path s3() {
        return path.resolve("s3");
    }

    private static void removeForsaken(Path parent) throws IOException {
        try (Stream<Path> siblings = Files.list(parent)) {
            siblings.filter(sibling -> sibling.getFileName().toString().startsWith(PREFIX))
                    .map(SandboxDirectory::new)
                    .filter(SandboxDirectory::isForsaken)
                    .forEach(SandboxDirectory::remove);
        }
    }

    private boolean isForsaken() {
        try {
            return Owner.parse(Files.readString(path.resolve(OWNER)))
                    .filter(Owner::isDeadHere)
                    .isPresent();
        } catch (IOException e) {
            // another user's, or one that comes or goes at this moment
            return false;
        }
    }

    private void remove() {
        try {
            endPostgres();
            close();
            LOG.info("Removed {}, which a sandbox had left that was killed.", path);
        } catch (IOException | RuntimeException e) {
            // it must not keep this one from starting
            LOG.debug("{} was left by a sandbox and stays.", path, e);
        }
    }

    /** Its number is the first line of its own file, and may be another program's by now. */
    private void endPostgres() throws IOException {
        Path file = postgres().resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return;
        }
        List<String> lines = Files.readAllLines(file);
        ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(postgres().toString()))
                        .isPresent())
                .ifPresent(SandboxDirectory::end);
    }

    private static void end(ProcessHandle postgres) {
        postgres.destroy();
        try {
            postgres.onExit().get(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            postgres.destroyForcibly();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Deletes it with all that is in it. */
    @Override
    public void close() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
