package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.redshift.RedshiftConstants;
import io.github.redshiftreplicator.table.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** Vacuums and analyses the targets of tables by the endpoints {@code redshift:vacuum} and {@code redshift:analyze}. */
public final class TargetMaintenance {
    /** By what, in mode auto. */
    public enum Kind {
        VACUUM,
        ANALYZE;

        /** The endpoint that leaves alone what is in order. */
        public String uri() {
            return "redshift:" + word();
        }

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private TargetMaintenance() {}

    /**
     * Maintains one table's target.
     *
     * @return one sentence: what was done, or why nothing was
     * @throws Exception what the endpoint threw
     */
    public static String run(CamelContext context, Table table, String uri) throws Exception {
        try (ProducerTemplate template = context.createProducerTemplate()) {
            Exchange done = template.request(uri, exchange -> exchange.getMessage()
                    .setHeader(RedshiftConstants.TABLE, table.target().toString()));
            if (done.getException() != null) {
                throw done.getException();
            }
            return done.getMessage().getHeader(RedshiftConstants.MAINTENANCE, String.class);
        }
    }

    /**
     * Maintains the targets of tables one after the other; one that fails does not keep the others from it.
     *
     * @throws IllegalStateException if any failed, with the reasons
     */
    static void run(CamelContext context, Collection<TableConsumer> tables, Kind kind) {
        List<String> failed = new ArrayList<>();
        for (TableConsumer table : tables) {
            try {
                run(context, table.table(), kind.uri());
            } catch (Exception e) {
                failed.add(String.valueOf(e.getMessage()));
            }
        }
        if (!failed.isEmpty()) {
            throw new IllegalStateException(String.join(" ", failed));
        }
    }
}
