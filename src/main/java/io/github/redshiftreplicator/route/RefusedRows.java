package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.redshift.LoadError;
import io.github.redshiftreplicator.redshift.RedshiftLoadException;
import io.github.redshiftreplicator.source.SourceTable;
import io.github.redshiftreplicator.source.ValueRefusedException;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.Window;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
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

    /** The failure's text with the rows' keys, empty unless a value is the cause. */
    Optional<String> explain(Throwable cause, String message) {
        Matcher guard = GUARD.matcher(message);
        if (guard.matches()) {
            return Optional.of("Table " + table.name() + ": " + guard.group(1)
                    + ". Widen the target's column, or set onOverflow or onInvalid.");
        }
        for (Throwable e = cause; e != null; e = e.getCause()) {
            if (e instanceof ValueRefusedException) {
                return Optional.of("Table " + table.name() + ": " + e.getMessage() + rows(List.of()));
            }
            if (e instanceof SQLException error && connections.source().isRefusal(error)) {
                String rows = rows(List.of());
                if (!rows.isEmpty()) {
                    return Optional.of("Table " + table.name() + ": a value does not fit the target." + rows
                            + " Widen the target's column, or set onOverflow or onInvalid.");
                }
            }
            if (e instanceof RedshiftLoadException load && !load.loadErrors().isEmpty()) {
                List<String> columns = load.loadErrors().stream()
                        .map(LoadError::column)
                        .filter(column -> !column.isEmpty())
                        .distinct()
                        .toList();
                String rows = rows(columns);
                return Optional.of(
                        message + (rows.isEmpty() ? rowOf(load.loadErrors().get(0)) : rows)
                                + " Change the source's rows or the target, or set onOverflow or onInvalid; then 'cancel "
                                + table.name() + "' has the window exported anew.");
            }
        }
        return Optional.empty();
    }

    /** What the source does not know to be wrong, such as a NULL where the target has NOT NULL, stands in the part. */
    private String rowOf(LoadError error) {
        if (replication.isEmpty()) {
            return "";
        }
        try {
            SourceTable source = connections.source().describe(table.source());
            ColumnPlan plan = plan(source).orElseThrow();
            List<String> columns = replication.get().columns();
            Optional<List<String>> row =
                    new PartRow(connections.s3(), replication.get().format()).at(error);
            List<String> key = new ArrayList<>();
            for (String name : connections.source().keyColumns(table, source)) {
                int place = plan.columns().stream()
                        .filter(pair -> pair.source().name().equals(name))
                        .map(pair -> columns.indexOf(pair.target().name()))
                        .findFirst()
                        .orElse(-1);
                row.filter(fields -> place >= 0 && place < fields.size())
                        .ifPresent(fields -> key.add(name + "=" + fields.get(place)));
            }
            return key.isEmpty() ? "" : " It is the row " + String.join(", ", key) + ".";
        } catch (IOException | SQLException | RuntimeException e) {
            LOG.debug("The row that COPY refused cannot be read from its part", e);
            return "";
        }
    }

    private Optional<ColumnPlan> plan(SourceTable source) throws SQLException {
        return connections
                .catalog()
                .columns(table.target())
                .map(target -> ColumnPlan.of(table, source.columns(), target));
    }

    private String rows(List<String> columns) {
        try {
            SourceTable source = connections.source().describe(table.source());
            Optional<ColumnPlan> plan = plan(source);
            if (plan.isEmpty()) {
                return "";
            }
            Window window = replication.map(Replication::window).orElse(Window.EVERYTHING);
            List<String> found = connections.source().offenders(table, source, plan.get(), window, columns);
            return found.isEmpty() ? "" : " In the source: " + String.join(", ", found) + ".";
        } catch (SQLException | RuntimeException e) {
            LOG.debug("The rows that were refused cannot be told", e);
            return "";
        }
    }
}
