package io.github.redshiftreplicator.sandbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;

/**
 * What COPY remembers where STL_LOAD_ERRORS, SYS_LOAD_ERROR_DETAIL, STL_LOAD_COMMITS and SYS_LOAD_HISTORY find it. Written outside
 * the client's transaction, so that its rollback keeps it. Thread-safe.
 */
final class LoadErrors {

    /** The load that a record belongs to. */
    record Load(String tableId, String table, Instant started, int processId, String user, String source) {}

    /** A rejected row. */
    record Row(
            String file,
            long line,
            String column,
            String type,
            String length,
            int position,
            String rawLine,
            String rawValue,
            int code,
            String reason) {}

    /** A file that was loaded. */
    record LoadedFile(String url, long rows) {}

    private final DataSource database;

    LoadErrors(DataSource database) {
        this.database = database;
    }

    void record(long queryId, Load load, List<Row> rows) {
        String sql = "INSERT INTO pg_internal.load_error VALUES"
                + " ((SELECT usesysid FROM pg_catalog.pg_user WHERE usename = ?), ?::integer, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            connection.setAutoCommit(false);
            for (Row row : rows) {
                insert.setString(1, load.user());
                insert.setString(2, load.tableId());
                insert.setObject(3, utc(load.started()));
                insert.setInt(4, load.processId());
                insert.setLong(5, queryId);
                insert.setString(6, cut(row.file(), 256));
                insert.setLong(7, row.line());
                insert.setString(8, row.column());
                insert.setString(9, cut(row.type(), 10));
                insert.setString(10, cut(row.length(), 10));
                insert.setInt(11, row.position());
                insert.setString(12, row.rawLine());
                insert.setString(13, row.rawValue());
                insert.setInt(14, row.code());
                insert.setString(15, cut(row.reason(), 512));
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException("Could not record the load's errors", e);
        }
    }

    void loaded(long queryId, Load load, List<LoadedFile> files) {
        String sql = "INSERT INTO pg_internal.load_commit VALUES"
                + " ((SELECT usesysid FROM pg_catalog.pg_user WHERE usename = ?), ?, ?, ?, ?, ?, ?, ?)";
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            connection.setAutoCommit(false);
            for (LoadedFile file : files) {
                insert.setString(1, load.user());
                insert.setLong(2, queryId);
                insert.setString(3, load.table());
                insert.setString(4, load.source());
                insert.setString(5, cut(file.url(), 256));
                insert.setLong(6, file.rows());
                insert.setObject(7, utc(load.started()));
                insert.setObject(8, utc(Instant.now()));
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException("Could not record the load", e);
        }
    }

    private static LocalDateTime utc(Instant time) {
        return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    }

    private static String cut(String text, int length) {
        return text.length() > length ? text.substring(0, length) : text;
    }
}
