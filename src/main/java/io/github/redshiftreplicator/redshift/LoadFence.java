package io.github.redshiftreplicator.redshift;

import java.util.List;
import java.util.Objects;

/**
 * Keeps whoever lost the right to load from loading, and whoever has it from waiting for them. Handed over in the header
 * {@link RedshiftConstants#FENCE}. Immutable; the claim must be thread-safe.
 *
 * @param claim the right to load
 * @param formerSessions the Redshift sessions of those who had the right before. They are ended if they have to do with
 *     the ledger, for a process that was stopped in the middle of its load would else lock it for ever
 * @param givenUp the ids of loads that were given up and whose rows this load moves again. An append is refused if
 *     the ledger has one of them: it was committed after all
 */
public record LoadFence(Claim claim, List<Integer> formerSessions, List<String> givenUp) {
    /** No fence: nobody else may load. */
    static final LoadFence NONE = new LoadFence(new Claim() {}, List.of(), List.of());

    public LoadFence {
        Objects.requireNonNull(claim);
        formerSessions = List.copyOf(formerSessions);
        givenUp = List.copyOf(givenUp);
    }

    /** The right to load. What its methods throw ends the load, and nothing of it stays. */
    public interface Claim {
        /**
         * An attempt begins; it has done nothing yet.
         *
         * @param session its Redshift session, {@code pg_backend_pid()}
         */
        default void begins(int session) {}

        /** Asked under the ledger's lock before the first change, and again before COMMIT. */
        default void requireHeld() {}
    }
}
