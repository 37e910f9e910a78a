package io.github.redshiftreplicator;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** An application whose transactions take long, are rolled back, wholly or in part, and meet those of others. Thread-safe. */
final class RandomWriter {
    private final BooleanSupplier isOver;
    private final Function<Random, List<String>> statements;
    private final Linger linger;
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger rollbacks = new AtomicInteger();

    /** Holds a transaction open for some milliseconds. */
    interface Linger {
        void hold(Connection connection, int millis) throws SQLException;
    }

    /** @param statements draws what a transaction does in one go */
    RandomWriter(BooleanSupplier isOver, Function<Random, List<String>> statements, Linger linger) {
        this.isOver = isOver;
        this.statements = statements;
        this.linger = linger;
    }

    /** Writes until it is over, and closes the connection. */
    void write(Connection writer, Random random) {
        try (Connection connection = writer) {
            connection.setAutoCommit(false);
            while (!isOver.getAsBoolean()) {
                try {
                    transaction(connection, random);
                } catch (SQLException e) {
                    // a key that is there already, a deadlock: as applications have them
                    connection.rollback();
                    rollbacks.incrementAndGet();
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void transaction(Connection connection, Random random) throws SQLException {
        int steps = 1 + random.nextInt(6);
        for (int i = 0; i < steps; i++) {
            Savepoint savepoint = random.nextInt(4) == 0 ? connection.setSavepoint() : null;
            for (String sql : statements.apply(random)) {
                SandboxExtension.execute(connection, sql);
            }
            if (savepoint != null && random.nextBoolean()) {
                connection.rollback(savepoint);
            }
            if (random.nextInt(6) == 0) {
                linger.hold(connection, random.nextInt(400));
            }
        }
        if (random.nextInt(12) == 0) {
            // longer than the replicator waits for anyone
            linger.hold(connection, 2_000 + random.nextInt(2_000));
        }
        if (random.nextInt(5) == 0) {
            connection.rollback();
            rollbacks.incrementAndGet();
        } else {
            connection.commit();
            commits.incrementAndGet();
        }
    }

    int commits() {
        return commits.get();
    }

    int rollbacks() {
        return rollbacks.get();
    }
}
