package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.export.PartStore;
import io.github.redshiftreplicator.state.Replication;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code replicator:imported}: the load is committed. Its S3 objects go first, so that a process that dies between the
 * two leaves a replication that is finished by the next run, not objects that nobody knows of.
 */
final class ImportedStep implements Step {
    private static final Logger LOG = LoggerFactory.getLogger(ImportedStep.class);

    private final Connections connections;
    private final Settings settings;

    ImportedStep(Connections connections) {
        this.connections = connections;
        this.settings = connections.settings();
    }

    @Override
    public void process(Exchange exchange, Run run) {
        var took = run.inState();
        Replication replication = run.claimed();
        if (settings.flag(Setting.DELETE_S3_FILES)) {
            deleteParts(replication);
        }
        run.imported(took);
        String table = run.table().name();
        run.table()
                .option("historyCap")
                .map(Integer::parseInt)
                .or(() -> settings.historyCap().stream().boxed().findFirst())
                .ifPresent(cap -> connections.replications().trim(table, cap));
        LOG.info(
                "Imported {} rows and {} deletions, {} ms.",
                replication.recordCount().orElse(0),
                run.deletions().allBut() ? 0 : run.deletions().count(),
                took.toMillis());
        run.end(Outcome.Kind.DONE, "imported.");
    }

    private void deleteParts(Replication replication) {
        try {
            PartStore parts = connections.parts();
            String base = replication.key().orElseThrow() + ".";
            parts.delete(parts.keys(base, key -> true));
        } catch (RuntimeException e) {
            LOG.warn("The S3 objects of {} stay until the next export: {}", replication.messageId(), e.getMessage());
        }
    }
}
