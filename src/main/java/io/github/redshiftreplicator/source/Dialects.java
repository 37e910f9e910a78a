package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.config.Secrets;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Finds a source's dialect by its URL. */
final class Dialects {
    private Dialects() {}

    static Dialect of(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return new PostgreSqlDialect();
        }
        if (url.startsWith("jdbc:mysql:") || url.startsWith("jdbc:mariadb:")) {
            return new MySqlDialect(url);
        }
        if (url.startsWith("jdbc:sqlite:")) {
            return new SqliteDialect();
        }
        if (url.startsWith("jdbc:h2:")) {
            return new H2Dialect();
        }
        try {
            DriverManager.getDriver(url);
            return new GenericDialect();
        } catch (SQLException e) {
            throw new SourceException(
                    "There is no driver for the source " + Secrets.masked(url)
                            + ": use jdbc:postgresql:, jdbc:mariadb:, jdbc:mysql:, jdbc:sqlite:, jdbc:h2: or put the"
                            + " driver on the class path.",
                    e);
        }
    }
}
