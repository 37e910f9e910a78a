package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.route.RunEvent;
import java.util.EventObject;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;

/**
 * A step of a run as a Camel event, for Java subscribers: add an {@link org.apache.camel.spi.EventNotifier} to the
 * context's management strategy and pick the events of this class.
 */
public final class ReplicationEvent extends EventObject implements CamelEvent {
    private static final long serialVersionUID = 1L;

    private final transient RunEvent event;
    private long timestamp;

    ReplicationEvent(CamelContext context, RunEvent event) {
        super(context);
        this.event = event;
        this.timestamp = event.time().toEpochMilli();
    }

    /** What happened, never null. */
    public RunEvent event() {
        return event;
    }

    @Override
    public Type getType() {
        return Type.Custom;
    }

    @Override
    public long getTimestamp() {
        return timestamp;
    }

    @Override
    public void setTimestamp(long timestamp) {
        this.timestamp = timestamp;
    }

    @Override
    public String toString() {
        return event.table().name() + ": " + event.kind().word() + ": " + event.message();
    }
}
