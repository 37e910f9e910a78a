package io.github.redshiftreplicator.source;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits that grow from one to the next, up to a deadline; an interrupt ends them. */
final class Pause {
    private static final long FIRST = Duration.ofMillis(4).toNanos();
    private static final long LONGEST = Duration.ofMillis(100).toNanos();

    private final long deadline;
    private long next = FIRST;

    Pause(Duration patience) {
        deadline = System.nanoTime() + patience.toNanos();
    }

    /** Waits a little, unless the time is up. Returns whether it is not. */
    boolean await() {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        park(Math.min(left, next));
        next = Math.min(next * 2, LONGEST);
        return true;
    }

    /** Waits for a duration, unless the time is up before. Returns whether it is not. */
    boolean await(Duration duration) {
        long left = deadline - System.nanoTime();
        if (left <= duration.toNanos()) {
            return false;
        }
        park(duration.toNanos());
        return true;
    }

    /** Waits for a duration. */
    static void of(Duration duration) {
        park(duration.toNanos());
    }

    private static void park(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                throw new SourceException("The export was interrupted while it waited for running transactions.");
            }
        }
    }
}
