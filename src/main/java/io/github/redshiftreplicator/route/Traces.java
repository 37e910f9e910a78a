package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.export.PartStore;
import io.github.redshiftreplicator.redshift.LoadError;
import io.github.redshiftreplicator.redshift.RedshiftComponent;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.State;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a table's replications leave outside the state table, for an operator who looks for a reason. Thread-safe. */
public final class Traces {
    private static final Logger LOG = LoggerFactory.getLogger(Traces.class);

    private final CamelContext context;
    private final Connections connections;

    public Traces(CamelContext context) {
        this.context = context;
        this.connections = ReplicatorComponent.of(context).connections();
    }

    /** The table's objects in S3, in S3's order, at most so many. */
    public List<PartStore.Stored> parts(Table table, int most) {
        return connections.parts().objects(Keys.folder(connections.settings(), table), most);
    }

    /** The manifest of a replication as it stands in S3, empty where none was stored or it is gone. */
    public Optional<String> manifest(Replication replication) {
        return replication
                .manifest()
                .filter(key -> !connections.parts().keys(key, key::equals).isEmpty())
                .map(connections.parts()::text);
    }

    /**
     * The COPY of a replication without its secrets; empty before its columns and its manifest are known, and where the
     * credentials that it names cannot be had now.
     */
    public Optional<String> copy(Table table, Replication replication) {
        if (replication.manifest().isEmpty()
                || replication.parts().orElse(0) == 0
                || replication.columns().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(context.getComponent("redshift", RedshiftComponent.class)
                    .getConfiguration()
                    .maskedCopy(
                            table.target(),
                            replication.columns(),
                            connections.parts().url(replication.manifest().get()),
                            replication.format(),
                            replication.strategy() != Strategy.IDENTITY && !table.swaps()));
        } catch (RuntimeException e) {
            LOG.debug("The COPY of {} cannot be shown.", replication.messageId(), e);
            return Optional.empty();
        }
    }

    /** What COPY refused in a replication that is uploaded and not imported; asks Redshift only for one with an error. */
    public List<LoadError> loadErrors(Replication replication) {
        boolean failed = replication.lastError().isPresent() && !replication.is(State.IMPORTED);
        return replication
                .key()
                .filter(key -> failed && replication.manifest().isPresent())
                .map(key -> connections.catalog().loadErrors(connections.parts().url(key)))
                .orElse(List.of());
    }
}
