package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.export.RowBatches;
import io.github.redshiftreplicator.source.Export;
import io.github.redshiftreplicator.source.Progress;
import java.util.Iterator;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;

/** {@code replicator:rows}: gathers the rows of an iterator into parts; the body becomes an iterator of lists of rows. */
final class RowsStep implements Step {
    private final Settings settings;

    RowsStep(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void process(Exchange exchange, Run run) throws InvalidPayloadException {
        Iterator<?> rows = exchange.getMessage().getMandatoryBody(Iterator.class);
        Export export = run.export().orElseThrow();
        RowBatches batches = new RowBatches(
                rows,
                export::guarded,
                Math.min(run.partSize(settings), RowBatches.DEFAULT_BATCH_SIZE),
                settings.integer(Setting.REDSHIFT_SLICES, 1, 6400));
        Progress progress = export.progress();
        exchange.getMessage().setBody(new PartMessages<>(exchange.getContext(), run, batches, batch -> {
            progress.add(batch.size(), batch.weight());
            return batch.size();
        }));
    }
}
