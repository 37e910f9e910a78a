package io.github.redshiftreplicator.state;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.springframework.core.NestedRuntimeException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionTemplate;

/** The state table as such: its name, its dialect, its creation. Thread-safe; asks the database nothing before it must. */
final class StateTable {
    private static final int ATTEMPTS = 50;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)?");

    private final String name;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private volatile StateDialect dialect;
    private volatile boolean known;

    StateTable(String name, JdbcTemplate jdbc, TransactionTemplate transaction) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' can't be the state table's name: use letters, digits and"
                    + " underscores, with or without a schema.");
        }
        this.name = name;
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** The same, with a dialect that is not asked of the database. */
    StateTable(String name, JdbcTemplate jdbc, TransactionTemplate transaction, StateDialect dialect) {
        this(name, jdbc, transaction);
        this.dialect = dialect;
    }

    String name() {
        return name;
    }

    StateDialect dialect() {
        if (dialect == null) {
            dialect = jdbc.execute((ConnectionCallback<StateDialect>) connection -> {
                DatabaseMetaData database = connection.getMetaData();
                return StateDialect.of(database);
            });
        }
        return dialect;
    }

    String ddl() {
        return dialect().createTable(name);
    }

    /** Whether the table is there and may be read. */
    boolean exists() {
        known = known || isReadable();
        return known;
    }

    private boolean isReadable() {
        try {
            jdbc.execute("SELECT id FROM " + name + " WHERE 1 = 0");
            return true;
        } catch (DataAccessResourceFailureException e) {
            throw e;
        } catch (DataAccessException e) {
            if (isTransient(e)) {
                throw e;
            }
            return false;
        }
    }

    /** Does the work, again and again if it lost against another's and may be repeated. */
    <T> T persistently(Supplier<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (DataAccessException | TransactionException e) {
                RuntimeException reason = reason(e);
                if (attempt == ATTEMPTS || !isTransient(reason)) {
                    throw reason;
                }
            }
        }
    }

    /** A rollback that fails hides what it was made for, and says no more than that the connection is closed. */
    private static RuntimeException reason(RuntimeException e) {
        return e instanceof TransactionSystemException rollback
                        && rollback.getApplicationException() instanceof RuntimeException hidden
                ? hidden
                : e;
    }

    private boolean isTransient(RuntimeException e) {
        return sqlException(e).filter(dialect()::isTransient).isPresent();
    }

    boolean isUniqueViolation(RuntimeException e) {
        return sqlException(e).filter(dialect()::isUniqueViolation).isPresent();
    }

    private static Optional<SQLException> sqlException(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }

    /**
     * Creates the table unless it is there. Another process may do so at the same time.
     *
     * @throws StateTableException if it is not there and cannot be created
     */
    void createIfMissing() {
        if (known) {
            return;
        }
        try {
            persistently(() -> exists() || create());
        } catch (DataAccessResourceFailureException e) {
            throw e;
        } catch (DataAccessException | TransactionException e) {
            if (!persistently(this::exists)) {
                throw unusable("can't be created", e);
            }
        }
        if (!persistently(this::exists)) {
            throw unusable("exists but can't be read", null);
        }
    }

    private boolean create() {
        transaction.executeWithoutResult(status -> jdbc.execute(ddl()));
        return true;
    }

    private StateTableException unusable(String what, NestedRuntimeException e) {
        String reason = e == null ? "" : " (" + firstLine(e.getMostSpecificCause()) + ")";
        return new StateTableException(
                "The state table " + name + " " + what + reason + ": grant the user CREATE in its schema and SELECT,"
                        + " INSERT, UPDATE and DELETE on it, create it with the SQL that 'replicator install"
                        + " --dry-run' prints, or set replicator.state.url to another database.",
                e);
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
    }
}
