package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TargetColumn;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Reads a target's rows as texts, a fetch at a time. Dates and times are cast to VARCHAR, which writes them in ISO form
 * and in UTC whatever the driver does with them; single precision is read as double, whose 17 digits name it exactly.
 * Thread-safe.
 */
public final class TargetRows {
    private static final int FETCH_SIZE = 5_000;

    private final DataSource dataSource;
    private final TableName target;

    public TargetRows(DataSource dataSource, TableName target) {
        this.dataSource = dataSource;
        this.target = target;
    }

    /** The number of rows. */
    public long count() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + Sql.name(target))) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The lowest and the highest value of a whole-numbered column, empty if there is none. */
    public Optional<List<BigDecimal>> ends(String column) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT MIN(" + Sql.name(column) + "), MAX(" + Sql.name(column)
                        + ") FROM " + Sql.name(target))) {
            row.next();
            BigDecimal lowest = row.getBigDecimal(1);
            return lowest == null ? Optional.empty() : Optional.of(List.of(lowest, row.getBigDecimal(2)));
        }
    }

    /**
     * Reads rows in one statement, and so as of one moment.
     *
     * @param column the whole-numbered column whose range is read; empty: all rows
     * @param from the lowest value; empty: from the beginning, NULL included
     * @param to the value below which rows are read; empty: to the end
     * @param rows is handed the texts of each row's columns, null for NULL
     */
    public void read(
            List<TargetColumn> columns,
            Optional<String> column,
            Optional<String> from,
            Optional<String> to,
            Consumer<List<String>> rows)
            throws SQLException {
        String sql = "SELECT "
                + columns.stream().map(TargetRows::expression).collect(Collectors.joining(", ")) + " FROM "
                + Sql.name(target) + condition(column.map(Sql::name), from, to);
        try (Connection connection = dataSource.getConnection()) {
            // the driver fetches in portions inside a transaction only
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET extra_float_digits TO 2");
                statement.setFetchSize(FETCH_SIZE);
                try (ResultSet result = statement.executeQuery(sql)) {
                    int count = columns.size();
                    while (result.next()) {
                        List<String> row = new ArrayList<>(count);
                        for (int i = 1; i <= count; i++) {
                            row.add(text(result, i));
                        }
                        rows.accept(row);
                    }
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private static String condition(Optional<String> column, Optional<String> from, Optional<String> to) {
        if (column.isEmpty() || from.isEmpty() && to.isEmpty()) {
            return "";
        }
        String name = column.get();
        String above = from.map(value -> name + " >= " + value).orElse("");
        String below = to.map(value -> name + " < " + value).orElse("");
        return from.isEmpty()
                ? " WHERE (" + below + " OR " + name + " IS NULL)"
                : " WHERE " + above + (to.isEmpty() ? "" : " AND " + below);
    }

    private static String expression(TargetColumn column) {
        String name = Sql.name(column.name());
        return switch (column.typeName()) {
            case "date", "time", "timetz", "timestamp", "timestamptz" -> "CAST(" + name + " AS VARCHAR(64))";
            case "float4" -> "CAST(" + name + " AS DOUBLE PRECISION)";
            default -> name;
        };
    }

    private static String text(ResultSet result, int column) throws SQLException {
        int type = result.getMetaData().getColumnType(column);
        if (type == Types.BINARY || type == Types.VARBINARY || type == Types.LONGVARBINARY) {
            byte[] bytes = result.getBytes(column);
            return bytes == null ? null : HexFormat.of().formatHex(bytes);
        }
        return result.getString(column);
    }
}
