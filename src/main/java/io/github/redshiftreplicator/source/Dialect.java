package io.github.redshiftreplicator.source;

import com.zaxxer.hikari.HikariConfig;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TypeMappings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What differs between source databases. Stateless and thread-safe; every method works on a connection that is in no
 * transaction, unless it says otherwise, and may leave one open.
 */
interface Dialect {
    /** The character around identifiers. */
    char quote();

    /** Sets what the database's connections need: session settings, streaming. */
    void configure(HikariConfig config, SourceSettings settings);

    /** Describes a table, or explains why it cannot. {@code place} names the database in the explanation. */
    SourceTable describe(Connection connection, TableName name, String place) throws SQLException;

    /** Looks at a table in one statement, for a timed or an identity strategy. */
    Look look(Connection connection, Selection selection) throws SQLException;

    /** Lists the transactions that may have drawn a key of the table and not yet finished. */
    List<RunningTransaction> writers(Connection connection, Selection selection) throws SQLException;

    /** The zones in which rows may be stamped that have none. */
    default Zones zones(Connection connection) throws SQLException {
        return Zones.UTC;
    }

    /** Which of these transactions still run. */
    Set<String> stillRunning(Connection connection, Set<String> ids) throws SQLException;

    /** Begins a read-only transaction whose statements all see the moment of this call. */
    void beginSnapshot(Connection connection, Selection selection) throws SQLException;

    /** The rows of a table as the database's statistics estimate them, or -1. Within the snapshot. */
    default long estimateRows(Connection connection, Selection selection) throws SQLException {
        return -1;
    }

    /** How its types enter Redshift's; empty where its columns are read as they are. */
    default Optional<TypeMappings> types() {
        return Optional.empty();
    }

    /** Aggregates of a column: the bytes of its longest text, the digits before and after the point of its numbers. */
    default String measure(SourceColumn column) {
        throw new UnsupportedOperationException("There is no type mapping for this database.");
    }

    /** The database's clock, in seconds since 1970; empty where it is not asked. */
    default Optional<String> clock() {
        return Optional.empty();
    }

    /** How the database follows its primary; empty if it is none's replica, or does not tell. */
    default Optional<Replica> replica(Connection connection) throws SQLException {
        return Optional.empty();
    }

    /** An expression's value as the text that the reader gets anyway. */
    default String asText(String expression) {
        return expression;
    }

    /** A text that makes the replication fail where it is evaluated, with these words and the row's keys if it can. */
    default String refusal(String what, List<String> keys, String value) {
        throw new UnsupportedOperationException("There is no type mapping for this database.");
    }

    /** Whether this error may be what {@link #refusal} raised without saying so; the rows tell. */
    default boolean isRefusal(SQLException error) {
        return false;
    }

    /** A text literal. Databases find its type by what it is compared with. */
    default String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** The window's bound in the text form that compares with this column. */
    default String text(LocalDateTime bound, SourceColumn column) {
        return ColumnTime.text(bound, column, "");
    }

    /** The fetch size that makes the driver stream. */
    default int fetchSize(SourceSettings settings) {
        return settings.fetchSize();
    }

    /** Whether the column holds moments rather than a local time. */
    default boolean isZoned(SourceColumn column) {
        return column.jdbcType() == Types.TIMESTAMP_WITH_TIMEZONE;
    }

    /** Whether the column's values can serve a timed strategy. */
    default boolean isTime(SourceColumn column) {
        return column.jdbcType() == Types.TIMESTAMP
                || column.jdbcType() == Types.DATE
                || column.jdbcType() == Types.TIMESTAMP_WITH_TIMEZONE;
    }

    /** Whether consecutive keys differ by one. */
    default boolean isInteger(SourceColumn column) {
        return switch (column.jdbcType()) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> true;
            case Types.NUMERIC, Types.DECIMAL -> column.scale() == 0 && column.size() > 0;
            default -> false;
        };
    }

    /** Whether there is a key above the selection's last record and up to another. Within the snapshot. */
    default boolean hasKeys(Connection snapshot, Selection selection, String upTo) throws SQLException {
        try (Statement statement = snapshot.createStatement()) {
            statement.setMaxRows(1);
            try (ResultSet result = statement.executeQuery("SELECT 1" + newKeys(selection, upTo))) {
                return result.next();
            }
        }
    }

    private String newKeys(Selection selection, String upTo) {
        String key = selection.quotedField(quote());
        String above = selection
                .lastRecord()
                .map(last -> key + " > " + literal(last) + " AND ")
                .orElse("");
        return " FROM " + selection.quoted(quote()) + " WHERE " + above + key + " <= " + literal(upTo);
    }

    /** The last key before the first that is missing above the selection's last record, up to a key. Within the snapshot. */
    default Optional<String> lastBeforeGap(Connection snapshot, Selection selection, String highest)
            throws SQLException {
        String key = selection.quotedField(quote());
        String range = newKeys(selection, highest);
        try (Statement statement = snapshot.createStatement()) {
            // Where nothing was moved yet, only 1 is known to be the first: a lower one may still be on its way.
            java.math.BigDecimal expected =
                    new java.math.BigDecimal(selection.lastRecord().orElse("0")).add(java.math.BigDecimal.ONE);
            try (ResultSet result = statement.executeQuery("SELECT min(" + key + ")" + range)) {
                result.next();
                java.math.BigDecimal first = result.getBigDecimal(1);
                if (first == null || first.compareTo(expected) != 0) {
                    return Optional.empty();
                }
            }
            String gap = hasWindowFunctions(snapshot)
                    ? "SELECT k FROM (SELECT " + key + " AS k, lead(" + key + ") OVER (ORDER BY " + key + ") AS n"
                            + range + ") gaps WHERE n IS NULL OR n > k + 1 ORDER BY k LIMIT 1"
                    : "SELECT k FROM (SELECT " + key + " AS k" + range + ") keys_here WHERE NOT EXISTS (SELECT 1 FROM "
                            + selection.quoted(quote()) + " WHERE " + key + " = k + 1) ORDER BY k LIMIT 1";
            try (ResultSet result = statement.executeQuery(gap)) {
                return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
            }
        }
    }

    /** Whether the server knows OVER. */
    default boolean hasWindowFunctions(Connection connection) throws SQLException {
        return true;
    }
}
