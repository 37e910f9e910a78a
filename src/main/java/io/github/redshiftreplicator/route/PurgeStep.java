package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.redshift.RedshiftConstants;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code replicator:purge}: the deletions are committed in the target, so their entries leave the queue, these and no
 * others. If that fails the entries stay and their deletion is repeated, which changes nothing.
 */
final class PurgeStep implements Step {
    private static final Logger LOG = LoggerFactory.getLogger(PurgeStep.class);

    private final Connections connections;

    PurgeStep(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void process(Exchange exchange, Run run) {
        Deletions deletions = run.deletions();
        if (deletions.isNone()) {
            return;
        }
        Long rows = exchange.getMessage().getHeader(RedshiftConstants.DELETED_ROWS, Long.class);
        if (rows != null) {
            LOG.info("Deleted {} rows in the target.", rows);
        }
        if (deletions.ids().count() > 0) {
            try {
                connections.deletions().purge(run.table().name(), deletions.ids());
            } catch (RuntimeException e) {
                LOG.error(
                        "The deletions are in the target, but their {} entries stay in the queue and are repeated by the"
                                + " next replication: {}",
                        deletions.ids().count(),
                        e.getMessage());
            }
        }
    }
}
