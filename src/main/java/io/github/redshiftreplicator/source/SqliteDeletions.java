package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * SQLite: row triggers, which also keep DELETE without WHERE from taking its short cut ("The Truncate Optimization" in
 * its documentation). REPLACE fires them only where recursive_triggers is on; the row that it writes has the same key.
 */
final class SqliteDeletions implements DeletionSql {
    @Override
    public char quote() {
        return '"';
    }

    @Override
    public List<String> createTable(TableName queue) {
        return List.of(
                "CREATE TABLE IF NOT EXISTS " + queue.quoted('"') + """
                         (
                          id INTEGER PRIMARY KEY AUTOINCREMENT,
                          table_name TEXT NOT NULL,
                          source_table TEXT NOT NULL,
                          row_key TEXT,
                          deleted_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))
                        )""",
                "CREATE INDEX IF NOT EXISTS " + TableName.quote(queue.name() + "_by_table", '"') + " ON "
                        + TableName.quote(queue.name(), '"') + " (table_name, id)");
    }

    @Override
    public List<String> createTriggers(TableName queue, TrackedTable table, String name) {
        // a trigger's own statements must not name a database
        TableName bare = new TableName(Optional.empty(), queue.name());
        String source = TableName.quote(table.source().name().name(), '"');
        return List.of(
                "CREATE TRIGGER " + TableName.quote(name + "_d", '"') + " AFTER DELETE ON " + source
                        + " FOR EACH ROW BEGIN " + insert(bare, table, key("OLD", table)) + "; END",
                "CREATE TRIGGER " + TableName.quote(name + "_u", '"') + " AFTER UPDATE ON " + source
                        + " FOR EACH ROW WHEN " + keyChanged(table, "IS NOT", false) + " BEGIN "
                        + insert(bare, table, key("OLD", table), key("NEW", table)) + "; END");
    }

    @Override
    public int objects() {
        return 2;
    }

    @Override
    public List<Installed> installed(Connection connection, TableName queue, String prefix) throws SQLException {
        return DeletionSql.named(
                connection,
                "SELECT name FROM sqlite_master WHERE type = 'trigger'",
                prefix,
                name -> "DROP TRIGGER IF EXISTS " + TableName.quote(name, '"'));
    }

    @Override
    public String text(String column, SourceColumn type) {
        // the text of a CAST has fifteen digits
        return "CASE typeof(" + column + ") WHEN 'blob' THEN lower(hex(" + column
                + ")) WHEN 'real' THEN printf('%!.17g', " + column + ") ELSE CAST(" + column + " AS TEXT) END";
    }

    /** A column may hold bytes or numbers whatever its type says, and each compares with its own kind only. */
    @Override
    public String among(String column, SourceColumn type, List<String> texts, UnaryOperator<String> literal) {
        return column
                + texts.stream()
                        .flatMap(text -> Stream.of(
                                literal.apply(text),
                                text.matches("([0-9a-f]{2})*") ? "x'" + text + "'" : "",
                                text.matches("-?[0-9]+(\\.[0-9]+)?(e[+-][0-9]+)?") ? text : ""))
                        .filter(value -> !value.isEmpty())
                        .collect(Collectors.joining(", ", " IN (", ")"));
    }

    @Override
    public String compared(String column, SourceColumn type) {
        return column + " COLLATE BINARY";
    }

    @Override
    public String arrayFunction() {
        return "json_array";
    }
}
