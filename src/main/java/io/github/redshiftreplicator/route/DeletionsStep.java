package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.source.DeletionTracking;
import io.github.redshiftreplicator.source.Export;
import io.github.redshiftreplicator.source.QueueIds;
import io.github.redshiftreplicator.table.Window;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code replicator:deletions}: reads, in the export's snapshot, the keys of the rows that are to go from the target, and
 * stores them beside the parts. The query in the body becomes the one that also reads the rows whose queued keys are
 * there again.
 */
final class DeletionsStep implements Step {
    private static final Logger LOG = LoggerFactory.getLogger(DeletionsStep.class);

    private final Connections connections;

    DeletionsStep(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void process(Exchange exchange, Run run) {
        Export export = run.export().orElseThrow();
        KeyParts parts =
                new KeyParts(connections, Keys.deletions(exchange.getProperty(ReplicatorConstants.KEY, String.class)));
        QueueIds ids = new QueueIds();
        boolean reconcile = run.request().is(Request.Kind.RECONCILE);
        if (reconcile) {
            export.readAllKeys(parts::add);
        } else {
            if (run.request().is(Request.Kind.RESYNC)) {
                export.readRange(run.request().from(), run.request().to());
            }
            if (run.hasQueue() && !isBeforeTheFirstRows(run, export)) {
                DeletionTracking tracking = connections.deletions();
                ids = export.readQueue(
                        tracking,
                        tracking.tracked(
                                run.table(), run.consumer().sourceTable().get()),
                        parts::add);
            }
            export.readMarkedKeys(parts::add);
            if (export.readsBeside()) {
                run.countAltered();
            }
        }
        Deletions deletions = parts.store(reconcile, ids);
        run.deletions(deletions);
        if (!deletions.isNone()) {
            LOG.info(reconcile ? "{} keys are in the source." : "{} keys are to be deleted.", deletions.count());
        }
        if (parts.withNull() > 0 && !reconcile) {
            LOG.warn(
                    "{} deleted keys hold NULL, which equals no other: if the target has their rows, they stay. Name keys"
                            + " that are never NULL.",
                    parts.withNull());
        }
        exchange.getMessage().setBody(export.selectSql());
    }

    /**
     * Whether a first window was held back whole. What was never replicated need not be deleted; and a replication of
     * deletions alone would have the next one begin anew and replace what the target held before.
     */
    private boolean isBeforeTheFirstRows(Run run, Export export) {
        return export.window().equals(Window.EVERYTHING)
                && connections.replications().lastImported(run.table().name()).isEmpty();
    }
}
