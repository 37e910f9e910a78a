package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.export.Manifest;
import io.github.redshiftreplicator.source.Export;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.State;
import io.github.redshiftreplicator.table.Part;
import io.github.redshiftreplicator.table.Strategy;
import java.util.List;
import java.util.OptionalLong;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.s3.AWS2S3Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code replicator:manifest}: every row is read and every part uploaded; the body becomes the manifest and its key a
 * header. Without a row the replication is taken back and the route ends.
 */
final class ManifestStep implements Step {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestStep.class);

    private final Connections connections;

    ManifestStep(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void process(Exchange exchange, Run run) throws Exception {
        if (run.failure().isPresent()) {
            throw run.failure().get() instanceof Exception e
                    ? e
                    : new IllegalStateException(run.failure().get());
        }
        OptionalLong altered = run.export().map(Export::alteredWhileReading).orElse(OptionalLong.empty());
        run.closeExport();
        List<Part> parts = run.parts();
        long rows = parts.stream().mapToLong(Part::rows).sum();
        long bytes = parts.stream().mapToLong(Part::bytes).sum();
        Replication claimed = run.claimed();
        boolean empties = run.table().strategy() == Strategy.FULL
                && connections
                        .replications()
                        .lastImported(run.table().name())
                        .filter(last -> last.recordCount().orElse(0) > 0)
                        .isPresent();
        boolean deletes = run.deletions().deletesRows()
                || !run.deletions().isNone() && connections.replications().replacesTarget(claimed);
        if (rows == 0 && !empties && !deletes) {
            if (!run.deletions().isNone()) {
                String attempt = exchange.getProperty(ReplicatorConstants.KEY, String.class);
                connections.parts().delete(connections.parts().keys(attempt + ".", key -> true));
            }
            connections.replications().delete(claimed);
            run.letGo();
            run.end(Outcome.Kind.NOTHING_TO_DO, "no new records.");
            LOG.info("no new records.");
            exchange.setRouteStop(true);
            return;
        }
        String key = exchange.getProperty(ReplicatorConstants.KEY, String.class) + ".manifest";
        var took = run.inState();
        run.to(State.EXPORTED, changes -> {
            changes.recordCount(rows)
                    .parts(parts.size())
                    .bytes(bytes)
                    .manifest(key)
                    .exportDuration(took)
                    .alteredCount(altered.orElseGet(run::altered));
        });
        if (altered.orElse(0) > 0) {
            LOG.warn(
                    "{} values of {} do not fit their target's columns and are altered.",
                    altered.getAsLong(),
                    run.table().source());
        }
        run.to(State.UPLOADING, changes -> {});
        String inParts = parts.size() == 1 ? "1 part" : parts.size() + " parts";
        LOG.info("Exported {} rows in {}, {} bytes, {} ms.", rows, inParts, bytes, took.toMillis());
        exchange.getMessage()
                .setBody(Manifest.of(connections.parts().bucket(), parts).toJson());
        exchange.getMessage().setHeader(AWS2S3Constants.KEY, key);
    }
}
