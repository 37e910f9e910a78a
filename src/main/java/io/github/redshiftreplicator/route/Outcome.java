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
 */
public record Outcome(String table, Kind kind, String message, Optional<Replication> replication) {
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
