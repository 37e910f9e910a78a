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
        message.setHeader(RedshiftConstants.LOAD_ID, replication.loadId().orElseThrow());
        message.setHeader(RedshiftConstants.WINDOW, replication.window());
        message.setHeader(RedshiftConstants.REPLACE, connections.replications().replacesTarget(replication));
        message.setHeader(RedshiftConstants.MERGE, mergesAnyway(replication));
        replication.manifest().ifPresent(manifest -> deletions(message, run, manifest));
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
                        .flatMap(canceled -> canceled.loadId().stream())
                        .toList());
    }

    /** Only rows that were replicated before are outside the window: they take the place of the old ones. */
    private static boolean mergesAnyway(Replication replication) {
        return replication.firstRecord().isPresent()
                && replication.firstRecord().equals(replication.lastRecord());
    }

    private void deletions(Message message, Run run, String manifest) {
        if (run.deletions().isNone()) {
            String attempt = manifest.substring(0, manifest.lastIndexOf('.'));
            run.deletions(KeyParts.load(connections, Keys.deletions(attempt)));
        }
        Deletions deletions = run.deletions();
        if (deletions.count() > 0) {
            message.setHeader(
                    RedshiftConstants.DELETES,
                    deletions
                            .manifest()
                            .<Object>map(key -> connections.parts().url(key))
                            .orElseGet(deletions::keys));
            message.setHeader(RedshiftConstants.DELETES_COUNT, deletions.count());
        }
        if (deletions.allBut()) {
            message.setHeader(RedshiftConstants.DELETE_ALL_BUT, true);
            run.table()
                    .option("maxDeleteRatio")
                    .map(Double::valueOf)
                    .ifPresent(ratio -> message.setHeader(RedshiftConstants.MAX_DELETE_RATIO, ratio));
        }
    }
}
