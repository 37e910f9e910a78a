package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.redshift.Ledger;
import io.github.redshiftreplicator.state.HeldException;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.State;
import io.github.redshiftreplicator.table.Table;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Cancels a table's unfinished replication by hand. */
public final class Cancellation {
    private final Connections connections;
    private final RunListeners listeners;

    public Cancellation(ReplicatorComponent replicator) {
        this.connections = replicator.connections();
        this.listeners = replicator.listeners();
    }

    /**
     * Cancels it, unless its load is in the target already, and tells the listeners.
     *
     * @return one sentence on what was done
     * @throws HeldException if a living owner works on it
     */
    public String cancel(Table table) throws SQLException {
        var replications = connections.replications();
        Optional<Replication> latest =
                replications.latest(table.name()).filter(r -> !r.state().isFinished());
        if (latest.isEmpty()) {
            return "nothing to cancel: its last replication is finished.";
        }
        Replication unfinished = latest.get();
        Replication taken = replications
                .takeOver(unfinished, connections.owner())
                .orElseThrow(() -> new HeldException(replications
                        .holder(unfinished)
                        .map(h -> h.owner() + " works on it; its claim lasts until " + h.until() + ".")
                        .orElse("another process works on it.")));
        if (taken.is(State.IMPORTING) && isLoaded(table, taken)) {
            replications.release(taken);
            return unfinished.messageId() + " is in the target already; the next run marks it imported.";
        }
        Replication canceled = replications.cancel(taken, "canceled by hand");
        listeners.tell(RunEvent.Kind.CANCELED, table, "canceled by hand.", Optional.of(canceled), Duration.ZERO);
        return unfinished.messageId() + " is canceled; the next run opens a new replication of its window.";
    }

    private boolean isLoaded(Table table, Replication taken) throws SQLException {
        if (taken.key().isEmpty()) {
            return false;
        }
        Ledger ledger = new Ledger(connections.redshift(), table.target());
        ledger.endSessions(connections.replications().loadSessions(taken));
        return ledger.contains(taken.loadId().orElseThrow());
    }
}
