package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.table.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who want to know what runs do. Thread-safe. */
public final class RunListeners {
    private static final Logger LOG = LoggerFactory.getLogger(RunListeners.class);

    private final List<RunListener> listeners = new CopyOnWriteArrayList<>();

    RunListeners() {}

    public void add(RunListener listener) {
        listeners.add(listener);
    }

    public void remove(RunListener listener) {
        listeners.remove(listener);
    }

    /** Tells all of something that happens now. */
    public void tell(
            RunEvent.Kind kind, Table table, String message, Optional<Replication> replication, Duration took) {
        tell(new RunEvent(kind, table, message, replication, took, Instant.now(), Optional.empty()));
    }

    /** Tells all of a run that failed now. */
    void failed(Table table, FailureKind failure, String message, Optional<Replication> replication, Duration took) {
        tell(new RunEvent(
                RunEvent.Kind.FAILED, table, message, replication, took, Instant.now(), Optional.of(failure)));
    }

    private void tell(RunEvent event) {
        for (RunListener listener : listeners) {
            try {
                listener.happened(event);
            } catch (RuntimeException e) {
                LOG.warn("{} was not noticed by {}: {}", event.kind().word(), listener, e.toString());
            }
        }
    }
}
