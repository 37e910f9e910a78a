package io.github.redshiftreplicator.management;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Has those who ask for much at once wait for what is away only once: a failure is theirs, too. Thread-safe. */
final class CircuitBreaker {
    private final Duration open;
    private final InstantSource clock;
    private RuntimeException failure;
    private Instant failedAt = Instant.EPOCH;

    /** @param open how long after a failure nobody tries again */
    CircuitBreaker(Duration open, InstantSource clock) {
        this.open = open;
        this.clock = clock;
    }

    /** @throws RuntimeException that of the question, or of an earlier one that failed a short time ago */
    synchronized <T> T ask(Supplier<T> question) {
        if (failedAt.plus(open).isAfter(clock.instant())) {
            throw failure;
        }
        try {
            return question.get();
        } catch (RuntimeException e) {
            failure = e;
            failedAt = clock.instant();
            throw e;
        }
    }
}
