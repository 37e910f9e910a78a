package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import javax.sql.DataSource;

/** A target's definition: what would create it, change it, and what keeps it from being loaded. Thread-safe. */
public final class TargetTable {
    private final DataSource dataSource;
    private final TableName table;

    /**
     * A column to be created.
     *
     * @param name its name
     * @param type its type as DDL has it
     * @param notNull whether it refuses NULL
     */
    public record Column(String name, String type, boolean notNull) {}

    public TargetTable(DataSource dataSource, TableName table) {
        this.dataSource = Objects.requireNonNull(dataSource);
        this.table = Objects.requireNonNull(table);
    }

    /**
     * The CREATE TABLE.
     *
     * @param distKey the column that spreads the rows over the slices; empty: Redshift decides
     * @param sortKey the column that orders them; empty: Redshift decides
     */
    public String create(List<Column> columns, Optional<String> distKey, Optional<String> sortKey) {
        StringBuilder ddl = new StringBuilder("CREATE TABLE " + Sql.name(table) + " (");
        String separator = "\n  ";
        for (Column column : columns) {
            ddl.append(separator).append(Sql.name(column.name())).append(' ').append(column.type());
            if (column.notNull()) {
                ddl.append(" NOT NULL");
            }
            separator = ",\n  ";
        }
        ddl.append("\n)");
        distKey.ifPresent(key -> ddl.append("\nDISTKEY (").append(Sql.name(key)).append(')'));
        sortKey.ifPresent(key -> ddl.append("\nSORTKEY (").append(Sql.name(key)).append(')'));
        return ddl.toString();
    }

    /** The statement that adds a column; old rows have NULL in it. */
    public String addColumn(String name, String type) {
        return "ALTER TABLE " + Sql.name(table) + " ADD COLUMN " + Sql.name(name) + " " + type;
    }

    /** The statement that makes a VARCHAR column longer. */
    public String widen(String name, int bytes) {
        return "ALTER TABLE " + Sql.name(table) + " ALTER COLUMN " + Sql.name(name) + " TYPE VARCHAR(" + bytes + ")";
    }

    /** Executes a statement by itself: Redshift refuses some of them in a transaction. */
    public void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            statement.execute(sql);
        }
    }

    /**
     * Executes a statement by itself, unless Redshift refuses it for what the table is.
     *
     * @return the refusal; empty if it was executed
     * @throws SQLException if the same may pass another time
     */
    public Optional<String> attempt(String sql) throws SQLException {
        try {
            execute(sql);
            return Optional.empty();
        } catch (SQLException e) {
            if (SqlState.transientError(e)) {
                throw e;
            }
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The privileges that a load needs and this user lacks, each with the GRANT that gives it. */
    public List<String> missingPrivileges() throws SQLException {
        List<String> missing = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            for (String privilege : List.of("SELECT", "INSERT", "DELETE")) {
                if (!isGranted(statement, privilege)) {
                    missing.add("GRANT " + privilege + " ON " + Sql.name(table));
                }
            }
            if (!isTrue(statement, "has_database_privilege(current_database(), 'TEMP')")) {
                missing.add("GRANT TEMP ON DATABASE");
            }
        }
        return missing;
    }

    /** In a text a name is not folded, as it is in statements: the table may stand under the folded one. */
    private boolean isGranted(Statement statement, String privilege) throws SQLException {
        try {
            return isGranted(statement, Sql.name(table), privilege);
        } catch (SQLException e) {
            if (SqlState.undefinedTable(e)) {
                return isGranted(statement, ColumnPlan.fold(Sql.name(table)), privilege);
            }
            throw e;
        }
    }

    private static boolean isGranted(Statement statement, String name, String privilege) throws SQLException {
        return isTrue(statement, "has_table_privilege('" + name.replace("'", "''") + "', '" + privilege + "')");
    }

    /** What keeps a replace from swapping this table for a new one, each in words; empty if nothing does. */
    public List<String> swapObstacles() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Session session = new Session(connection)) {
            connection.setAutoCommit(true);
            return new TableSwap(session, table).obstacles();
        }
    }

    private static boolean isTrue(Statement statement, String expression) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT " + expression)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** The cluster's slices; empty where it does not tell (serverless). */
    public static OptionalInt slices(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            try (ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM stv_slices")) {
                row.next();
                return row.getInt(1) > 0 ? OptionalInt.of(row.getInt(1)) : OptionalInt.empty();
            } catch (SQLException e) {
                return OptionalInt.empty();
            }
        }
    }

    /** Redshift's clock in milliseconds since 1970. */
    public static long clock(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            try (ResultSet row = statement.executeQuery(
                    "SELECT CAST(EXTRACT(epoch FROM CAST(GETDATE() AS TIMESTAMPTZ)) AS BIGINT)")) {
                row.next();
                return row.getLong(1) * 1000;
            }
        }
    }
}
