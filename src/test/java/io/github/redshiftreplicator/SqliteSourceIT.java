package io.github.redshiftreplicator;

import java.sql.SQLException;
import java.sql.Statement;

/** SQLite, a file with a write-ahead log. */
class SqliteSourceIT extends SourcesContract {
    @Override
    String url() {
        return "jdbc:sqlite:" + directory.resolve("source.db") + "?journal_mode=WAL&busy_timeout=5000";
    }

    @Override
    String user() {
        return "";
    }

    @Override
    String password() {
        return "";
    }

    /** SQLite's own parser takes one statement after the other. */
    @Override
    void script(String script) throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.executeUpdate(script);
        }
    }

    @Override
    char quote() {
        return '"';
    }

    @Override
    String timestamp() {
        return "TIMESTAMP";
    }

    @Override
    String now() {
        return "strftime('%Y-%m-%d %H:%M:%f', 'now')";
    }

    @Override
    String bytes() {
        return "BLOB";
    }

    @Override
    String textOfAnyCase() {
        return "VARCHAR(10) COLLATE NOCASE";
    }
}
