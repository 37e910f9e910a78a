package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.Strategy;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source's clock that was set back since the last window of a timed table. What was stamped since then may lie before
 * that window's end and would never be read. It shows if the clock still stands before that end, or by less time having
 * passed on it than on this machine. That one never decides where a window ends.
 */
final class ClockStep {
    private static final Logger LOG = LoggerFactory.getLogger(ClockStep.class);

    /**
     * When the clock was set back is not known, only that it was after the last replication. What is read again is merged
     * again, which changes nothing.
     */
    private static final Duration READ_AGAIN = Duration.ofDays(1);

    /** Shorter steps lie within the distance that a window keeps from the clock, and readings are not quite exact. */
    private static final Duration NOTICED = Duration.ofMillis(100);

    private final Selection selection;
    private final Dialect dialect;
    private final Optional<ClockReading> then;
    private final Optional<ClockReading> beforeLook;

    /**
     * To be made right before the look.
     *
     * @param then what was read for the last window, if it is known
     */
    ClockStep(Selection selection, Dialect dialect, Optional<ClockReading> then) {
        this.selection = selection;
        this.dialect = dialect;
        this.then = then;
        this.beforeLook = then.map(earlier -> ClockReading.beside(Look.NO_CLOCK));
    }

    /** Whether it is worth asking for the time. A look that took long is no reason: the clock it shows is from its begin. */
    boolean isLikely(Look look) {
        return isTimed()
                && dialect.clock().isPresent()
                && setBack(beforeLook.map(here -> here.at(look.clock()))).isPresent();
    }

    /** Whether a reading of the clock tells anything of this table. */
    boolean isTimed() {
        return selection.table().strategy() == Strategy.TIMED;
    }

    /** The record from which to read instead of the window's start; empty where the clock was not set back. */
    Optional<String> lowered(Look look, Optional<ClockReading> now) {
        if (!isTimed() || selection.from().isEmpty()) {
            return Optional.empty();
        }
        LocalDateTime from = ColumnTime.parse(selection.from().get());
        Optional<LocalDateTime> stepped = setBack(now).map(step -> from.minus(step));
        Optional<LocalDateTime> behind = behind(look, from).map(clock -> clock.minus(READ_AGAIN));
        return stepped.filter(time -> behind.map(time::isBefore).orElse(true))
                .or(() -> behind)
                .map(time -> dialect.text(ColumnTime.floor(time, selection.field()), selection.field()));
    }

    /** How far to go back, with something to spare. */
    private Optional<Duration> setBack(Optional<ClockReading> now) {
        Duration spare = dialect.isZoned(selection.field()) ? Duration.ofSeconds(1) : Duration.ofMinutes(61);
        return then.flatMap(earlier -> now.map(later -> later.setBackSince(earlier)))
                .filter(step -> step.compareTo(NOTICED) > 0)
                .map(step -> step.plus(spare));
    }

    /** The clock, if it stands before the window's start. */
    private Optional<LocalDateTime> behind(Look look, LocalDateTime from) {
        return Optional.of(look.clock())
                .filter(clock -> !clock.equals(Look.NO_CLOCK))
                .map(clock -> ColumnTime.floor(selection.inField(clock, dialect), selection.field()))
                .filter(clock -> clock.isBefore(from));
    }

    /** Says that rows are read again, and why. */
    void tell(String again) {
        LOG.warn(
                "The clock of the source was set back since the last window of {}, which ended at {}. Rows from {} on are read"
                        + " again, so that none that was stamped since is lost.",
                selection.source().name(),
                selection.from().orElseThrow(),
                again);
    }
}
