package io.github.redshiftreplicator.redshift;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a server's or driver's error means for the transaction that met it. */
final class SqlState {
    /** What Redshift says under serializable isolation and under snapshot isolation, where the SQLSTATE is XX000. */
    private static final Pattern CONFLICT = Pattern.compile(
            "\\b1023\\b|serializable isolation violation|conflict with concurrent transaction",
            Pattern.CASE_INSENSITIVE);

    /** Redshift's words, whose SQLSTATE, 42601, is that of any syntax error. */
    private static final String LEFT_OUT = "NOT NULL column without DEFAULT must be included in column list";

    private SqlState() {}

    static boolean undefinedTable(SQLException e) {
        return anyState(e, "42P01", "3F000");
    }

    /** Whether the statement took longer than {@code statement_timeout} allows, or was canceled. */
    static boolean canceled(SQLException e) {
        return anyState(e, "57014");
    }

    /** Whether a COPY with a list of columns leaves one out that must have a value. */
    static boolean columnLeftOut(SQLException e) {
        return causes(e).stream()
                .anyMatch(cause -> String.valueOf(cause.getMessage()).contains(LEFT_OUT));
    }

    /** Whether the session is gone, so that the fate of a COMMIT under way is unknown. */
    static boolean connectionLost(SQLException e) {
        return !refused(e)
                && (anyState(e, "08", "57P0")
                        || causes(e).stream()
                                .anyMatch(cause -> cause instanceof SQLRecoverableException
                                        || cause instanceof SQLTransientConnectionException
                                        || cause instanceof IOException));
    }

    /**
     * Whether the same transaction may well pass if it is run again: another transaction was in its way (error 1023), the
     * session was lost or the server has no connection to spare. Errors of data, syntax and permission are not.
     */
    static boolean transientError(SQLException e) {
        return connectionLost(e)
                || anyState(e, "40001", "40P01", "53300")
                || causes(e).stream()
                        .anyMatch(cause -> cause instanceof SQLException
                                && cause.getMessage() != null
                                && CONFLICT.matcher(cause.getMessage()).find());
    }

    /** A login that is refused now is refused again, although a pool reports it as a transient failure. */
    private static boolean refused(SQLException e) {
        return anyState(e, "28", "3D000");
    }

    private static boolean anyState(SQLException e, String... prefixes) {
        return causes(e).stream().anyMatch(cause -> {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                for (String prefix : prefixes) {
                    if (sql.getSQLState().startsWith(prefix)) {
                        return true;
                    }
                }
            }
            return false;
        });
    }

    private static List<Throwable> causes(Throwable error) {
        Map<Throwable, Boolean> seen = new IdentityHashMap<>();
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = error; cause != null && seen.put(cause, true) == null; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }
}
