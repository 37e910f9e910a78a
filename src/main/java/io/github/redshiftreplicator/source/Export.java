package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.CsvFormat;
import io.github.redshiftreplicator.table.JsonNumbers;
import io.github.redshiftreplicator.table.Row;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Window;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * One table's export: a window that is fixed, and the snapshot in which its rows are read. Read it once, by
 * {@link #copy}, {@link #rows} or a query of {@link #selectSql} on {@link #dataSource}, from one thread at a time; close
 * it in any case.
 */
public final class Export implements AutoCloseable {
    private static final int KEYS_AT_ONCE = 5_000;

    private final SnapshotConnections connections;
    private final Selection selection;
    private final Dialect dialect;
    private final ColumnPlan plan;
    private final Bound bound;
    private final Progress progress;
    private final Optional<RowGuard> guard;
    private final int[] documents;
    private String selectSql;
    private String beside = "";
    private CopyReader copyReader;
    private RowReader rowReader;

    Export(SnapshotConnections connections, Selection selection, Dialect dialect, ColumnPlan plan, Bound bound)
            throws SQLException {
        this.connections = connections;
        this.selection = selection;
        this.dialect = dialect;
        this.plan = plan;
        this.bound = bound;
        this.progress = new Progress(dialect.estimateRows(connections.leader(), selection));
        this.selectSql = select().text("");
        this.guard = RowGuard.of(dialect, selection, plan);
        this.documents = IntStream.range(0, plan.columns().size())
                .filter(i -> plan.columns().get(i).target().typeName().equals("super"))
                .toArray();
    }

    private SelectSql select() {
        return new SelectSql(dialect, selection, plan, bound, beside);
    }

    private Values values() {
        return new Values(dialect, selection.table(), selection.source());
    }

    /** The window that this export moves. Its last record is what the next one starts from. */
    public Window window() {
        // an overlap is part of the window, but not where nothing is read but what is asked for beside it
        return new Window(bound.nothing() ? selection.lastRecord() : selection.from(), bound.last());
    }

    /** What keeps the window from reaching the present, if anything does. */
    public Optional<HeldBack> heldBack() {
        return bound.heldBack();
    }

    /** Whether it is known that the window holds no row. If it is not, it may still turn out to hold none. */
    public boolean isEmpty() {
        return bound.nothing() && beside.isEmpty();
    }

    /** Whether rows are read beside the window's. */
    public boolean readsBeside() {
        return !beside.isEmpty();
    }

    /** The query for the window's rows, with the plan's columns in the target's order. Valid as plain SQL text. */
    public String selectSql() {
        return selectSql;
    }

    /**
     * How many of the window's values the table's policies alter, by source column, counted in the snapshot before its rows
     * are read. Asks the source only where a policy other than fail may apply.
     *
     * @return the columns that have some, in the plan's order
     * @throws SourceException if counting fails
     */
    public Map<String, Long> altered() {
        requireUnread();
        Map<String, String> conditions = values().altered(plan);
        if (conditions.isEmpty() || isEmpty()) {
            return Map.of();
        }
        String counts = conditions.values().stream()
                .map(condition -> "sum(CASE WHEN " + condition + " THEN 1 ELSE 0 END)")
                .collect(Collectors.joining(", "));
        String sql = select().text(counts, "");
        Map<String, Long> altered = new LinkedHashMap<>();
        try (Statement statement = connections.leader().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            int place = 1;
            for (String column : conditions.keySet()) {
                long count = row.getLong(place++);
                if (count > 0) {
                    altered.put(column, count);
                }
            }
            return altered;
        } catch (SQLException e) {
            throw new SourceException(
                    "Table " + selection.table().name() + ": counting the values that do not fit failed: "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * A row as the target can hold it: altered by the table's policies where the SELECT cannot do it, since the source has
     * no type mapping; else the same row.
     *
     * @throws ValueRefusedException if a value does not fit and its policy is to fail
     */
    public Row guarded(Row row) {
        if (guard.isPresent()) {
            return guard.get().fit(row);
        }
        for (int column : documents) {
            String document = row.get(column);
            if (document != null && JsonNumbers.isBeyond(document)) {
                throw ValueRefusedException.numberBeyondSuper();
            }
        }
        return row;
    }

    /** The values that {@link #guarded} has altered so far; empty where the SELECT does it, see {@link #altered}. */
    public OptionalLong alteredWhileReading() {
        return guard.map(g -> OptionalLong.of(g.altered())).orElse(OptionalLong.empty());
    }

    /**
     * Reads the table's queue of deletions in this snapshot, and adds to the rows to be read those whose keys are queued
     * and there again: their deletion in the target takes the old ones. To be called before reading starts.
     *
     * @param keys is handed the queued keys in portions, each key its values in the order of the key columns
     * @return the entries that were read; none if one of them stands for every row, and the window does not start at
     *     the beginning: it was queued after the window was opened and is left to the next
     */
    public QueueIds readQueue(DeletionTracking tracking, TrackedTable table, Consumer<List<List<String>>> keys) {
        requireUnread();
        try {
            Connection snapshot = connections.leader();
            if (tracking.pending(snapshot, table.name()).everything()
                    && selection.from().isPresent()) {
                return new QueueIds();
            }
            UnaryOperator<List<String>> carried = QueueReader.carried(tracking, keyPairs());
            boolean appends = selection.table().strategy() == Strategy.IDENTITY;
            QueueReader reader = new QueueReader(tracking, table, dialect, keyPairs(), appends);
            QueueIds ids = reader.read(
                    snapshot,
                    portion -> keys.accept(portion.stream().map(carried).toList()));
            reader.reinserted().ifPresent(this::readBeside);
            return ids;
        } catch (SQLException e) {
            throw failed("reading its queue of deletions", e);
        }
    }

    /** Adds rows to be read beside the window's; an append must not get those above the window's end. */
    private void readBeside(String condition) {
        String bounded = condition;
        if (selection.table().strategy() == Strategy.IDENTITY) {
            bounded = "(" + condition + ") AND "
                    + bound.upTo()
                            .map(e -> selection.quotedField(dialect.quote()) + " <= " + dialect.literal(e))
                            .orElse("1 = 0");
        }
        beside = beside.isEmpty() ? "(" + bounded + ")" : "(" + beside + " OR (" + bounded + "))";
        selectSql = select().text("");
    }

    /**
     * Adds the rows of a range of the replication field, both ends included, to be read beside the window's. To be
     * called before reading starts.
     */
    public void readRange(Optional<String> from, Optional<String> to) {
        requireUnread();
        readBeside(selection.range(dialect, from, to));
    }

    /**
     * Reads the keys of all rows in this snapshot, in the form that the target's columns take.
     *
     * @param keys is handed them in portions
     */
    public void readAllKeys(Consumer<List<List<String>>> keys) {
        requireUnread();
        List<String> conditions = new ArrayList<>();
        selection.where().ifPresent(where -> conditions.add("(" + where + ")"));
        selection.live(dialect).ifPresent(conditions::add);
        readKeys(
                "SELECT " + keyPairs().stream().map(values()::expression).collect(Collectors.joining(", ")) + " FROM "
                        + selection.quoted(dialect.quote())
                        + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions)),
                keys);
    }

    /**
     * Reads the keys of the window's rows that the table's {@code deletedColumn} marks as deleted.
     *
     * @param keys is handed them in portions
     */
    public void readMarkedKeys(Consumer<List<List<String>>> keys) {
        requireUnread();
        selection.deletedMark(dialect).ifPresent(marked -> readKeys(select().markedKeys(keyPairs(), marked), keys));
    }

    private List<ColumnPlan.Pair> keyPairs() {
        return selection.table().keys().stream()
                .map(key -> plan.columns().stream()
                        .filter(pair -> pair.source().name().equalsIgnoreCase(key))
                        .findFirst()
                        .orElseThrow(() -> new SourceException("Table "
                                + selection.table().name() + ": the key column '" + key + "' is missing in the target "
                                + selection.table().target() + ", so its rows cannot be deleted there. Add it there or"
                                + " name other keys.")))
                .toList();
    }

    private void readKeys(String sql, Consumer<List<List<String>>> keys) {
        Optional<RowGuard> keyGuard = RowGuard.of(dialect, selection, new ColumnPlan(keyPairs()));
        try (RowReader rows = new RowReader(
                connections.leader(),
                sql,
                dialect.fetchSize(selection.settings()),
                new Progress(-1),
                row -> keyGuard.map(g -> g.fit(row)).orElse(row))) {
            List<List<String>> portion = new ArrayList<>();
            while (rows.hasNext()) {
                portion.add(rows.next().texts());
                if (portion.size() == KEYS_AT_ONCE) {
                    keys.accept(portion);
                    portion = new ArrayList<>();
                }
            }
            keys.accept(portion);
        } catch (SQLException e) {
            throw failed("reading its keys", e);
        }
    }

    private SourceException failed(String what, SQLException e) {
        return new SourceException("Table " + selection.table().name() + ": " + what + " failed: " + e.getMessage(), e);
    }

    /** How far reading has come. */
    public Progress progress() {
        return progress;
    }

    /** Whether {@link #copy} works: the source is PostgreSQL. */
    public boolean canCopy() {
        return dialect instanceof PostgreSqlDialect;
    }

    /**
     * Starts to read by PostgreSQL's COPY protocol, with as many connections as the settings say where the table can be
     * divided.
     *
     * @throws SourceException if the source is not PostgreSQL or reading cannot start
     */
    public CopyReader copy() {
        requireUnread();
        if (!canCopy()) {
            throw new SourceException(
                    "Table " + selection.table().name() + ": only PostgreSQL can be read by COPY; use the reader sql.");
        }
        try {
            List<String> ranges = beside.isEmpty()
                    ? isEmpty()
                            ? List.of()
                            : PostgreSqlRanges.of(connections.leader(), selection, bound, selection.parallelism())
                    : List.of("");
            SelectSql select = select();
            // the only column's empty string would be a blank line, which COPY does not promise to load
            String quoting = plan.columns().size() == 1 ? ", FORCE_QUOTE *" : "";
            List<String> statements = ranges.stream()
                    .map(range -> "COPY (" + select.text(range) + ") TO STDOUT (FORMAT csv, NULL '"
                            + CsvFormat.NULL_MARKER + "', ENCODING 'UTF8'" + quoting + ")")
                    .toList();
            copyReader = new CopyReader(
                    selection.table().name(),
                    connections.forReaders(Math.min(selection.parallelism(), statements.size())),
                    statements,
                    progress,
                    selection.settings().blockSize(),
                    documents);
            return copyReader;
        } catch (SQLException e) {
            throw new SourceException(
                    "Table " + selection.table().name() + ": reading it cannot start: " + e.getMessage(), e);
        }
    }

    /**
     * Starts to read through JDBC.
     *
     * @throws SourceException if reading cannot start
     */
    public RowReader rows() {
        requireUnread();
        try {
            rowReader = new RowReader(
                    connections.leader(), selectSql, dialect.fetchSize(selection.settings()), progress, this::guarded);
            return rowReader;
        } catch (SQLException e) {
            throw new SourceException(
                    "Table " + selection.table().name() + ": reading it cannot start: " + e.getMessage(), e);
        }
    }

    /**
     * This snapshot's connection as a data source, for {@code sql:} endpoints: closing a connection of it only ends its
     * use there. At most one query at a time.
     */
    public DataSource dataSource() {
        return connections.asDataSource();
    }

    private void requireUnread() {
        if (copyReader != null || rowReader != null) {
            throw new IllegalStateException("An export is read once; begin another to read again.");
        }
    }

    /** Ends the snapshot and gives its connections back, also while rows are being read. */
    @Override
    public void close() {
        boolean unfinished =
                copyReader != null && !copyReader.isComplete() || rowReader != null && !rowReader.isComplete();
        if (copyReader != null) {
            copyReader.close();
        }
        if (rowReader != null) {
            rowReader.close();
        }
        connections.close(unfinished);
    }
}
