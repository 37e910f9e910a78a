package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * H2, whose triggers are Java: given as source, which H2 compiles, so that its process needs a JDK but none of this
 * project's classes. TRUNCATE fires no trigger ("CREATE TRIGGER" in its documentation).
 */
final class H2Deletions implements DeletionSql {
    @Override
    public char quote() {
        return '"';
    }

    @Override
    public List<String> createTable(TableName queue) {
        return List.of(
                "CREATE TABLE IF NOT EXISTS " + queue.quoted('"') + """
                         (
                          id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                          table_name VARCHAR(255) NOT NULL,
                          source_table VARCHAR(512) NOT NULL,
                          row_key VARCHAR,
                          deleted_at TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
                        )""",
                "CREATE INDEX IF NOT EXISTS "
                        + new TableName(queue.schema(), queue.name() + "_by_table").quoted('"') + " ON "
                        + queue.quoted('"') + " (table_name, id)");
    }

    @Override
    public List<String> createTriggers(TableName queue, TrackedTable table, String name) {
        String key = table.keys().stream()
                .map(column -> text("?", column))
                .collect(Collectors.joining(", ", "CAST(" + arrayFunction() + "(", " NULL ON NULL) AS VARCHAR)"));
        String names = table.keys().stream().map(column -> java(column.name())).collect(Collectors.joining(", "));
        String code = """
                org.h2.api.Trigger create() {
                    return new org.h2.api.Trigger() {
                        private final String[] names = {%s};
                        private final int[] places = new int[names.length];
                        public void init(Connection connection, String schema, String trigger, String table,
                                boolean before, int type) throws SQLException {
                            for (int i = 0; i < names.length; i++) {
                                ResultSet column = connection.getMetaData().getColumns(null,
                                        escaped(schema), escaped(table), escaped(names[i]));
                                if (!column.next()) {
                                    throw new SQLException("The key column " + names[i] + " is gone.");
                                }
                                places[i] = column.getInt("ORDINAL_POSITION") - 1;
                            }
                        }
                        private String escaped(String name) {
                            return name.replaceAll("([_%%\\\\\\\\])", "\\\\\\\\$1");
                        }
                        public void fire(Connection connection, Object[] old, Object[] fresh) throws SQLException {
                            boolean changed = fresh == null;
                            for (int place : places) {
                                changed |= fresh != null && !Objects.deepEquals(old[place], fresh[place]);
                            }
                            if (changed) {
                                queue(connection, old);
                                if (fresh != null) {
                                    queue(connection, fresh);
                                }
                            }
                        }
                        private void queue(Connection connection, Object[] row) throws SQLException {
                            try (PreparedStatement insert = connection.prepareStatement(%s)) {
                                for (int i = 0; i < places.length; i++) {
                                    insert.setObject(i + 1, row[places[i]]);
                                }
                                insert.executeUpdate();
                            }
                        }
                    };
                }""".formatted(names, java(insert(queue, table, key)));
        return List.of("CREATE TRIGGER " + new TableName(table.source().name().schema(), name + "_d").quoted('"')
                + " AFTER DELETE, UPDATE ON " + table.source().name().quoted('"') + " FOR EACH ROW AS $$" + code
                + "$$");
    }

    /** A string literal of Java. */
    private static String java(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    @Override
    public int objects() {
        return 1;
    }

    @Override
    public List<Installed> installed(Connection connection, TableName queue, String prefix) throws SQLException {
        String schema = queue.schema().map(this::literal).orElse("CURRENT_SCHEMA");
        return DeletionSql.named(
                connection,
                "SELECT DISTINCT TRIGGER_NAME FROM INFORMATION_SCHEMA.TRIGGERS WHERE TRIGGER_SCHEMA = " + schema,
                prefix,
                name -> "DROP TRIGGER IF EXISTS " + new TableName(queue.schema(), name).quoted('"'));
    }

    @Override
    public String text(String column, SourceColumn type) {
        if (isBytes(type)) {
            return "LOWER(RAWTOHEX(CAST(" + column + " AS VARBINARY)))";
        }
        // else it reads in the session's zone, and the deleting session may have any
        boolean isMoment = type.jdbcType() == Types.TIMESTAMP_WITH_TIMEZONE;
        return isMoment
                ? "CAST(CAST(" + column + " AS TIMESTAMP(9) WITH TIME ZONE) AT TIME ZONE 'UTC' AS VARCHAR)"
                : "CAST(" + column + " AS VARCHAR)";
    }

    private static boolean isBytes(SourceColumn type) {
        return type.typeName().toUpperCase(Locale.ROOT).startsWith("BINARY");
    }

    @Override
    public String among(String column, SourceColumn type, List<String> texts, UnaryOperator<String> literal) {
        // H2 compares no BOOLEAN with a text
        boolean isText = isBytes(type) || type.jdbcType() == Types.BOOLEAN;
        return DeletionSql.super.among(isText ? text(column, type) : column, type, texts, literal);
    }

    @Override
    public String arrayFunction() {
        return "JSON_ARRAY";
    }

    @Override
    public String key(String row, TrackedTable table) {
        String array = DeletionSql.super.key(row, table);
        return "CAST(" + array.substring(0, array.length() - 1) + " NULL ON NULL) AS VARCHAR)";
    }
}
