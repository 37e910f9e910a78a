package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.Row;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.TableName;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A table's rows as one replication left them, in one snapshot of their own: those that its window and the windows
 * before it moved and that have not moved since. Rows are read in the form in which an export carries them. For one
 * thread; close it in any case.
 */
public final class SettledRows implements AutoCloseable {
    private static final int QUEUED_AT_ONCE = 5_000;

    private final Connection connection;
    private final SnapshotConnections.Pool pool;
    private final Selection selection;
    private final Dialect dialect;
    private final Values values;
    private final Optional<String> last;
    private RowReader reader;

    SettledRows(
            Connection connection,
            SnapshotConnections.Pool pool,
            Selection selection,
            Dialect dialect,
            Optional<String> last)
            throws SQLException {
        this.connection = connection;
        this.pool = pool;
        this.selection = selection;
        this.dialect = dialect;
        this.values = new Values(dialect, selection.table(), selection.source());
        this.last = last;
        dialect.beginSnapshot(connection, selection);
    }

    /** A condition on a whole-numbered column: {@code [from, to)}, an absent end being open; NULL goes to the first. */
    public record Range(Optional<SourceColumn> column, Optional<String> from, Optional<String> to) {
        /** All rows. */
        public static final Range ALL = new Range(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Reads the keys of the rows that may have moved since the replication, so that nothing can be said of them: timed,
     * those stamped at its bound or later or not at all; identity, those that its {@code overlap} reads again.
     *
     * @param keys is handed them one by one, in the form in which an export carries them
     */
    public void moved(List<ColumnPlan.Pair> keyColumns, Range range, Consumer<List<String>> keys) {
        Optional<String> moved = movedCondition();
        if (moved.isPresent()) {
            try (RowReader rows = read(keyColumns, List.of(moved.get()), range)) {
                rows.forEachRemaining(row -> keys.accept(row.texts()));
            }
        }
    }

    /**
     * Reads the queued deletions of a tracked table.
     *
     * @param keys is handed the keys one by one, in the form in which an export carries them
     * @return false if one of them stands for every row
     */
    public boolean queued(
            DeletionTracking tracking,
            TrackedTable table,
            List<ColumnPlan.Pair> keyColumns,
            Consumer<List<String>> keys) {
        UnaryOperator<List<String>> carried = QueueReader.carried(tracking, keyColumns);
        try {
            if (tracking.pending(connection, table.name()).everything()) {
                return false;
            }
            long above = Long.MIN_VALUE;
            List<DeletionTracking.Entry> page;
            do {
                page = tracking.page(connection, table.name(), above, QUEUED_AT_ONCE);
                for (DeletionTracking.Entry entry : page) {
                    above = entry.id();
                    entry.key()
                            .map(json -> QueueReader.parse(table, json))
                            .map(carried)
                            .ifPresent(keys);
                }
            } while (page.size() == QUEUED_AT_ONCE);
            return true;
        } catch (SQLException e) {
            throw failed("reading the queue of deletions of", e);
        }
    }

    /** Reads the settled rows of a range, one reading at a time. */
    public RowReader rows(ColumnPlan plan, Range range) {
        List<String> conditions = new ArrayList<>();
        settledCondition().ifPresent(conditions::add);
        selection.live(dialect).ifPresent(conditions::add);
        selection.where().ifPresent(where -> conditions.add("(" + where + ")"));
        return read(plan.columns(), conditions, range);
    }

    /** The lowest and the highest value of a whole-numbered column, empty if there is none. */
    public Optional<List<BigDecimal>> ends(SourceColumn column) {
        String name = quoted(column);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT min(" + name + "), max(" + name + ") FROM " + table())) {
            row.next();
            BigDecimal lowest = row.getBigDecimal(1);
            return lowest == null ? Optional.empty() : Optional.of(List.of(lowest, row.getBigDecimal(2)));
        } catch (SQLException e) {
            throw failed("looking for the ends of", e);
        }
    }

    private RowReader read(List<ColumnPlan.Pair> columns, List<String> conditions, Range range) {
        List<String> all = new ArrayList<>(conditions);
        condition(range).ifPresent(all::add);
        String sql = "SELECT " + columns.stream().map(values::expression).collect(Collectors.joining(", ")) + " FROM "
                + table() + (all.isEmpty() ? "" : " WHERE " + String.join(" AND ", all));
        try {
            if (reader != null) {
                reader.close();
            }
            UnaryOperator<Row> guard = RowGuard.of(dialect, selection, new ColumnPlan(columns))
                    .<UnaryOperator<Row>>map(g -> g::fit)
                    .orElse(UnaryOperator.identity());
            reader = new RowReader(connection, sql, dialect.fetchSize(selection.settings()), new Progress(-1), guard);
            return reader;
        } catch (SQLException e) {
            throw failed("reading", e);
        }
    }

    private Optional<String> condition(Range range) {
        if (range.column().isEmpty() || range.from().isEmpty() && range.to().isEmpty()) {
            return Optional.empty();
        }
        String name = quoted(range.column().get());
        List<String> limits = new ArrayList<>();
        range.from().ifPresent(from -> limits.add(name + " >= " + from));
        range.to().ifPresent(to -> limits.add(name + " < " + to));
        String limited = String.join(" AND ", limits);
        return Optional.of(range.from().isEmpty() ? "(" + limited + " OR " + name + " IS NULL)" : limited);
    }

    private Optional<String> settledCondition() {
        return switch (selection.table().strategy()) {
            case FULL -> Optional.empty();
            case TIMED -> Optional.of(field() + " < " + dialect.literal(last.orElseThrow()));
            case IDENTITY -> Optional.of(field() + " <= " + dialect.literal(settledKey()));
        };
    }

    private Optional<String> movedCondition() {
        String field = selection.table().strategy() == Strategy.FULL ? "" : field();
        return switch (selection.table().strategy()) {
            case FULL -> Optional.empty();
            case TIMED ->
                Optional.of("(" + field + " >= " + dialect.literal(last.orElseThrow())
                        + (selection.field().nullable() ? " OR " + field + " IS NULL" : "") + ")");
            case IDENTITY ->
                selection.table().option("overlap").isEmpty()
                        ? Optional.empty()
                        : Optional.of(field + " > " + dialect.literal(settledKey()));
        };
    }

    /** The highest key below which no row can come any more. */
    private String settledKey() {
        return Overlap.lowered(selection.table(), selection.source(), last, dialect)
                .orElseThrow();
    }

    private String table() {
        return selection.quoted(dialect.quote());
    }

    private String field() {
        return selection.quotedField(dialect.quote());
    }

    private String quoted(SourceColumn column) {
        return TableName.quote(column.name(), dialect.quote());
    }

    private SourceException failed(String what, SQLException e) {
        return new SourceException(
                "Table " + selection.table().name() + ": " + what + " "
                        + selection.source().name() + " failed: " + e.getMessage(),
                e);
    }

    /** Ends the snapshot and gives the connection back. */
    @Override
    public void close() {
        boolean unfinished = reader != null && !reader.isComplete();
        if (reader != null) {
            reader.close();
        }
        pool.giveBack(connection, unfinished);
    }
}
