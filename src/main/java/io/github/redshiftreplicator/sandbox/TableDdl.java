package io.github.redshiftreplicator.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * CREATE TABLE as Redshift has it, rewritten for PostgreSQL. What PostgreSQL lacks (keys, styles, encodings, constraints that are
 * not enforced) goes into the comments of the table and its columns, where the catalog views find it.
 */
final class TableDdl {

    private static final Set<String> ENCODINGS = Set.of(
            "auto",
            "raw",
            "az64",
            "bytedict",
            "delta",
            "delta32k",
            "lzo",
            "mostly8",
            "mostly16",
            "mostly32",
            "runlength",
            "text255",
            "text32k",
            "zstd");
    private static final int MOST_SORT_COLUMNS = 400;
    private static final int MOST_INTERLEAVED_COLUMNS = 8;

    private static final class Column {
        private final String name;
        private final RedshiftType type;
        private final StringBuilder attributes = new StringBuilder();
        private final Map<String, String> notes = new LinkedHashMap<>();
        private boolean notNull;

        private Column(String name, RedshiftType type) {
            this.name = name;
            this.type = type;
        }
    }

    private final SqlCursor cursor;
    private final String sql;
    private final SqlEdits edits;
    private final Map<String, Column> columns = new LinkedHashMap<>();
    private final Map<String, String> tableNotes = new LinkedHashMap<>();
    private String table;
    private String like;
    private boolean likeDefaults;
    private String distKey;
    private String distStyle;
    private List<String> sortKey = List.of();
    private boolean interleaved;
    private final List<KeyConstraint> constraints = new ArrayList<>();
    private List<String> primaryKey = List.of();

    TableDdl(String sql, SqlCursor cursor, SqlEdits edits) {
        this.sql = sql;
        this.cursor = cursor;
        this.edits = edits;
    }

    /** The statements for PostgreSQL; the cursor stands behind CREATE. */
    String rewrite() {
        boolean temporary = false;
        if (cursor.accept("local")) {
            temporary = true;
            if (!cursor.accept("temp")) {
                cursor.expect("temporary");
            }
        } else if (cursor.accept("temp") || cursor.accept("temporary")) {
            temporary = true;
        }
        cursor.expect("table");
        boolean ifNotExists = cursor.accept("if", "not", "exists");
        if (cursor.peek() != null && cursor.peek().text().startsWith("#")) {
            temporary = true;
        }
        table = cursor.qualifiedName();
        String head = "CREATE " + (temporary ? "TEMP " : "") + "TABLE " + (ifNotExists ? "IF NOT EXISTS " : "") + table;
        if (isColumnList()) {
            items();
            tableAttributes(false);
            if (cursor.at("as")) {
                throw cursor.error();
            }
            cursor.expectEnd();
            applyKeys();
            return head + " (" + body() + "); " + describe();
        }
        String names = "";
        if (ifNotExists) {
            // "CREATE TABLE AS" does not have it
            while (!cursor.at("as") && !cursor.atEnd()) {
                cursor.next();
            }
            throw cursor.error();
        }
        if (cursor.at("(")) {
            List<String> given = cursor.identifiers();
            StringJoiner joiner = new StringJoiner(", ", " (", ")");
            given.forEach(name -> joiner.add(SqlCursor.quote(name)));
            names = joiner.toString();
        }
        tableAttributes(true);
        cursor.expect("as");
        if (!cursor.at("select") && !cursor.at("with") && !cursor.at("(")) {
            throw cursor.error();
        }
        String query = edits.text(cursor.peek().start(), sql.length());
        refuseData();
        return head + names + " AS " + query + "; " + describe();
    }

    /** PostgreSQL's WITH DATA and WITH NO DATA. */
    private void refuseData() {
        while (!cursor.atEnd()) {
            boolean data = cursor.at("with", "data") && cursor.peek(2) == null;
            boolean noData = cursor.at("with", "no", "data") && cursor.peek(3) == null;
            if (data || noData) {
                throw cursor.error();
            }
            cursor.next();
        }
    }

    /** CREATE TABLE t (a, b) AS names columns without types. */
    private boolean isColumnList() {
        if (!cursor.at("(")) {
            return false;
        }
        SqlToken second = cursor.peek(2);
        return second == null || !second.isAny(",", ")");
    }

    private void items() {
        cursor.expect("(");
        do {
            if (cursor.accept("like")) {
                like();
            } else if (KeyConstraint.begins(cursor) || cursor.at("check") || cursor.at("exclude")) {
                constraint(KeyConstraint.ofTable(cursor));
            } else {
                column();
            }
        } while (cursor.accept(","));
        cursor.expect(")");
    }

