package io.github.redshiftreplicator.redshift;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what Redshift recorded of one failed COPY. {@code SYS_LOAD_ERROR_DETAIL} is on clusters and serverless alike;
 * {@code STL_LOAD_ERRORS}, on clusters only, adds the raw values.
 *
 * <p>"This COPY" is: this session's newest since the COPY began. The query id is no help: {@code PG_LAST_COPY_ID} keeps the one
 * before when the transaction is rolled back. Where no record names this session (a concurrency scaling cluster has
 * its own) those of the manifest's folder since then are taken.
 */
final class LoadErrors {
    private static final Logger LOG = LoggerFactory.getLogger(LoadErrors.class);
    private static final int MOST = 20;
    private static final int NO_SESSION = -1;
    private static final LocalDateTime LONG_AGO = LocalDateTime.of(2000, 1, 1, 0, 0);

    private static final String SYS = "SELECT session_id, query_id, file_name, line_number, column_name, column_type,"
            + " column_length, \"position\", error_code, error_message, NULL, NULL FROM sys_load_error_detail"
            + " WHERE start_time >= CAST(? AS TIMESTAMP) AND (session_id = ? OR STRPOS(file_name, ?) = 1)"
            + " ORDER BY start_time DESC, line_number LIMIT 100";
    private static final String STL =
            "SELECT session, query, filename, line_number, colname, type, col_length, \"position\","
                    + " err_code, err_reason, raw_field_value, raw_line FROM stl_load_errors"
                    + " WHERE starttime >= CAST(? AS TIMESTAMP) AND (session = ? OR STRPOS(filename, ?) = 1)"
                    + " ORDER BY starttime DESC, line_number LIMIT 100";

    /** The time of the views, whose columns are in UTC. GETDATE's is the session's, and so is a cast's. */
    private static final String UTC = "CAST(GETDATE() AS TIMESTAMPTZ) AT TIME ZONE 'UTC'";

    private LoadErrors() {}

    private record Found(int session, long query, LoadError error) {}

    /**
     * The errors of the COPY that just failed in a session, at most 20; empty if they cannot be read.
     *
     * @param connection the session, rolled back
     * @param manifest what was loaded
     * @param copyStarted when the COPY was sent, by {@link System#nanoTime}
     */
    static List<LoadError> of(Connection connection, String manifest, long copyStarted) {
        try {
            connection.setAutoCommit(true);
            int session = session(connection);
            LocalDateTime since = began(connection, copyStarted);
            String folder = manifest.substring(0, manifest.lastIndexOf('/') + 1);
            List<LoadError> details = read(connection, STL, session, since, folder);
            List<LoadError> errors = read(connection, SYS, session, since, folder);
            return errors.isEmpty() ? details : complete(errors, details);
        } catch (SQLException | RuntimeException e) {
            LOG.debug("The details of the failed COPY cannot be read", e);
            return List.of();
        }
    }

    /** The errors of the last COPY of files whose names begin so, whoever ran it and whenever, at most 20. */
    static List<LoadError> ofFiles(Connection connection, String files) throws SQLException {
        connection.setAutoCommit(true);
        List<LoadError> details = read(connection, STL, NO_SESSION, LONG_AGO, files);
        List<LoadError> errors = read(connection, SYS, NO_SESSION, LONG_AGO, files);
        return errors.isEmpty() ? details : complete(errors, details);
    }

    private static int session(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    /** When the COPY began, or a little before, by the database's clock. */
    private static LocalDateTime began(Connection connection, long copyStarted) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + UTC)) {
            row.next();
            // not after the COPY began: it was sent before and this answer came after
            return row.getTimestamp(1).toLocalDateTime().minusNanos(System.nanoTime() - copyStarted);
        } catch (SQLException e) {
            LOG.debug("The database does not tell its time", e);
            return LocalDateTime.now(ZoneOffset.UTC).minusHours(1);
        }
    }

    private static List<LoadError> read(
            Connection connection, String sql, int session, LocalDateTime since, String folder) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, since.toString().replace('T', ' '));
            statement.setInt(2, session);
            statement.setString(3, folder);
            List<Found> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new Found(row.getInt(1), row.getLong(2), error(row)));
                }
            }
            Optional<Found> newest = found.stream()
                    .filter(one -> one.session() == session)
                    .findFirst()
                    .or(() -> found.stream().findFirst());
            return found.stream()
                    .filter(one -> one.query() == newest.orElseThrow().query())
                    .map(Found::error)
                    .limit(MOST)
                    .toList();
        } catch (SQLException e) {
            LOG.debug("A view of load errors cannot be read", e);
            return List.of();
        }
    }

    private static LoadError error(ResultSet row) throws SQLException {
        String type = text(row, 6);
        String length = text(row, 7);
        return new LoadError(
                text(row, 3),
                row.getLong(4),
                text(row, 5),
                type.isEmpty() || length.isEmpty() || length.equals("0") ? type : type + "(" + length + ")",
                row.getInt(8),
                Optional.ofNullable(row.getString(11)).map(String::stripTrailing),
                Optional.ofNullable(row.getString(12)).map(String::stripTrailing),
                row.getInt(9),
                text(row, 10));
    }

    private static String text(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        return text == null ? "" : text.strip();
    }

    /** Adds the raw values, which only the STL view has, to the errors of the SYS view. */
    private static List<LoadError> complete(List<LoadError> errors, List<LoadError> details) {
        return errors.stream()
                .map(error -> details.stream()
                        .filter(detail -> detail.file().equals(error.file())
                                && detail.line() == error.line()
                                && detail.column().equals(error.column()))
                        .findFirst()
                        .map(detail -> new LoadError(
                                error.file(),
                                error.line(),
                                error.column(),
                                error.type(),
                                error.position(),
                                detail.value(),
                                detail.rawLine(),
                                error.code(),
                                error.reason()))
                        .orElse(error))
                .toList();
    }
}
