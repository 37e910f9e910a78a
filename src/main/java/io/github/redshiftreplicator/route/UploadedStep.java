package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.state.State;
import org.apache.camel.Exchange;

/** {@code replicator:uploaded}: the manifest is stored, so the import may come, at once or by another process. */
final class UploadedStep implements Step {
    @Override
    public void process(Exchange exchange, Run run) {
        var took = run.inState();
        run.to(State.UPLOADED, changes -> changes.uploadDuration(took));
        if (!exchange.getProperty(ReplicatorConstants.IMPORT, false, Boolean.class)) {
            run.handOver();
            run.end(Outcome.Kind.DONE, "exported; its import is due.");
        }
    }
}
