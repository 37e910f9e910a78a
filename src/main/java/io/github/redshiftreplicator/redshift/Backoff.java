package io.github.redshiftreplicator.redshift;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How often a transaction is tried and how long is waited in between: twice as long each time, with a jitter that keeps
 * writers from meeting again. Thread-safe; {@link #stop} ends every wait.
 */
final class Backoff {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final int maxAttempts;
    private final Duration initial;
    private final RandomGenerator random;
    private final CountDownLatch stopped;

    Backoff(int maxAttempts, Duration initial, RandomGenerator random) {
        this(maxAttempts, initial, random, new CountDownLatch(1));
    }

    private Backoff(int maxAttempts, Duration initial, RandomGenerator random, CountDownLatch stopped) {
        if (maxAttempts < 1 || initial.isNegative()) {
            throw new IllegalArgumentException("maxAttempts must be at least 1 and backoff not negative, but they are "
                    + maxAttempts + " and " + initial.toMillis() + ".");
        }
        this.maxAttempts = maxAttempts;
        this.initial = initial;
        this.random = random;
        this.stopped = stopped;
    }

    /** One of another first wait, that is stopped with this one. */
    Backoff startingWith(Duration first) {
        return new Backoff(maxAttempts, first, random, stopped);
    }

    boolean allowsAfter(int attempt) {
        return attempt < maxAttempts && stopped.getCount() > 0;
    }

    int maxAttempts() {
        return maxAttempts;
    }

    /** The wait after an attempt, counted from 1. */
    Duration delayAfter(int attempt) {
        double doubled = initial.toMillis() * Math.pow(2, Math.min(attempt - 1, 30));
        double bounded = Math.min(doubled, LONGEST.toMillis());
        return Duration.ofMillis((long) (bounded * (0.5 + random.nextDouble() / 2)));
    }

    /** Waits after an attempt. False if this was stopped or the thread interrupted meanwhile. */
    boolean await(int attempt) {
        try {
            return !stopped.await(delayAfter(attempt).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void stop() {
        stopped.countDown();
    }
}
