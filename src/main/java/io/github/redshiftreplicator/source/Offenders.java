package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.Hazard;
import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the rows of a window that made a load fail: one query a column, a few rows each. */
final class Offenders {
    private static final int MOST_ROWS = 3;
    private static final int MOST_CLAUSES = 5;

    private final Dialect dialect;
    private final Selection selection;
    private final ColumnPlan plan;
    private final Bound bound;
    private final List<String> keys;

    Offenders(Dialect dialect, Selection selection, ColumnPlan plan, Bound bound) {
        this.dialect = dialect;
        this.selection = selection;
        this.plan = plan;
        this.bound = bound;
        this.keys = Values.keys(selection.table(), selection.source());
    }

    /** The clauses, e.g. "column bio holds more than 100 bytes in the rows id=5, id=7". */
    List<String> find(Connection connection, List<String> columns) throws SQLException {
        Values values = new Values(dialect, selection.table(), selection.source());
        List<String> clauses = new ArrayList<>();
        for (ColumnPlan.Pair pair : plan.columns()) {
            if (!columns.isEmpty() && !columns.contains(pair.target().name())) {
                continue;
            }
            for (Hazard hazard : values.refused(pair)) {
                List<String> rows = rows(connection, values.condition(hazard, pair));
                if (!rows.isEmpty() && clauses.size() < MOST_CLAUSES) {
                    clauses.add(Values.what(hazard, pair) + " in the row" + (rows.size() > 1 ? "s " : " ")
                            + String.join("; ", rows));
                }
            }
        }
        return clauses;
    }

    private List<String> rows(Connection connection, String condition) throws SQLException {
        if (keys.isEmpty()) {
            return List.of();
        }
        String names =
                keys.stream().map(key -> TableName.quote(key, dialect.quote())).collect(Collectors.joining(", "));
        String sql = new SelectSql(dialect, selection, plan, bound, "").text(names, condition) + " LIMIT " + MOST_ROWS;
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> key = new ArrayList<>();
                for (int i = 0; i < keys.size(); i++) {
                    key.add(keys.get(i) + "=" + result.getString(i + 1));
                }
                rows.add(String.join(", ", key));
            }
        }
        return rows;
    }
}