    private void like() {
        like = cursor.qualifiedName();
        while (cursor.at("including") || cursor.at("excluding")) {
            boolean including = cursor.next().is("including");
            cursor.expect("defaults");
            likeDefaults = including;
        }
    }

    private void column() {
        String name = cursor.columnName();
        Column column = new Column(name, RedshiftType.parse(cursor, table.replace("\"", "") + "." + name));
        if (columns.put(name, column) != null) {
            throw new SqlError("42701", "column \"" + name + "\" specified more than once");
        }
        while (!cursor.at(",") && !cursor.at(")")) {
            attribute(column);
        }
    }

    private void attribute(Column column) {
        if (cursor.accept("not", "null")) {
            column.notNull = true;
        } else if (cursor.accept("null")) {
            return;
        } else if (cursor.accept("default")) {
            column.attributes.append(" DEFAULT ").append(expression());
        } else if (cursor.accept("identity")) {
            identity(column, "ALWAYS");
        } else if (cursor.accept("generated", "by", "default", "as", "identity")) {
            identity(column, "BY DEFAULT");
        } else if (cursor.accept("encode")) {
            column.notes.put("encode", quoted(encoding(cursor)));
        } else if (cursor.accept("distkey")) {
            distKey(column.name);
        } else if (cursor.accept("sortkey")) {
            sortKey(List.of(column.name), false);
        } else if (cursor.accept("collate")) {
            if (!cursor.accept("case_sensitive")) {
                throw SqlError.unsupported("COLLATE CASE_INSENSITIVE is not supported by the sandbox");
            }
        } else if (KeyConstraint.begins(cursor)) {
            constraint(KeyConstraint.ofColumn(cursor, column.name));
        } else if (cursor.at("check")) {
            throw SqlError.unsupported("CHECK constraints are not supported");
        } else {
            throw cursor.error();
        }
    }

    private void identity(Column column, String kind) {
        cursor.expect("(");
        long seed = cursor.integer();
        cursor.expect(",");
        long step = cursor.integer();
        cursor.expect(")");
        if (!column.type.sql().equals("integer") && !column.type.sql().equals("bigint")) {
            throw new SqlError("42804", "Type of identity column \"" + column.name + "\" must be INT or BIGINT");
        }
        column.notNull = true;
        column.notes.put("identity", quoted(seed + "," + step));
        column.attributes
                .append(" GENERATED ")
                .append(kind)
                .append(" AS IDENTITY (START WITH ")
                .append(seed);
        column.attributes.append(" MINVALUE ").append(Math.min(seed, step < 0 ? -9223372036854775807L : seed));
        column.attributes.append(" INCREMENT BY ").append(step).append(')');
    }

    /** A default's expression: up to the next attribute. */
    private String expression() {
        int from = cursor.next().start();
        int to = cursor.peek(-1).end();
        if (cursor.peek(-1).is("(")) {
            cursor.skipItem();
            to = cursor.next().end();
        }
        while (!cursor.atEnd() && !cursor.at(",") && !cursor.at(")")) {
            SqlToken token = cursor.peek();
            if (token.isAny(
                    "encode",
                    "distkey",
                    "sortkey",
                    "not",
                    "null",
                    "unique",
                    "primary",
                    "references",
                    "collate",
                    "identity",
                    "constraint",
                    "check")) {
                break;
            }
            boolean open = token.is("(");
            to = cursor.next().end();
            if (open) {
                while (!cursor.at(")")) {
                    cursor.skipItem();
                    if (cursor.at(",")) {
                        cursor.next();
                    } else if (cursor.atEnd()) {
                        throw cursor.error();
                    }
                }
                to = cursor.next().end();
            }
        }
        return edits.text(from, to);
    }

    private void constraint(KeyConstraint constraint) {
        constraints.add(constraint);
        if (constraint.isPrimary()) {
            primaryKey(constraint.columns());
        }
    }

    private void tableAttributes(boolean select) {
        while (!cursor.atEnd() && !cursor.at("as")) {
            if (like != null) {
                throw SqlError.unsupported("distribution style, sort keys and BACKUP are inherited by LIKE tables and"
                        + " cannot be set in the CREATE TABLE ... LIKE statement");
            }
            if (cursor.accept("backup")) {
                if (!cursor.accept("yes")) {
                    cursor.expect("no");
                }
            } else if (cursor.accept("diststyle")) {
                SqlToken style = cursor.next();
                if (!style.isAny("auto", "even", "key", "all")) {
                    throw SqlError.syntaxAt(cursor.written(style));
                }
                distStyle = style.text();
            } else if (cursor.accept("distkey")) {
                List<String> keys = cursor.identifiers();
                if (keys.size() != 1) {
                    throw SqlError.syntax("DISTKEY must name one column");
                }
                distKey(keys.get(0));
            } else if (cursor.accept("sortkey", "auto")) {
                tableNotes.put("sortstyle", quoted("auto"));
            } else if (cursor.accept("interleaved")) {
                cursor.expect("sortkey");
                sortKey(cursor.identifiers(), true);
            } else if (cursor.at("compound") || cursor.at("sortkey")) {
                cursor.accept("compound");
                cursor.expect("sortkey");
                sortKey(cursor.identifiers(), false);
            } else if (cursor.accept("encode", "auto")) {
                continue;
            } else {
                throw cursor.error();
            }
        }
        checkStyle();
        if (select) {
            applyKeys();
        }
    }

