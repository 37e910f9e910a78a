package io.github.redshiftreplicator.sandbox;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What goes wrong on purpose in a {@link RedshiftGateway}: tests arm a fault for statements that match, and the next matching
 * statements of any connection meet it. Matching is by a regular expression found anywhere in the statement, without regard to
 * case. Thread-safe.
 */
public final class GatewayFaults {

    /** When a fault strikes. */
    public enum When {
        /** The statement is not executed. */
        BEFORE,
        /** A VACUUM has begun and keeps every other out. */
        DURING,
        /** The statement was executed, a COMMIT has committed; only its answer is lost. */
        AFTER
    }

    /** An armed fault. */
    public static final class Fault {

        private final Pattern pattern;
        private final When when;
        private final SqlError error;
        private final CountDownLatch met = new CountDownLatch(1);
        private final CountDownLatch gate;
        private int remaining;

        private Fault(String regex, When when, int times, SqlError error, CountDownLatch gate) {
            this.pattern = Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
            this.when = when;
            this.remaining = times;
            this.error = error;
            this.gate = gate;
        }

        private synchronized boolean take(String sql, When moment) {
            if (moment != when || remaining == 0 || !pattern.matcher(sql).find()) {
                return false;
            }
            remaining--;
            met.countDown();
            return true;
        }

        /** Waits until a statement has met the fault, but not for ever. */
        public void awaitMet() throws InterruptedException {
            if (!met.await(2, TimeUnit.MINUTES)) {
                throw new IllegalStateException("No statement has met " + pattern + " in two minutes.");
            }
        }

        /** Lets the statements go on that a {@link GatewayFaults#pause} holds. */
        public void release() {
            if (gate != null) {
                gate.countDown();
            }
        }

        /** Whether a statement has met the fault. */
        public boolean isMet() {
            return met.getCount() == 0;
        }
    }

    /** Closes a client's connection without a word. */
    static final class Dropped extends RuntimeException {
        Dropped() {
            super("connection dropped on purpose");
        }
    }

    private final List<Fault> faults = new CopyOnWriteArrayList<>();

    /** Drops the connection before or after the next matching statement. */
    public Fault drop(String regex, When when) {
        return arm(new Fault(regex, when, 1, null, null));
    }

    /** Answers the next {@code times} matching statements with an error instead of executing them. */
    public Fault fail(String regex, int times, String state, String message) {
        return arm(new Fault(regex, When.BEFORE, times, new SqlError(state, message), null));
    }

    /** Holds the next matching statement, before or after it is executed, until {@link Fault#release}. */
    public Fault pause(String regex, When when) {
        return arm(new Fault(regex, when, 1, null, new CountDownLatch(1)));
    }

    /** Disarms all faults and releases what they hold. */
    public void clear() {
        faults.forEach(Fault::release);
        faults.clear();
    }

    private Fault arm(Fault fault) {
        faults.add(fault);
        return fault;
    }

    boolean concerns(String sql) {
        return faults.stream().anyMatch(fault -> fault.pattern.matcher(sql).find());
    }

    /** Meets the faults that wait for this statement at this moment. */
    void meet(String sql, When moment) {
        for (Fault fault : faults) {
            if (!fault.take(sql, moment)) {
                continue;
            }
            if (fault.error != null) {
                throw fault.error;
            }
            if (fault.gate == null) {
                throw new Dropped();
            }
            try {
                fault.gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Dropped();
            }
        }
    }
}
