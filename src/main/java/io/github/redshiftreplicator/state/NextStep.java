package io.github.redshiftreplicator.state;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is due for a table, decided from its newest replication alone.
 *
 * <p>A replication that stopped from enqueued to uploading is exported again, one that stopped at uploaded or importing
 * is only imported, and a new one opens only when the newest is imported or canceled.
 *
 * @param kind what to do
 * @param replication what to do it with: the predecessor, the one to resume, to cancel or to leave alone; empty only if
 *     the table has none
 * @param holder who works on it, only for {@link Kind#HELD}
 */
public record NextStep(Kind kind, Optional<Replication> replication, Optional<Holder> holder) {
    /** What an operator or a schedule asks for. */
    public enum Action {
        /** Export, then import. */
        REPLICATE,
        /** Stop at uploaded. */
        EXPORT,
        /** Import what has been uploaded. */
        IMPORT
    }

    /** What is due. */
    public enum Kind {
        /** Open a new replication after {@link #replication()}. */
        OPEN_NEW,
        /** Take the replication over and export it again. */
        RESUME_EXPORT,
        /** Take the replication over and import it. */
        RESUME_IMPORT,
        /** Its retries are used up: cancel it and open a new one after it. */
        CANCEL_AND_OPEN_NEW,
        /** Its retries are used up: cancel it; an import opens nothing. */
        CANCEL,
        /** Nothing to import. */
        NOTHING_TO_IMPORT,
        /** It has been exported already and waits for an import. */
        WAITS_FOR_IMPORT,
        /** A living owner works on it. */
        HELD
    }

    /**
     * Decides.
     *
     * @param latest the table's newest replication
     * @param maxRetries how often a replication may be resumed; empty: for ever
     * @param holder who works on it at this moment, see {@link Replications#holder}
     */
    public static NextStep of(
            Action action, Optional<Replication> latest, OptionalInt maxRetries, Optional<Holder> holder) {
        return new NextStep(
                kind(action, latest, maxRetries, holder.isPresent()),
                latest,
                latest.filter(replication -> !replication.state().isFinished()).flatMap(replication -> holder));
    }

    private static Kind kind(Action action, Optional<Replication> latest, OptionalInt maxRetries, boolean held) {
        boolean imports = action == Action.IMPORT;
        if (latest.isEmpty() || latest.get().state().isFinished()) {
            return imports ? Kind.NOTHING_TO_IMPORT : Kind.OPEN_NEW;
        }
        Replication unfinished = latest.get();
        if (held) {
            return Kind.HELD;
        }
        if (unfinished.isExhausted(maxRetries)) {
            return imports ? Kind.CANCEL : Kind.CANCEL_AND_OPEN_NEW;
        }
        if (unfinished.state().exportsAgain()) {
            return Kind.RESUME_EXPORT;
        }
        return action == Action.EXPORT ? Kind.WAITS_FOR_IMPORT : Kind.RESUME_IMPORT;
    }

    /**
     * Whether the ledger must be asked before this step is taken: the load of a replication that stopped at importing
     * may have been committed. If the ledger has it, it is imported, whatever this step says.
     */
    public boolean asksLedgerFirst() {
        return kind != Kind.HELD
                && replication.filter(r -> r.is(State.IMPORTING)).isPresent();
    }
}
