package io.github.redshiftreplicator.state;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** SQLite. Timestamps are texts in UTC with milliseconds, in SQLite's own form, which sorts as time does. */
final class SqliteDialect implements StateDialect {
    private static final StateColumns COLUMNS =
            new StateColumns("INTEGER PRIMARY KEY AUTOINCREMENT", "TIMESTAMP", "TEXT", "TEXT");
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    private static final int BUSY = 5;
    private static final int LOCKED = 6;

    @Override
    public String createTable(String table) {
        return "CREATE TABLE IF NOT EXISTS " + table + " (\n" + COLUMNS.definition(this) + ")";
    }

    @Override
    public String now() {
        return "strftime('%Y-%m-%d %H:%M:%f', 'now')";
    }

    @Override
    public String nowPlus(Duration duration) {
        return "strftime('%Y-%m-%d %H:%M:%f', 'now', '"
                + String.format(Locale.ROOT, "%+.3f", duration.toMillis() / 1000.0) + " seconds')";
    }

    @Override
    public Instant instant(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? null : LocalDateTime.parse(text, FORM).toInstant(ZoneOffset.UTC);
    }

    @Override
    public boolean isMissingTable(SQLException e) {
        return String.valueOf(e.getMessage()).contains("no such table");
    }

    @Override
    public boolean isUniqueViolation(SQLException e) {
        return String.valueOf(e.getMessage()).contains("UNIQUE constraint failed");
    }

    @Override
    public boolean isTransient(SQLException e) {
        int code = e.getErrorCode() & 0xff;
        return code == BUSY || code == LOCKED;
    }
}
