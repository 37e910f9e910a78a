package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.redshift.LoadError;
import io.github.redshiftreplicator.redshift.RedshiftLoadException;
import io.github.redshiftreplicator.source.SourceTable;
import io.github.redshiftreplicator.source.ValueRefusedException;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.Window;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names the source's rows that a value made fail: what Redshift tells are a part's file and line. */
final class RefusedRows {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedRows.class);

    /** PostgreSQL's words around what a guard of the SELECT says. */
    private static final Pattern GUARD = Pattern.compile(".*type integer: \"replicator: (.*)\".*", Pattern.DOTALL);

    private final Connections connections;
    private final Table table;
    private final Optional<Replication> replication;

    RefusedRows(Connections connections, Table table, Optional<Replication> replication) {
        this.connections = connections;
        this.table = table;
        this.replication = replication;
    }

    /** The failure's text, with the rows' keys where a value is the cause. */
    String explain(Throwable cause, String message) {
        Matcher guard = GUARD.matcher(message);
        if (guard.matches()) {
            return "Table " + table.name() + ": " + guard.group(1)
                    + ". Widen the target's column, or set onOverflow or onInvalid.";
        }
        for (Throwable e = cause; e != null; e = e.getCause()) {
            if (e instanceof ValueRefusedException) {
                return "Table " + table.name() + ": " + e.getMessage() + rows(List.of());
            }
            if (e instanceof RedshiftLoadException load && !load.loadErrors().isEmpty()) {
                List<String> columns = load.loadErrors().stream()
                        .map(LoadError::column)
                        .filter(column -> !column.isEmpty())
                        .distinct()
                        .toList();
                return message + rows(columns)
                        + " Change the source's rows or the target, or set onOverflow or onInvalid; then 'cancel "
                        + table.name() + "' has the window exported anew.";
            }
        }
        return message;
    }

    private String rows(List<String> columns) {
        try {
            SourceTable source = connections.source().describe(table.source());
            var target = connections.catalog().columns(table.target());
            if (target.isEmpty()) {
                return "";
            }
            ColumnPlan plan = ColumnPlan.of(table, source.columns(), target.get());
            Window window = replication.map(Replication::window).orElse(Window.EVERYTHING);
            List<String> found = connections.source().offenders(table, source, plan, window, columns);
            return found.isEmpty() ? "" : " In the source: " + String.join(", ", found) + ".";
        } catch (SQLException | RuntimeException e) {
            LOG.debug("The rows that were refused cannot be told", e);
            return "";
        }
    }
}
