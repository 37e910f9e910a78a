package io.github.redshiftreplicator.verify;

import io.github.redshiftreplicator.redshift.Ledger;
import io.github.redshiftreplicator.route.Connections;
import io.github.redshiftreplicator.state.Holder;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.Replications;
import io.github.redshiftreplicator.state.State;
import io.github.redshiftreplicator.table.Table;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The replication that brought a target to where it stands.
 *
 * @param replication the last whose load is in the target; empty if there is none
 * @param loading who loads another at this moment, so that the target is about to change
 */
record LastReplication(Optional<Replication> replication, Optional<Holder> loading) {
    /**
     * Asks the state table and, where a replication ended without a word or was given up, the ledger.
     */
    static LastReplication of(Connections connections, Table table) throws SQLException {
        Replications replications = connections.replications();
        Optional<Replication> latest = replications.latest(table.name()).filter(r -> r.is(State.IMPORTING));
        Optional<Holder> loading = latest.flatMap(replications::holder);
        if (loading.isPresent()) {
            return new LastReplication(replications.lastImported(table.name()), loading);
        }
        Ledger ledger = new Ledger(connections.redshift(), table.target());
        if (latest.isPresent() && isLoaded(ledger, latest.get())) {
            return new LastReplication(latest, Optional.empty());
        }
        for (Replication canceled : replications.canceledSinceImported(table.name())) {
            if (isLoaded(ledger, canceled)) {
                return new LastReplication(Optional.of(canceled), Optional.empty());
            }
        }
        return new LastReplication(replications.lastImported(table.name()), Optional.empty());
    }

    private static boolean isLoaded(Ledger ledger, Replication replication) throws SQLException {
        return replication.loadId().isPresent()
                && ledger.contains(replication.loadId().get());
    }

    /** Whether the target stood still between this look and a later one. */
    boolean isStill(LastReplication later) {
        return loading.isEmpty()
                && later.loading.isEmpty()
                && replication.map(Replication::id).equals(later.replication.map(Replication::id))
                && replication
                        .flatMap(Replication::lastRecord)
                        .equals(later.replication.flatMap(Replication::lastRecord));
    }
}
