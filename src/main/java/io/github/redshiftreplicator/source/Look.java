package io.github.redshiftreplicator.source;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;

/**
 * What one look at a table showed. The order matters: the clock was read, or the highest record seen, before the running
 * transactions were listed. So every transaction that is not listed has either finished, and a later snapshot
 * sees what it wrote, or began later, and what it writes lies beyond the bound.
 *
 * @param clock the database's clock
 * @param latest timed: the newest row's replication field up to the clock, in the column's own terms
 * @param nulls whether a row's replication field is NULL
 * @param highest identity: the highest key above the window's start
 * @param running timed: the transactions running at that moment
 * @param blind what to do where running transactions cannot be seen
 */
record Look(
        Instant clock,
        Optional<LocalDateTime> latest,
        boolean nulls,
        Optional<String> highest,
        List<RunningTransaction> running,
        Optional<Blind> blind) {

    /**
     * Running transactions cannot be seen.
     *
     * @param lag how far to stay behind the clock instead
     * @param remedy what the operator can do about it, a sentence
     */
    record Blind(Duration lag, Optional<String> remedy) {}

    /** The clock of a look that found nothing to move and was not told the time. */
    static final Instant NO_CLOCK = Instant.EPOCH;

    /** A look that found nothing to move. */
    static Look idle(Instant clock) {
        return new Look(clock, Optional.empty(), false, Optional.empty(), List.of(), Optional.empty());
    }

    boolean isIdle() {
        return latest.isEmpty() && highest.isEmpty() && !nulls;
    }
}
