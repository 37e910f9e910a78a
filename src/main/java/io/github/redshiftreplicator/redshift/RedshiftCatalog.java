package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TargetColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Redshift says about its tables. Columns come from an empty result's own description, which needs nothing but the
 * right to read the table; the rest comes from system views and is absent where they are. Thread-safe.
 */
public final class RedshiftCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(RedshiftCatalog.class);

    /** PostgreSQL's and the standard's names of types, and the names used here. */
    private static final Map<String, String> TYPE_NAMES = Map.ofEntries(
            Map.entry("smallint", "int2"),
            Map.entry("integer", "int4"),
            Map.entry("int", "int4"),
            Map.entry("serial", "int4"),
            Map.entry("bigint", "int8"),
            Map.entry("bigserial", "int8"),
            Map.entry("decimal", "numeric"),
            Map.entry("real", "float4"),
            Map.entry("double precision", "float8"),
            Map.entry("boolean", "bool"),
            Map.entry("character varying", "varchar"),
            Map.entry("nvarchar", "varchar"),
            Map.entry("character", "bpchar"),
            Map.entry("char", "bpchar"),
            Map.entry("nchar", "bpchar"),
            Map.entry("timestamp without time zone", "timestamp"),
            Map.entry("timestamp with time zone", "timestamptz"),
            Map.entry("time without time zone", "time"),
            Map.entry("time with time zone", "timetz"),
            Map.entry("binary varying", "varbyte"),
            Map.entry("varbinary", "varbyte"));

    private static final Pattern IDENTITY = Pattern.compile("\"identity\"\\s*\\(|default_identity\"?\\s*\\(");

    private final DataSource dataSource;

    /**
     * A table's order, waste and statistics, in percent.
     *
     * @param unsorted rows that are out of order, empty for a table without a sort key
     * @param deleted rows that are deleted and still take space
     * @param statsOff how stale the planner's statistics are; 0 is current
     */
    public record Condition(OptionalDouble unsorted, double deleted, OptionalDouble statsOff) {
        /** That of a table without rows, of which Redshift tells nothing. */
        static final Condition NO_ROWS = new Condition(OptionalDouble.empty(), 0, OptionalDouble.empty());
    }

    public RedshiftCatalog(DataSource dataSource) {
        this.dataSource = Objects.requireNonNull(dataSource);
    }

    /**
     * A table's columns in its order, or empty if there is no such table.
     *
     * @throws SQLException for every other failure, such as a missing permission
     */
    public Optional<List<TargetColumn>> columns(TableName table) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            return columns(connection, table);
        }
    }

    static Optional<List<TargetColumn>> columns(Connection connection, TableName table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM " + Sql.name(table) + " WHERE 1 = 0")) {
            ResultSetMetaData description = rows.getMetaData();
            List<TargetColumn> columns = new ArrayList<>();
            for (int i = 1; i <= description.getColumnCount(); i++) {
                columns.add(new TargetColumn(
                        description.getColumnName(i),
                        typeName(description.getColumnTypeName(i)),
                        description.getPrecision(i),
                        description.getScale(i)));
            }
            return Optional.of(columns);
        } catch (SQLException e) {
            if (SqlState.undefinedTable(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static String typeName(String reported) {
        String name = reported.toLowerCase(Locale.ROOT);
        int length = name.indexOf('(');
        String bare = (length < 0 ? name : name.substring(0, length)).strip();
        return TYPE_NAMES.getOrDefault(bare, bare);
    }

    /** A table's name with its schema: the one that the session looks into first, where the name has none. */
    public TableName qualified(TableName table) throws SQLException {
        if (table.schema().isPresent()) {
            return table;
        }
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CURRENT_SCHEMA()")) {
            row.next();
            return new TableName(Optional.ofNullable(row.getString(1)), table.name());
        }
    }

    /** The columns that Redshift numbers itself (IDENTITY); empty also where its catalog does not tell. */
    public List<String> identityColumns(TableName table) {
        String sql = "SELECT column_name, column_default FROM svv_redshift_columns"
                + " WHERE database_name = ? AND schema_name = ? AND table_name = ? ORDER BY ordinal_position";
        List<String> columns = new ArrayList<>();
        tolerant("identity columns", table, sql, row -> {
            String expression = row.getString(2);
            if (expression != null && isIdentity(expression)) {
                columns.add(row.getString(1));
            }
        });
        return List.copyOf(columns);
    }

    /** Redshift keeps an identity as a default: "identity"(…) or, GENERATED BY DEFAULT, default_identity(…). */
    static boolean isIdentity(String defaultExpression) {
        return IDENTITY.matcher(defaultExpression).find();
    }

    /** Whether the name is a view's, which no rows can be loaded into; false also where the catalog does not tell. */
    public boolean isView(TableName table) {
        String sql = "SELECT c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE CURRENT_DATABASE() = ? AND n.nspname = ? AND c.relname = ? AND c.relkind IN ('v', 'm')";
        boolean[] found = {false};
        tolerant("kind", table, sql, row -> found[0] = true);
        return found[0];
    }

    /** The kind of a table's sort key, {@link SortKey#NONE} also where the catalog does not tell. */
    public SortKey sortKey(TableName table) {
        // PG_TABLE_DEF shows only the schemas on the search path, this view shows all
        String sql = "SELECT sortkey FROM svv_redshift_columns"
                + " WHERE database_name = ? AND schema_name = ? AND table_name = ? AND sortkey <> 0";
        SortKey[] found = {SortKey.NONE};
        tolerant("sort key", table, sql, row -> {
            if (row.getInt(1) < 0) {
                found[0] = SortKey.INTERLEAVED;
            } else if (found[0] == SortKey.NONE) {
                found[0] = SortKey.COMPOUND;
            }
        });
        return found[0];
    }

    /**
     * How far a table is out of order and its statistics out of date; empty where the view of it may not be read, which
     * Redshift shows to superusers only until somebody grants it ("SVV_TABLE_INFO" in its documentation).
     */
    public Optional<Condition> condition(TableName table) {
        // tbl_rows counts the deleted rows that no VACUUM has removed yet, estimated_visible_rows does not
        String sql = "SELECT unsorted, (tbl_rows - estimated_visible_rows) * 100.0 / tbl_rows, stats_off FROM"
                + " svv_table_info WHERE \"database\" = ? AND \"schema\" = ? AND \"table\" = ? AND tbl_rows > 0";
        Condition[] found = {Condition.NO_ROWS};
        boolean readable = tolerant(
                "condition",
                table,
                sql,
                row -> found[0] = new Condition(percent(row, 1), percent(row, 2).orElse(0), percent(row, 3)));
        return readable ? Optional.of(found[0]) : Optional.empty();
    }

    /**
     * What the last COPY refused of the files whose URLs begin so, at most 20 errors; empty also where the views of them
     * may not be read.
     */
    public List<LoadError> loadErrors(String files) {
        try (Connection connection = dataSource.getConnection()) {
            return LoadErrors.ofFiles(connection, files);
        } catch (SQLException e) {
            LOG.debug("The load errors of {} cannot be read", files, e);
            return List.of();
        }
    }

    private static OptionalDouble percent(ResultSet row, int column) throws SQLException {
        double percent = row.getDouble(column);
        return row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(percent);
    }

    @FunctionalInterface
    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    /**
     * Runs a query of the database, the schema and the table; a server that refuses it is as one that knows nothing.
     *
     * @return whether it was answered
     */
    private boolean tolerant(String what, TableName table, String sql, Row each) {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                // asked for by itself, since Redshift runs these functions on its leader node alone
                try (Statement place = connection.createStatement();
                        ResultSet row = place.executeQuery("SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()")) {
                    row.next();
                    statement.setString(1, row.getString(1));
                    statement.setString(2, fold(table.schema().orElse(row.getString(2))));
                }
                statement.setString(3, fold(table.name()));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        each.read(rows);
                    }
                }
            }
            return true;
        } catch (SQLException e) {
            LOG.debug("The {} of {} cannot be read", what, table, e);
            return false;
        }
    }

    private static String fold(String name) {
        return name == null ? null : ColumnPlan.fold(name);
    }
}
