package io.github.redshiftreplicator.state;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Set;

/**
 * What the state database's SQL does not share with the others'. The clock is always the database's, and every
 * timestamp is unambiguous whatever the session's, the server's or this process's time zone is.
 */
public interface StateDialect {
    /** PostgreSQL's and MySQL's SQLSTATE, and the three of H2. */
    Set<String> MISSING_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");

    /** The dialect of a database, by its product's name; {@link StandardDialect} if there is none of its own. */
    static StateDialect of(DatabaseMetaData database) throws SQLException {
        String product = database.getDatabaseProductName().toLowerCase(Locale.ROOT);
        if (product.contains("postgresql")) {
            return new PostgreSqlDialect();
        }
        if (product.contains("mysql") || product.contains("mariadb")) {
            return new MySqlDialect();
        }
        if (product.contains("sqlite")) {
            return new SqliteDialect();
        }
        return product.equals("h2") ? new H2Dialect() : new StandardDialect();
    }

    /** The SQL that creates the state table if it does not exist. */
    String createTable(String table);

    /** The clock, as an expression; constant within a statement. */
    String now();

    /** The clock moved on, as an expression. */
    String nowPlus(Duration duration);

    /** The clause at the end of a SELECT that keeps its first rows. */
    default String limit(int rows) {
        return " LIMIT " + rows;
    }

    /** A column's name as a statement must write it. */
    default String column(String name) {
        return name.equals("key") ? "\"key\"" : name;
    }

    /** A timestamp's column as a SELECT must name it for {@link #instant}. */
    default String selected(String timestamp) {
        return timestamp;
    }

    /** A timestamp of the current row, or null. */
    default Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** The most characters that {@code last_error} takes. */
    default int maxErrorLength() {
        return 20_000;
    }

    /** Whether a statement failed because its table, or its schema, is not there. */
    default boolean isMissingTable(SQLException e) {
        return MISSING_TABLE.contains(String.valueOf(e.getSQLState()));
    }

    /** Whether a row was refused because another one has its key. */
    default boolean isUniqueViolation(SQLException e) {
        return "23505".equals(e.getSQLState());
    }

    /** Whether a statement lost against another one, was rolled back and may be repeated at once. */
    default boolean isTransient(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return state.startsWith("40") && !state.equals("40002");
    }
}
