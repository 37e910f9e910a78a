package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The query for a window's rows. The only place that puts a window into SQL. */
final class SelectSql {
    private final Dialect dialect;
    private final Selection selection;
    private final ColumnPlan plan;
    private final Bound bound;
    private final String beside;

    /** @param beside a condition whose rows are selected beside the window's, or empty */
    SelectSql(Dialect dialect, Selection selection, ColumnPlan plan, Bound bound, String beside) {
        this.dialect = dialect;
        this.selection = selection;
        this.plan = plan;
        this.bound = bound;
        this.beside = beside;
    }

    /** The query, narrowed by a condition unless that is empty. */
    String text(String range) {
        Values values = new Values(dialect, selection.table(), selection.source());
        return text(plan.columns().stream().map(values::expression).collect(Collectors.joining(", ")), range);
    }

    /** A query for something else of the window's rows. */
    String text(String columns, String range) {
        List<String> conditions = new ArrayList<>();
        if (bound.nothing()) {
            conditions.add(beside.isEmpty() ? "1 = 0" : "(" + beside + ")");
        } else if (selection.table().strategy() != Strategy.FULL) {
            conditions.add(beside.isEmpty() ? window() : "(" + window() + " OR " + beside + ")");
        }
        selection.live(dialect).ifPresent(conditions::add);
        selection.where().ifPresent(where -> conditions.add("(" + where + ")"));
        if (!range.isEmpty()) {
            conditions.add(range);
        }
        return "SELECT " + columns + " FROM " + selection.quoted(dialect.quote())
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions));
    }

    /** The query for the keys of the window's rows whose deletion is marked in a column. */
    String markedKeys(List<ColumnPlan.Pair> keys, String marked) {
        Values values = new Values(dialect, selection.table(), selection.source());
        return "SELECT " + keys.stream().map(values::expression).collect(Collectors.joining(", ")) + " FROM "
                + selection.quoted(dialect.quote()) + " WHERE " + marked
                + (bound.nothing()
                        ? " AND (" + (beside.isEmpty() ? "1 = 0" : beside) + ")"
                        : selection.table().strategy() == Strategy.FULL
                                ? ""
                                : " AND (" + window() + (beside.isEmpty() ? "" : " OR " + beside) + ")")
                + selection.andWhere();
    }

    private String window() {
        boolean timed = selection.table().strategy() == Strategy.TIMED;
        SourceColumn field = selection.field();
        String column = selection.quotedField(dialect.quote());
        List<String> limits = new ArrayList<>();
        selection.from().ifPresent(from -> limits.add(column + (timed ? " >= " : " > ") + dialect.literal(from)));
        bound.upTo().ifPresent(to -> limits.add(column + (timed ? " < " : " <= ") + dialect.literal(to)));
        String range = String.join(" AND ", limits);
        return timed && field.nullable() ? "(" + range + " OR " + column + " IS NULL)" : range;
    }
}
