package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writers, and replications beside each other that fail and die, for a while; then what is left is replicated.
 *
 * <p>{@code -Dreplicator.random.seconds} says for how long. {@code -Dreplicator.random.seed} repeats what the writers and the
 * faults chose; how their steps interleave is the machine's choice.
 */
abstract class RandomizedRuns {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    private static final Logger LOG = LoggerFactory.getLogger(RandomizedRuns.class);
    private static final int WRITERS = 3;
    /** How many different keys the writers use. */
    static final int KEYS = 200;

    @TempDir
    Path directory;

    Deployment deployment;
    private final long seed = Long.getLong("replicator.random.seed", System.nanoTime());
    private final RandomWriter writer = new RandomWriter(this::isOver, this::statements, this::linger);
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger kills = new AtomicInteger();
    private long end;

    /** A connection of a writer's. */
    abstract Connection source() throws SQLException;

    /** Draws what a transaction does in one go. */
    abstract List<String> statements(Random random);

    /** Holds a transaction open. */
    abstract void linger(Connection connection, int millis) throws SQLException;

    /** Draws a fault of the next run, or none. */
    abstract void arm(Random random);

    /** Draws what the next run replicates. */
    String tables(Random random) {
        return "all";
    }

    /** Ends what was armed. */
    void disarm() {
        SANDBOX.faults().clear();
    }

    void install() {
        Deployment.Result installed = deployment.run("install");
        assertThat(installed.code()).as(installed.toString()).isZero();
    }

    /**
     * Writes and replicates.
     *
     * @param seconds for how long, unless the property says otherwise
     * @param processes whether others replicate beside this one, and are killed; else this one twice
     */
    void runAll(int seconds, boolean processes) throws SQLException {
        long lasting = Long.getLong("replicator.random.seconds", seconds);
        LOG.info("Seed {}, {} seconds", seed, lasting);
        end = System.nanoTime() + Duration.ofSeconds(lasting).toNanos();
        Random random = new Random(seed);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Random own = new Random(random.nextLong());
            Connection connection = source();
            threads.add(CompletableFuture.runAsync(() -> writer.write(connection, own)));
        }
        Random other = new Random(random.nextLong());
        Consumer<Random> beside = processes ? this::replicateInProcessesThatDie : this::replicateHere;
        threads.add(CompletableFuture.runAsync(() -> beside.accept(other)));
        replicateHere(random);
        threads.forEach(CompletableFuture::join);
        disarm();
        finish();
        LOG.info("{} commits, {} rollbacks, {} runs, {} kills", writer.commits(), writer.rollbacks(), runs, kills);
        assertThat(writer.commits()).as("commits").isPositive();
        assertThat(runs.get()).as("runs").isPositive();
    }

    private boolean isOver() {
        return System.nanoTime() - end > 0;
    }

    private void replicateHere(Random random) {
        while (!isOver()) {
            arm(random);
            runs.incrementAndGet();
            Deployment.Result result = deployment.run("replicate", tables(random));
            assertThat(result.code()).as(what(result.toString())).isIn(0, 1);
        }
    }

    private void replicateInProcessesThatDie(Random random) {
        while (!isOver()) {
            try (Child child = Child.replicator(deployment, "replicate", "all")) {
                runs.incrementAndGet();
                if (!child.endsWithin(Duration.ofMillis(1_000 + random.nextInt(7_000)))) {
                    child.kill();
                    kills.incrementAndGet();
                }
            }
        }
    }

    /** Replicates until there is nothing left; of what is unfinished, everything is resumed. */
    void finish() {
        for (int round = 0; round < 2; round++) {
            Deployment.Result result = deployment.run("replicate", "all");
            assertThat(result.code()).as(what(result.toString())).isZero();
            assertThat(result.toString()).as(what("the end")).doesNotContain("is replicating it");
        }
    }

    String what(String what) {
        return what + " with -Dreplicator.random.seed=" + seed;
    }
}
