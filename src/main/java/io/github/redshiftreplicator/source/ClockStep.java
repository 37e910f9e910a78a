package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.Strategy;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source's clock that was set back to before a timed window's start. What was stamped since then lies before that start
 * and would never be read.
 */
final class ClockStep {
    private static final Logger LOG = LoggerFactory.getLogger(ClockStep.class);

    /**
     * When the clock was set back is not known, only that it was after the last replication. What is read again is merged
     * again, which changes nothing.
     */
    private static final Duration READ_AGAIN = Duration.ofDays(1);

    private ClockStep() {}

    /** The record from which to read instead of the window's start; empty where the clock is not behind it. */
    static Optional<String> lowered(Selection selection, Look look, Dialect dialect) {
        if (selection.table().strategy() != Strategy.TIMED
                || selection.from().isEmpty()
                || look.clock().equals(Look.NO_CLOCK)) {
            return Optional.empty();
        }
        LocalDateTime from = ColumnTime.parse(selection.from().get());
        LocalDateTime clock = ColumnTime.floor(selection.inField(look.clock(), dialect), selection.field());
        if (!clock.isBefore(from)) {
            return Optional.empty();
        }
        String again = dialect.text(ColumnTime.floor(clock.minus(READ_AGAIN), selection.field()), selection.field());
        LOG.warn(
                "The clock of the source stands at {} and the last window of {} ended at {}: it was set back. Rows from {} on"
                        + " are read again, so that none that was stamped since is lost.",
                clock,
                selection.source().name(),
                from,
                again);
        return Optional.of(again);
    }
}
