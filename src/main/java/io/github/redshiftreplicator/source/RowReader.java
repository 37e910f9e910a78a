package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.Row;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;

/** Reads rows through JDBC, a fetch at a time. Not thread-safe. */
public final class RowReader implements Iterator<Row>, AutoCloseable {
    private final Statement statement;
    private final ResultSet result;
    private final RowMapper mapper = new RowMapper();
    private final UnaryOperator<Row> guard;
    private final Progress progress;
    private boolean closed;
    private boolean ready;
    private volatile boolean complete;
    private int rows;

    RowReader(Connection connection, String sql, int fetchSize, Progress progress, UnaryOperator<Row> guard)
            throws SQLException {
        this.guard = guard;
        this.progress = progress;
        this.statement = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        try {
            statement.setFetchSize(fetchSize);
            this.result = statement.executeQuery(sql);
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /**
     * Moves to the next row.
     *
     * @throws SourceException if reading failed
     */
    @Override
    public boolean hasNext() {
        if (!ready && !closed) {
            try {
                ready = result.next();
            } catch (SQLException e) {
                close();
                throw failed(e);
            }
            if (!ready) {
                complete = true;
                close();
            }
        }
        return ready;
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        try {
            Row row = guard.apply(mapper.mapRow(result, rows++));
            progress.add(1, row.weight());
            ready = false;
            return row;
        } catch (SQLException e) {
            close();
            throw failed(e);
        }
    }

    private static SourceException failed(SQLException e) {
        return new SourceException("Reading the source failed: " + e.getMessage(), e);
    }

    /** Whether the rows were read to their end, so that the connection is in order. */
    boolean isComplete() {
        return complete;
    }

    /** Ends reading, early if need be. Does nothing the second time. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ready = false;
            try {
                if (!complete) {
                    // or closing would read the rest, with MySQL's drivers
                    statement.cancel();
                }
                statement.close();
            } catch (SQLException e) {
                // the connection is in no state to be used again, which its own close will find
            }
        }
    }
}
