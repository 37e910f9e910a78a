package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.TableName;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * PostgreSQL: one function a table, called by a row trigger for DELETE, one for UPDATE of the key and a statement
 * trigger for TRUNCATE. The function runs with its owner's rights, so that no role needs to be granted the queue, and
 * with fixed settings, so that a key has one text.
 */
final class PostgreSqlDeletions implements DeletionSql {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");
    private static final DateTimeFormatter TIMETZ = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendOffset("+HH:mm:ss", "+00")
            .toFormatter(Locale.ROOT);

    @Override
    public boolean mayCreateTriggers(Connection connection, TableName table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT has_table_privilege(?, 'TRIGGER')")) {
            statement.setString(1, table.quoted('"'));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    @Override
    public char quote() {
        return '"';
    }

    @Override
    public TableName resolve(Connection connection, TableName queue) throws SQLException {
        if (queue.schema().isPresent()) {
            return queue;
        }
        String sql = "SELECT coalesce((SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON"
                + " n.oid = c.relnamespace WHERE c.oid = to_regclass(?)), current_schema())";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, queue.quoted('"'));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new TableName(Optional.ofNullable(row.getString(1)), queue.name());
            }
        }
    }

    @Override
    public List<String> createTable(TableName queue) {
        return List.of(
                "CREATE TABLE IF NOT EXISTS " + queue.quoted('"') + """
                         (
                          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                          table_name varchar(255) NOT NULL,
                          source_table varchar(512) NOT NULL,
                          row_key text,
                          deleted_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
                          txid bigint NOT NULL DEFAULT txid_current()
                        )""",
                "CREATE INDEX IF NOT EXISTS " + TableName.quote(queue.name() + "_by_table", '"') + " ON "
                        + queue.quoted('"') + " (table_name, id)");
    }

    @Override
    public List<String> createTriggers(TableName queue, TrackedTable table, String name) {
        String function = new TableName(queue.schema(), name).quoted('"');
        String source = table.source().name().quoted('"');
        List<String> statements = new ArrayList<>();
        statements.add("CREATE OR REPLACE FUNCTION " + function + "() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
                + "\n  SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD'"
                + " SET IntervalStyle = 'postgres' SET extra_float_digits = 1 AS $replicator$"
                + "\nBEGIN"
                + "\n  IF TG_OP = 'TRUNCATE' THEN"
                + "\n    " + insert(queue, table, "NULL") + ";"
                + "\n  ELSIF TG_OP = 'DELETE' THEN"
                + "\n    " + insert(queue, table, key("OLD", table)) + ";"
                + "\n  ELSE"
                + "\n    " + insert(queue, table, key("OLD", table), key("NEW", table)) + ";"
                + "\n  END IF;"
                + "\n  RETURN NULL;"
                + "\nEND $replicator$");
        String call = " EXECUTE PROCEDURE " + function + "()";
        statements.add("CREATE TRIGGER " + trigger(name, "d") + " AFTER DELETE ON " + source + " FOR EACH ROW" + call);
        statements.add("CREATE TRIGGER " + trigger(name, "u") + " AFTER UPDATE ON " + source + " FOR EACH ROW WHEN ("
                + keyChanged(table, "IS DISTINCT FROM", false) + ")" + call);
        statements.add(
                "CREATE TRIGGER " + trigger(name, "t") + " AFTER TRUNCATE ON " + source + " FOR EACH STATEMENT" + call);
        for (String letter : List.of("d", "u", "t")) {
            // also for what a subscription applies
            statements.add("ALTER TABLE " + source + " ENABLE ALWAYS TRIGGER " + trigger(name, letter));
        }
        return statements;
    }

    private static String trigger(String name, String letter) {
        return TableName.quote(name + "_" + letter, '"');
    }

    @Override
    public int objects() {
        return 4;
    }

    @Override
    public List<Installed> installed(Connection connection, TableName queue, String prefix) throws SQLException {
        String schema;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_schema()")) {
            row.next();
            schema = queue.schema().orElse(row.getString(1));
        }
        String functions = " FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
                + " AND n.nspname = " + literal(schema) + " AND p.prorettype = 'trigger'::regtype";
        return DeletionSql.named(
                connection,
                "SELECT p.proname AS name, p.proname" + functions
                        + " UNION ALL SELECT t.tgname, p.proname" + functions
                        + " JOIN pg_catalog.pg_trigger t ON t.tgfoid = p.oid ORDER BY 1",
                prefix,
                name -> "DROP FUNCTION IF EXISTS " + new TableName(Optional.of(schema), name).quoted('"')
                        + "() CASCADE");
    }

    @Override
    public String text(String column, SourceColumn type) {
        return isBytes(type) ? "encode(" + column + ", 'hex')" : column + "::text";
    }

    /** The text of MONEY is that of the server's locale. */
    @Override
    public boolean isExact(SourceColumn type) {
        return !type.typeName().equals("money");
    }

    @Override
    public String carried(ColumnPlan.Pair key, String text) {
        String target = key.target().typeName();
        return switch (key.source().typeName() + " to " + target) {
            // the text of a CHAR lacks its padding
            case "bpchar to varchar" -> padded(text, key.source().size());
            case "bool to int2", "bool to int4", "bool to int8", "bool to numeric" -> text.equals("true") ? "1" : "0";
            case "bit to bool" -> new BigInteger(text, 2).toString();
            case "text to varbyte", "varchar to varbyte" ->
                HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
            case "timestamptz to timestamp" -> text.replace("+00", "");
            case "timetz to time" ->
                OffsetTime.parse(text, TIMETZ)
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toLocalTime()
                        .format(TIME);
            default -> DeletionSql.super.carried(key, text);
        };
    }

    private static String padded(String text, int characters) {
        return text + " ".repeat(Math.max(0, characters - text.codePointCount(0, text.length())));
    }

    private static boolean isBytes(SourceColumn type) {
        return type.typeName().equals("bytea");
    }

    @Override
    public String among(String column, SourceColumn type, List<String> texts, UnaryOperator<String> literal) {
        return DeletionSql.super.among(isBytes(type) ? text(column, type) : column, type, texts, literal);
    }

    @Override
    public String compared(String column, SourceColumn type) {
        boolean hasOneText = isBytes(type)
                || switch (type.jdbcType()) {
                    case Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.DATE, Types.TIMESTAMP ->
                        true;
                    default -> type.typeName().equals("uuid");
                };
        return hasOneText ? column : "(" + column + "::text COLLATE \"C\")";
    }

    @Override
    public String arrayFunction() {
        return "json_build_array";
    }

    @Override
    public String key(String row, TrackedTable table) {
        return DeletionSql.super.key(row, table) + "::text";
    }
}
