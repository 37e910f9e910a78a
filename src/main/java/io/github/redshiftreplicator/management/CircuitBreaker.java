package io.github.redshiftreplicator.management;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Has those who ask for much at once wait for what is away only once: a failure is theirs, too. Thread-safe. */
final class CircuitBreaker {
    private final Duration open;
    private final LongSupplier nanos;
    private RuntimeException failure;
    private long failedAt;

    /**
     * @param open how long after a failure nobody tries again
     * @param nanos a clock that nobody sets, {@code System::nanoTime}
     */
    CircuitBreaker(Duration open, LongSupplier nanos) {
        this.open = open;
        this.nanos = nanos;
    }

    /** @throws RuntimeException that of the question, or of an earlier one that failed a short time ago */
    synchronized <T> T ask(Supplier<T> question) {
        if (failure != null && nanos.getAsLong() - failedAt < open.toNanos()) {
            throw failure;
        }
        failure = null;
        try {
            return question.get();
        } catch (RuntimeException e) {
            failure = e;
            failedAt = nanos.getAsLong();
            throw e;
        }
    }
}
