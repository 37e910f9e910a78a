package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.state.Replication;
import java.util.Optional;

/**
 * How a table's run ended.
 *
 * @param table the table's name
 * @param kind what happened
 * @param message one sentence for people
 * @param replication the replication as it stands now, empty if none was opened
 * @param failure where to look, empty unless it failed
 * @param earlier the replication that was imported first, for an earlier run had exported it; empty if there was none
 */
public record Outcome(
        String table,
        Kind kind,
        String message,
        Optional<Replication> replication,
        Optional<FailureKind> failure,
        Optional<Replication> earlier) {
    /** A run that came to its end; {@link #failed} makes the others. */
    static Outcome of(String table, Kind kind, String message, Optional<Replication> replication) {
        return new Outcome(table, kind, message, replication, Optional.empty(), Optional.empty());
    }

    static Outcome failed(String table, FailureKind failure, String message, Optional<Replication> replication) {
        return new Outcome(table, Kind.FAILED, message, replication, Optional.of(failure), Optional.empty());
    }

    /** The outcome of a run that began with the import of what an earlier one had exported. */
    Outcome after(Outcome imported) {
        return new Outcome(table, kind, message, replication, failure, imported.replication());
    }

    /** What a run came to. */
    public enum Kind {
        /** Everything that was asked for is done. */
        DONE,
        /** No row to export, or no replication to import. */
        NOTHING_TO_DO,
        /** Another process is at it; counts as done. */
        HELD,
        /** It failed; what it had is kept and resumed by the next run. */
        FAILED
    }

    /** Whether a command that asked for this run may exit with 0. */
    public boolean isGood() {
        return kind != Kind.FAILED;
    }
}
