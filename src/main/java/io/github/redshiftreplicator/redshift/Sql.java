package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.TableName;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** The pieces that Redshift's SQL is built from. Names and literals are quoted here and nowhere else. */
final class Sql {
    /** Redshift's limit for a name, in bytes ("Names and identifiers"). */
    static final int MAX_NAME_BYTES = 127;

    private Sql() {}

    static String name(TableName table) {
        return table.quoted('"');
    }

    static String name(String column) {
        return TableName.quote(column, '"');
    }

    /** The columns, quoted and separated by commas. */
    static String names(Collection<String> columns) {
        return columns.stream().map(Sql::name).collect(Collectors.joining(", "));
    }

    /** The column list of COPY and INSERT, empty where the table's own order serves. */
    static String columnList(List<String> columns) {
        return columns.isEmpty() ? "" : " (" + names(columns) + ")";
    }

    /** A column of a named table. The bare table name refers to it, with or without its schema in the FROM list. */
    static String name(TableName table, String column) {
        return name(table.name()) + "." + name(column);
    }

    /**
     * A string literal. Whether a backslash in one escapes depends on the server, so a text with one is refused: bind
     * it, or do without.
     */
    static String literal(String text) {
        if (text.indexOf('\\') >= 0 || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "A backslash cannot stand in a text of COPY: Redshift may read it as an escape. Use a name or a key"
                            + " without one.");
        }
        return "'" + text.replace("'", "''") + "'";
    }
}
