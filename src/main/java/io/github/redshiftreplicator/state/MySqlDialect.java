package io.github.redshiftreplicator.state;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * MySQL 5.7 and MariaDB 10.2 and later. Timestamps are DATETIME in UTC, which no session's time zone touches. The binary
 * collation keeps table names apart that differ in case.
 */
final class MySqlDialect implements StateDialect {
    private static final StateColumns COLUMNS =
            new StateColumns("BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY", "DATETIME(6)", "TEXT", "MEDIUMTEXT");
    private static final int UNKNOWN_DATABASE = 1049;
    private static final int DUPLICATE_ENTRY = 1062;
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int RECORD_CHANGED_SINCE_LAST_READ = 1020;

    @Override
    public String createTable(String table) {
        return "CREATE TABLE IF NOT EXISTS " + table + " (\n" + COLUMNS.definition(this)
                + ") ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
    }

    @Override
    public String now() {
        return "utc_timestamp(6)";
    }

    @Override
    public String nowPlus(Duration duration) {
        return "date_add(utc_timestamp(6), interval " + duration.toMillis() * 1000 + " microsecond)";
    }

    @Override
    public String column(String name) {
        return name.equals("key") ? "`key`" : name;
    }

    /** A number, since drivers carry a DATETIME through this process's time zone, even as a LocalDateTime. */
    @Override
    public String selected(String timestamp) {
        return "timestampdiff(microsecond, '1970-01-01 00:00:00', " + timestamp + ") AS " + timestamp;
    }

    @Override
    public Instant instant(ResultSet row, String column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    @Override
    public boolean isMissingTable(SQLException e) {
        return e.getErrorCode() == UNKNOWN_DATABASE || StateDialect.super.isMissingTable(e);
    }

    @Override
    public boolean isUniqueViolation(SQLException e) {
        return e.getErrorCode() == DUPLICATE_ENTRY;
    }

    @Override
    public boolean isTransient(SQLException e) {
        return e.getErrorCode() == LOCK_WAIT_TIMEOUT
                || e.getErrorCode() == RECORD_CHANGED_SINCE_LAST_READ
                || StateDialect.super.isTransient(e);
    }
}