    private void checkStyle() {
        if ("key".equals(distStyle) && distKey == null) {
            throw new SqlError("42P16", "DISTSTYLE KEY requires a DISTKEY column");
        }
        if (distKey != null && distStyle != null && !distStyle.equals("key")) {
            throw new SqlError("42P16", "DISTKEY cannot be specified with DISTSTYLE " + distStyle.toUpperCase());
        }
    }

    private void distKey(String column) {
        if (distKey != null) {
            throw new SqlError("42P16", "Only one DISTKEY column is allowed for a table");
        }
        distKey = column;
    }

    private void sortKey(List<String> keys, boolean interleavedKey) {
        if (!sortKey.isEmpty()) {
            throw new SqlError("42P16", "SORTKEY specified more than once");
        }
        int most = interleavedKey ? MOST_INTERLEAVED_COLUMNS : MOST_SORT_COLUMNS;
        if (keys.size() > most) {
            throw new SqlError("54011", "maximum of " + most + " sort key columns exceeded");
        }
        sortKey = keys;
        interleaved = interleavedKey;
    }

    private void primaryKey(List<String> keys) {
        if (!primaryKey.isEmpty()) {
            throw new SqlError("42P16", "multiple primary keys for table " + table + " are not allowed");
        }
        primaryKey = keys;
    }

    static String encoding(SqlCursor cursor) {
        SqlToken token = cursor.next();
        if (!ENCODINGS.contains(token.text())) {
            throw new SqlError("42704", "Unknown column compression type: " + token.text());
        }
        return token.text();
    }

    private Column keyColumn(String name) {
        Column column = columns.computeIfAbsent(name, unknown -> {
            if (!columns.isEmpty() && columns.values().stream().anyMatch(c -> c.type != null)) {
                throw new SqlError("42703", "column \"" + unknown + "\" named in key does not exist");
            }
            return new Column(unknown, null);
        });
        if (column.type != null && !column.type.key()) {
            throw SqlError.unsupported("column \"" + name + "\" of type " + column.type.sql() + " cannot be a key");
        }
        return column;
    }

    private void applyKeys() {
        checkStyle();
        if (distKey != null) {
            keyColumn(distKey).notes.put("distkey", "true");
            distStyle = "key";
        }
        for (int i = 0; i < sortKey.size(); i++) {
            int position = i + 1;
            keyColumn(sortKey.get(i))
                    .notes
                    .put("sortkey", String.valueOf(interleaved && position % 2 == 1 ? -position : position));
        }
        if (interleaved) {
            tableNotes.put("sortstyle", quoted("interleaved"));
        }
        primaryKey.forEach(name -> keyColumn(name).notNull = true);
        tableNotes.put("diststyle", quoted(distStyle == null ? "auto" : distStyle));
    }

    private String body() {
        List<String> items = new ArrayList<>();
        if (like != null) {
            items.add("LIKE " + like + (likeDefaults ? " INCLUDING DEFAULTS" : "")
                    + " INCLUDING COMMENTS INCLUDING CONSTRAINTS");
        }
        for (Column column : columns.values()) {
            items.add(SqlCursor.quote(column.name) + " " + column.type.sql() + (column.notNull ? " NOT NULL" : "")
                    + column.attributes);
        }
        return String.join(", ", items);
    }

    private String describe() {
        StringJoiner json = new StringJoiner(",", "{", "}");
        for (Column column : columns.values()) {
            if (!column.notes.isEmpty()) {
                json.add(quoted(column.name) + ":" + object(column.notes));
            }
        }
        return "SELECT pg_internal.describe_table(" + SqlCursor.literal(table) + ", "
                + (like == null ? "NULL" : SqlCursor.literal(like)) + ", " + SqlCursor.literal(object(tableNotes))
                + ", "
                + SqlCursor.literal(json.toString()) + ", "
                + SqlCursor.literal(
                        constraints.stream().map(KeyConstraint::json).toList().toString()) + ")";
    }

    private static String object(Map<String, String> notes) {
        StringJoiner json = new StringJoiner(",", "{", "}");
        notes.forEach((name, value) -> json.add(quoted(name) + ":" + value));
        return json.toString();
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
