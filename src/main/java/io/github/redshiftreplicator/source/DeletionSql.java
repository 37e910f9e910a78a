package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.TableName;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How one database queues deletions: its table, its triggers, its text form of a key. Stateless. */
interface DeletionSql {
    /**
     * What a trigger object is known by.
     *
     * @param name the trigger's name or, where a function carries several triggers, the function's
     * @param drop the statement that removes it
     */
    record Installed(String name, String drop) {}

    /** The character around identifiers. */
    char quote();

    /** The queue's name with its schema, where triggers need it. */
    default TableName resolve(Connection connection, TableName queue) throws SQLException {
        return queue;
    }

    /** Whether this connection's user may create triggers of a table. */
    default boolean mayCreateTriggers(Connection connection, TableName table) throws SQLException {
        return true;
    }

    /** Creates the queue unless it is there; several statements. */
    List<String> createTable(TableName queue);

    /**
     * Creates what queues a table's deletions and changes of its keys.
     *
     * @param name what the objects are called, without the letter that tells several of them apart
     */
    List<String> createTriggers(TableName queue, TrackedTable table, String name);

    /** How many objects {@link #createTriggers} creates: fewer are left where the table was dropped. */
    int objects();

    /** The objects in the source whose names begin with a prefix. */
    List<Installed> installed(Connection connection, TableName queue, String prefix) throws SQLException;

    /** A column's value as the text that is queued. */
    String text(String column, SourceColumn type);

    /** Whether the queued text of a column tells its value. */
    default boolean isExact(SourceColumn type) {
        return true;
    }

    /** Turns the queued text of a key's column into the form in which an export carries it. */
    default String carried(ColumnPlan.Pair key, String text) {
        return switch (key.target().typeName()) {
            case "varbyte" -> key.source().typeName().equalsIgnoreCase("uuid") ? text.replace("-", "") : text;
            case "int2", "int4", "int8" -> text.replaceFirst("^(-?[0-9]+)\\.[0-9]+$", "$1");
            case "numeric" -> text.matches("-?[0-9.]+[eE][-+]?[0-9]+") ? new BigDecimal(text).toPlainString() : text;
            case "date" -> text.replaceFirst(" .*", "");
            default -> text;
        };
    }

    /**
     * The condition that a column has one of some values, given as they are queued, in a form for which an index serves.
     * It may find more rows, but no less.
     *
     * @param literal writes a text literal of the source's dialect
     */
    default String among(String column, SourceColumn type, List<String> texts, UnaryOperator<String> literal) {
        return column + texts.stream().map(literal).collect(Collectors.joining(", ", " IN (", ")"));
    }

    /** A column's value as it is compared to tell whether it has changed: in every letter, whatever its collation is. */
    default String compared(String column, SourceColumn type) {
        return column;
    }

    /** The functions' name that makes a JSON array of texts. */
    String arrayFunction();

    /** The key as the JSON array of its texts, the same in triggers and queries. */
    default String key(String row, TrackedTable table) {
        String prefix = row.isEmpty() ? "" : row + ".";
        return table.keys().stream()
                .map(column -> text(prefix + TableName.quote(column.name(), quote()), column))
                .collect(Collectors.joining(", ", arrayFunction() + "(", ")"));
    }

    /** A row's key as it is compared with those of the queue. */
    default String queriedKey(TrackedTable table) {
        return key("", table);
    }

    /** A text literal inside a statement of DDL. */
    default String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** INSERT INTO the queue for one or several keys. */
    default String insert(TableName queue, TrackedTable table, String... keys) {
        return insert(queue) + " VALUES "
                + Stream.of(keys).map(key -> "(" + values(table, key) + ")").collect(Collectors.joining(", "));
    }

    /** INSERT INTO the queue, up to VALUES or SELECT. */
    default String insert(TableName queue) {
        return "INSERT INTO " + queue.quoted(quote()) + " (table_name, source_table, row_key)";
    }

    /** The values of one entry of the queue, separated by commas. */
    default String values(TrackedTable table, String key) {
        return literal(table.name()) + ", " + literal(table.source().name().toString()) + ", " + key;
    }

    /** Whether a row's key has changed, NULLs compared as values. */
    default String keyChanged(TrackedTable table, String operator, boolean negated) {
        String comparisons = table.keys().stream()
                .map(column -> {
                    String name = TableName.quote(column.name(), quote());
                    return compared("OLD." + name, column) + " " + operator + " " + compared("NEW." + name, column);
                })
                .collect(Collectors.joining(negated ? " AND " : " OR "));
        return negated ? "NOT (" + comparisons + ")" : comparisons;
    }

    /** Runs a query of names and of what is to be dropped with each, the last of its columns. */
    static List<Installed> named(Connection connection, String sql, String prefix, UnaryOperator<String> drop)
            throws SQLException {
        List<Installed> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            int subject = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                if (rows.getString(1).startsWith(prefix)) {
                    found.add(new Installed(rows.getString(1), drop.apply(rows.getString(subject))));
                }
            }
        }
        return found;
    }
}
