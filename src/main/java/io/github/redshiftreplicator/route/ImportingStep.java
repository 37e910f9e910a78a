package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.redshift.LoadFence;
import io.github.redshiftreplicator.redshift.RedshiftConstants;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.Replications;
import io.github.redshiftreplicator.state.State;
import io.github.redshiftreplicator.table.Table;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** {@code replicator:importing}: hands what was uploaded to the {@code redshift:} endpoint that comes next. */
final class ImportingStep implements Step {
    private final Connections connections;

    ImportingStep(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void process(Exchange exchange, Run run) {
        if (!run.claimed().is(State.IMPORTING)) {
            run.to(State.IMPORTING, changes -> {});
        }
        Table table = run.table();
        Replication replication = run.claimed();
        Message message = exchange.getMessage();
        message.setBody(null);
        message.setHeader(RedshiftConstants.TABLE, table.target().toString());
        message.setHeader(RedshiftConstants.KEYS, table.keys());
        message.setHeader(RedshiftConstants.COLUMNS, replication.columns());
        message.setHeader(RedshiftConstants.FORMAT, replication.format());
        message.setHeader(RedshiftConstants.ROWS, replication.recordCount().orElse(0));
        message.setHeader(RedshiftConstants.LOAD_ID, Keys.loadId(replication));
        message.setHeader(RedshiftConstants.WINDOW, replication.window());
        message.setHeader(RedshiftConstants.REPLACE, replacesAll(replication));
        message.setHeader(
                RedshiftConstants.MISSING_ONLY, table.option("overlap").isPresent());
        message.setHeader(RedshiftConstants.FENCE, fence(run, replication));
        if (replication.parts().orElse(0) > 0) {
            replication
                    .manifest()
                    .ifPresent(key -> message.setHeader(
                            RedshiftConstants.MANIFEST, connections.parts().url(key)));
        }
    }

    private LoadFence fence(Run run, Replication replication) {
        Replications replications = connections.replications();
        return new LoadFence(
                new LoadClaim(run, replications),
                replications.loadSessions(replication),
                replications.canceledSinceImported(replication.table()).stream()
                        .filter(canceled -> canceled.key().isPresent())
                        .map(Keys::loadId)
                        .toList());
    }

    /** After a reset the target's old rows go, whatever the strategy: else an append would double them. */
    private boolean replacesAll(Replication replication) {
        return replication.firstRecord().isEmpty() && connections.replications().isReset(replication.table());
    }
}
