package io.github.redshiftreplicator.state;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/**
 * Keeps a claim alive while its holder works. Closing it ends the renewals and releases nothing. Thread-safe.
 *
 * <p>Workers ask {@link #lost()} between two pieces of work. Nothing is damaged if they ask late: every transition of a
 * lost claim is refused.
 */
public final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final Replication claim;
    private final Predicate<Replication> renew;
    private final Duration lease;
    private final LongSupplier nanoTime;
    private volatile long renewedAt;
    private volatile boolean taken;
    private volatile Future<?> schedule;

    /**
     * @param renew renews the lease; false if the claim is someone else's
     * @param nanoTime a clock that only runs forward, such as {@link System#nanoTime}
     */
    Heartbeat(Replication claim, Predicate<Replication> renew, Duration lease, LongSupplier nanoTime) {
        this.claim = claim;
        this.renew = renew;
        this.lease = lease;
        this.nanoTime = nanoTime;
        this.renewedAt = nanoTime.getAsLong();
    }

    void schedule(ScheduledExecutorService executor) {
        long period = lease.dividedBy(4).toMillis();
        schedule = executor.scheduleWithFixedDelay(this::beat, 0, period, TimeUnit.MILLISECONDS);
    }

    /** Renews the lease once. */
    void beat() {
        long asked = nanoTime.getAsLong();
        try {
            if (renew.test(claim)) {
                renewedAt = asked;
            } else if (!taken) {
                taken = true;
                LOG.debug("Replication {} is no longer owned by this process.", claim.messageId());
            }
        } catch (RuntimeException e) {
            LOG.warn(
                    "The lease of replication {} could not be renewed ({}); it is tried again in {} ms.",
                    claim.messageId(),
                    NestedExceptionUtils.getMostSpecificCause(e).getMessage(),
                    lease.dividedBy(4).toMillis());
        }
    }

    /** Whether the claim is someone else's now, or could not be renewed in time and may be by now. */
    public boolean lost() {
        return taken || nanoTime.getAsLong() - renewedAt >= lease.toNanos();
    }

    /**
     * Does nothing while the claim is held.
     *
     * @throws LostClaimException if it is lost
     */
    public void requireHeld() {
        if (lost()) {
            throw new LostClaimException("The lease of replication " + claim.messageId()
                    + (taken ? " is someone else's" : " ran out without being renewed")
                    + ": this process stops working on it.");
        }
    }

    @Override
    public void close() {
        Future<?> running = schedule;
        if (running != null) {
            running.cancel(false);
        }
    }
}
