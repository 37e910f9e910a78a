package io.github.redshiftreplicator.redshift;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction's connection, which remembers what it is doing so that a failure can be told: the step in words, and
 * the COPY with the time that it began. Its statements without parameters run in one of JDBC, because redshift-jdbc42 asks
 * the server once more whenever one is closed. Not thread-safe.
 */
final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Connection connection;
    private Statement statement;
    private String step = "connecting";
    private boolean ledgerRead;
    private boolean committing;
    private CopyCommand copy;
    private long copyStarted;
    private final List<String> secrets = new ArrayList<>();

    Session(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** Names what comes next, for messages: "COPY into users". */
    void step(String words) {
        step = words;
    }

    String step() {
        return step;
    }

    /** Runs a statement and returns its update count. */
    long execute(String sql) throws SQLException {
        LOG.debug("{}", sql);
        statement().execute(sql);
        return Math.max(statement().getLargeUpdateCount(), 0);
    }

    /** Runs statements, each in a round trip of its own. */
    void execute(List<String> statements) throws SQLException {
        for (String sql : statements) {
            execute(sql);
        }
    }

    /** Runs a query that yields one number. */
    long number(String sql) throws SQLException {
        LOG.debug("{}", sql);
        try (ResultSet row = statement().executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /**
     * A query's first row.
     *
     * @param types its columns' types, of java.sql.Types
     * @param values its values as texts, empty if the query yields none
     */
    record FirstRow(List<Integer> types, Optional<List<String>> values) {}

    /** Runs a query and returns its first row. */
    FirstRow row(String sql) throws SQLException {
        LOG.debug("{}", sql);
        try (ResultSet row = statement().executeQuery(sql)) {
            boolean found = row.next();
            List<Integer> types = new ArrayList<>();
            List<String> values = new ArrayList<>();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                types.add(row.getMetaData().getColumnType(i));
                values.add(found ? row.getString(i) : null);
            }
            return new FirstRow(types, found ? Optional.of(values) : Optional.empty());
        }
    }

    private Statement statement() throws SQLException {
        if (statement == null) {
            statement = connection.createStatement();
        }
        return statement;
    }

    /** Runs COPY and returns the rows that it loaded. */
    long copy(CopyCommand command) throws SQLException {
        LOG.debug("{}", command.masked());
        copy = command;
        secrets.addAll(command.authorization().secrets());
        copyStarted = System.nanoTime();
        statement().execute(command.sql());
        long rows = number("SELECT pg_last_copy_count()");
        copy = null;
        return rows;
    }

    void commit() throws SQLException {
        step = "COMMIT";
        committing = true;
        connection.commit();
        committing = false;
    }

    void noteLedgerRead() {
        ledgerRead = true;
    }

    /** Whether the ledger was read under its lock and did not have the load. */
    boolean ledgerRead() {
        return ledgerRead;
    }

    /** Whether a COMMIT was sent and not answered. */
    boolean committing() {
        return committing;
    }

    /** Rolls back; a failure of it tells nothing that the error before did not. */
    void rollback() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            LOG.debug("The rollback failed", e);
        }
    }

    /** Ends its statement; the connection is the caller's. */
    @Override
    public void close() {
        if (statement != null) {
            try {
                statement.close();
            } catch (SQLException e) {
                LOG.debug("The statement could not be closed", e);
            }
        }
    }

    /** What Redshift recorded of the COPY that failed; to be asked after the rollback. */
    List<LoadError> loadErrors() {
        return copy == null ? List.of() : LoadErrors.of(connection, copy.manifest(), copyStarted);
    }

    /** The error as it may be shown: as it is, or without its causes and with the secrets blotted out. */
    SQLException shown(SQLException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (secrets.stream().anyMatch(message::contains)) {
                return new SQLException(blotted(String.valueOf(error.getMessage())), error.getSQLState());
            }
        }
        return error;
    }

    private String blotted(String text) {
        String blotted = text;
        for (String secret : secrets) {
            blotted = blotted.replace(secret, "***");
        }
        return blotted;
    }
}
