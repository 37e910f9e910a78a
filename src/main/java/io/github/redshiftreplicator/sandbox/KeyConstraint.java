package io.github.redshiftreplicator.sandbox;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A primary, unique or foreign key, which Redshift remembers and does not enforce (Amazon Redshift Database Developer Guide,
 * "Table constraints").
 *
 * @param name as given, or null
 * @param kind {@code p}, {@code u} or {@code f}, as in {@code pg_constraint.contype}
 * @param columns the key's
 * @param references the table that a foreign key refers to, or null
 * @param referenced the columns there; none means its primary key
 */
record KeyConstraint(String name, char kind, List<String> columns, String references, List<String> referenced) {

    boolean isPrimary() {
        return kind == 'p';
    }

    /** Whether one begins here, in a column's attributes or among a table's items. */
    static boolean begins(SqlCursor cursor) {
        return cursor.at("constraint")
                || cursor.at("unique")
                || cursor.at("primary", "key")
                || cursor.at("foreign", "key")
                || cursor.at("references");
    }

    /** Reads one that stands behind a column. */
    static KeyConstraint ofColumn(SqlCursor cursor, String column) {
        String name = cursor.accept("constraint") ? cursor.identifier() : null;
        if (cursor.accept("unique")) {
            return new KeyConstraint(name, 'u', List.of(column), null, List.of());
        }
        if (cursor.accept("primary", "key")) {
            return new KeyConstraint(name, 'p', List.of(column), null, List.of());
        }
        if (cursor.accept("references")) {
            return reference(cursor, name, List.of(column));
        }
        throw refused(cursor);
    }

    /** Reads one that stands for itself, with its columns. */
    static KeyConstraint ofTable(SqlCursor cursor) {
        String name = cursor.accept("constraint") ? cursor.identifier() : null;
        if (cursor.accept("unique")) {
            return new KeyConstraint(name, 'u', cursor.identifiers(), null, List.of());
        }
        if (cursor.accept("primary", "key")) {
            return new KeyConstraint(name, 'p', cursor.identifiers(), null, List.of());
        }
        if (cursor.accept("foreign", "key")) {
            List<String> columns = cursor.identifiers();
            cursor.expect("references");
            return reference(cursor, name, columns);
        }
        throw refused(cursor);
    }

    private static KeyConstraint reference(SqlCursor cursor, String name, List<String> columns) {
        String table = cursor.qualifiedName();
        List<String> referenced = cursor.at("(") ? cursor.identifiers() : List.of();
        if (cursor.at("on") || cursor.at("match") || cursor.at("deferrable")) {
            throw cursor.error();
        }
        return new KeyConstraint(name, 'f', columns, table, referenced);
    }

    private static SqlError refused(SqlCursor cursor) {
        return cursor.at("check") || cursor.at("exclude")
                ? SqlError.unsupported(cursor.peek().text().toUpperCase() + " constraints are not supported")
                : cursor.error();
    }

    /** As {@code pg_internal.add_constraint} takes it. */
    String json() {
        return "{\"kind\":\"" + kind + "\",\"columns\":" + array(columns) + ",\"referenced\":" + array(referenced)
                + (name == null ? "" : ",\"name\":" + TableDdl.quoted(name))
                + (references == null ? "" : ",\"references\":" + TableDdl.quoted(references)) + "}";
    }

    private static String array(List<String> names) {
        return names.stream().map(TableDdl::quoted).collect(Collectors.joining(",", "[", "]"));
    }
}
