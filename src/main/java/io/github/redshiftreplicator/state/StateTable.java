package io.github.redshiftreplicator.state;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.springframework.core.NestedRuntimeException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
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

    /**
     * Whether the table is there. One of an earlier version gets the columns that came later.
     *
     * @throws StateTableException if it is there and cannot be read or changed
     */
    boolean exists() {
        if (!known) {
            Optional<Set<String>> columns = columns();
            columns.ifPresent(this::addLater);
            known = columns.isPresent();
        }
        return known;
    }

    /** The table's columns; empty if there is no such table. */
    private Optional<Set<String>> columns() {
        try {
            return Optional.of(jdbc.query("SELECT * FROM " + name + " WHERE 1 = 0", rows -> {
                Set<String> columns = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    columns.add(rows.getMetaData().getColumnName(i));
                }
                return columns;
            }));
        } catch (DataAccessException e) {
            if (sqlException(e).filter(dialect()::isMissingTable).isPresent()) {
                return Optional.empty();
            }
            boolean refused = e instanceof BadSqlGrammarException || e instanceof PermissionDeniedDataAccessException;
            throw refused && !isTransient(e) ? unusable("can't be read", e) : e;
        }
    }

    private void addLater(Set<String> columns) {
        if (!columns.contains("processorName")) {
            throw new StateTableException(
                    "The table " + name + " is another's: it has no column processorName. Set replicator.state.table to"
                            + " a name that is free.",
                    null);
        }
        StateColumns.LATER.forEach((column, type) -> {
            if (!columns.contains(column)) {
                add(column, type);
            }
        });
    }

    private void add(String column, String type) {
        String statement = "ALTER TABLE " + name + " ADD " + column + " " + type;
        try {
            persistently(() -> has(column) || execute(statement));
        } catch (DataAccessException | TransactionException e) {
            // another process may have done so at the same time
            if (!has(column)) {
                throw new StateTableException(
                        "The state table " + name + " is an earlier version's and can't be changed" + because(e)
                                + ": run '" + statement + "' as its owner.",
                        e);
            }
        }
    }

    private boolean has(String column) {
        return columns().filter(columns -> columns.contains(column)).isPresent();
    }

    private boolean execute(String ddl) {
        transaction.executeWithoutResult(status -> jdbc.execute(ddl));
        return true;
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
     * @throws StateTableException if it cannot be created, read or changed
     */
    void createIfMissing() {
        if (known) {
            return;
        }
        try {
            persistently(() -> exists() || execute(ddl()) && exists());
        } catch (DataAccessResourceFailureException e) {
            throw e;
        } catch (DataAccessException | TransactionException e) {
            if (!persistently(this::exists)) {
                throw unusable("can't be created", e);
            }
        }
    }

    private StateTableException unusable(String what, NestedRuntimeException e) {
        return new StateTableException(
                "The state table " + name + " " + what + because(e)
                        + ": grant the user CREATE in its schema and SELECT,"
                        + " INSERT, UPDATE and DELETE on it, create it with the SQL that 'replicator install"
                        + " --dry-run' prints, or set replicator.state.url to another database.",
                e);
    }

    private static String because(NestedRuntimeException e) {
        String message = String.valueOf(e.getMostSpecificCause().getMessage());
        return " (" + message.strip().lines().findFirst().orElse("") + ")";
    }
}
