package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.export.CsvPart;
import io.github.redshiftreplicator.export.PartCutter;
import io.github.redshiftreplicator.source.Export;
import org.apache.camel.Exchange;

/** {@code replicator:copy}: reads the window by PostgreSQL's COPY protocol; the body becomes an iterator of parts. */
final class CopyStep implements Step {
    private final Settings settings;

    CopyStep(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void process(Exchange exchange, Run run) {
        Export export = run.export().orElseThrow();
        PartCutter parts = new PartCutter(
                export.copy(), run.partSize(settings), settings.integer(Setting.REDSHIFT_SLICES, 1, 6400));
        exchange.getMessage().setBody(new PartMessages<>(exchange.getContext(), run, parts, CsvPart::rows));
    }
}
