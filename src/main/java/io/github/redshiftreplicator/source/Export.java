package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.CsvFormat;
import io.github.redshiftreplicator.table.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * One table's export: a window that is fixed, and the snapshot in which its rows are read. Read it once, by
 * {@link #copy}, {@link #rows} or a query of {@link #selectSql} on {@link #dataSource}, from one thread at a time; close
 * it in any case.
 */
public final class Export implements AutoCloseable {
    private final SnapshotConnections connections;
    private final Selection selection;
    private final Dialect dialect;
    private final ColumnPlan plan;
    private final Bound bound;
    private final Progress progress;
    private final String selectSql;
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
        this.selectSql = new SelectSql(dialect, selection, plan, bound).text("");
    }

    /** The window that this export moves. Its last record is what the next one starts from. */
    public Window window() {
        return new Window(selection.from(), bound.last());
    }

    /** What keeps the window from reaching the present, if anything does. */
    public Optional<HeldBack> heldBack() {
        return bound.heldBack();
    }

    /** Whether it is known that the window holds no row. If it is not, it may still turn out to hold none. */
    public boolean isEmpty() {
        return bound.nothing();
    }

    /** The query for the window's rows, with the plan's columns in the target's order. Valid as plain SQL text. */
    public String selectSql() {
        return selectSql;
    }

    /**
     * How many of the window's values the table's policies alter, counted in the snapshot before its rows are read. Asks
     * the source only where a policy other than fail may apply.
     *
     * @throws SourceException if counting fails
     */
    public long altered() {
        requireUnread();
        Optional<String> altered = new Values(dialect, selection.table(), selection.source()).altered(plan);
        if (altered.isEmpty() || isEmpty()) {
            return 0;
        }
        String sql = new SelectSql(dialect, selection, plan, bound).text("sum(" + altered.get() + ")", "");
        try (Statement statement = connections.leader().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new SourceException(
                    "Table " + selection.table().name() + ": counting the values that do not fit failed: "
                            + e.getMessage(),
                    e);
        }
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
            List<String> ranges = isEmpty()
                    ? List.of()
                    : PostgreSqlRanges.of(connections.leader(), selection, bound, selection.parallelism());
            SelectSql select = new SelectSql(dialect, selection, plan, bound);
            List<String> statements = ranges.stream()
                    .map(range -> "COPY (" + select.text(range) + ") TO STDOUT (FORMAT csv, NULL '"
                            + CsvFormat.NULL_MARKER + "', ENCODING 'UTF8')")
                    .toList();
            copyReader = new CopyReader(
                    selection.table().name(),
                    connections.forReaders(Math.min(selection.parallelism(), statements.size())),
                    statements,
                    progress,
                    selection.settings().blockSize());
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
            rowReader =
                    new RowReader(connections.leader(), selectSql, dialect.fetchSize(selection.settings()), progress);
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
