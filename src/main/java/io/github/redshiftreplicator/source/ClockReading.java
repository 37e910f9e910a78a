package io.github.redshiftreplicator.source;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The source's clock and, at the same moment, what this machine has to measure time by. Two readings tell how far the
 * source's clock was set back in between, even if it has made up for that since. Immutable.
 *
 * @param source the source's clock
 * @param here this machine's clock, for readings on two machines or across a restart: it may itself be set
 * @param uptime how long this machine runs, which nobody sets; zero where it does not tell
 * @param boot which run of the machine that counts; {@link #UNKNOWN} where it does not tell
 */
record ClockReading(Instant source, Instant here, Duration uptime, String boot) {
    static final String UNKNOWN = "-";

    private static final Path PROC = Path.of("/proc");
    private static final int TRIES = 3;
    private static final Duration PROMPT = Duration.ofMillis(50);

    /** Asks the source for the time, a few times if the answer takes long. Empty where its clock is not asked. */
    static Optional<ClockReading> of(Connection connection, Dialect dialect) throws SQLException {
        if (dialect.clock().isEmpty()) {
            return Optional.empty();
        }
        String sql = "SELECT " + dialect.clock().get();
        ClockReading best = null;
        Duration least = null;
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < TRIES && (least == null || least.compareTo(PROMPT) > 0); i++) {
                connection.rollback();
                long asked = System.nanoTime();
                Instant source = ask(statement, sql);
                Duration took = Duration.ofNanos(System.nanoTime() - asked);
                if (least == null || took.compareTo(least) < 0) {
                    least = took;
                    best = beside(source.plus(took.dividedBy(2)));
                }
            }
        }
        return Optional.of(best);
    }

    private static Instant ask(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return instant(row.getBigDecimal(1));
        }
    }

    /** A moment from its seconds since 1970. */
    static Instant instant(BigDecimal seconds) {
        return Instant.EPOCH.plus(duration(seconds));
    }

    /** The reading of a source's clock that has just shown this time. */
    static ClockReading beside(Instant source) {
        return beside(source, PROC);
    }

    static ClockReading beside(Instant source, Path proc) {
        Instant here = Instant.now();
        try {
            String seconds = Files.readString(proc.resolve("uptime")).split(" ")[0];
            String boot =
                    Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
            return new ClockReading(source, here, duration(new BigDecimal(seconds)), boot);
        } catch (IOException | NumberFormatException e) {
            return new ClockReading(source, here, Duration.ZERO, UNKNOWN);
        }
    }

    private static Duration duration(BigDecimal seconds) {
        return Duration.ofNanos(seconds.movePointRight(9).longValue());
    }

    /** The same of this machine, with another time of the source. */
    ClockReading at(Instant time) {
        return new ClockReading(time, here, uptime, boot);
    }

    /** How far the source's clock was set back since another reading; negative if it was set forward. */
    Duration setBackSince(ClockReading then) {
        return elapsedSince(then).minus(Duration.between(then.source, source));
    }

    private Duration elapsedSince(ClockReading then) {
        boolean comparable = !boot.equals(UNKNOWN) && boot.equals(then.boot) && uptime.compareTo(then.uptime) >= 0;
        return comparable ? uptime.minus(then.uptime) : Duration.between(then.here, here);
    }

    /** The form that {@link #parse} reads. */
    String text() {
        return source + " " + here + " " + uptime.toMillis() + " " + boot;
    }

    /** Reads the form of {@link #text}; empty if it is none. */
    static Optional<ClockReading> parse(String text) {
        String[] parts = text.split(" ");
        try {
            return parts.length == 4
                    ? Optional.of(new ClockReading(
                            Instant.parse(parts[0]),
                            Instant.parse(parts[1]),
                            Duration.ofMillis(Long.parseLong(parts[2])),
                            parts[3]))
                    : Optional.empty();
        } catch (DateTimeException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
