package io.github.redshiftreplicator.source;

import static org.apache.commons.lang3.StringUtils.leftPad;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.TableName;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * MySQL and MariaDB: row triggers. Neither fires them for rows that a foreign key's ON DELETE CASCADE removes, nor for
 * TRUNCATE ("CREATE TRIGGER" in MySQL's reference manual). Each trigger is one statement without a semicolon in it, for the
 * clients and the migration tools cut a script at semicolons, unless it is told another delimiter in a word of their own.
 */
final class MySqlDeletions implements DeletionSql {
    /** These views list to everybody what is granted to himself, at each of the three levels. */
    @Override
    public boolean mayCreateTriggers(Connection connection, TableName table) throws SQLException {
        String granted = " WHERE privilege_type = 'TRIGGER' AND grantee ="
                + " concat('\\'', replace(current_user(), '@', '\\'@\\''), '\\'')";
        String here = " AND ? LIKE table_schema";
        String sql = "SELECT EXISTS (SELECT 1 FROM information_schema.user_privileges" + granted
                + " UNION ALL SELECT 1 FROM information_schema.schema_privileges" + granted + here
                + " UNION ALL SELECT 1 FROM information_schema.table_privileges" + granted + here
                + " AND table_name = ?)";
        String schema = table.schema().orElse(connection.getCatalog());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schema);
            statement.setString(2, schema);
            statement.setString(3, table.name());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    @Override
    public char quote() {
        return '`';
    }

    @Override
    public List<String> createTable(TableName queue) {
        return List.of("CREATE TABLE IF NOT EXISTS " + queue.quoted('`') + """
                 (
                  id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
                  table_name varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
                  source_table varchar(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
                  row_key text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
                  deleted_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
                  KEY by_table (table_name, id)
                )""");
    }

    @Override
    public List<String> createTriggers(TableName queue, TrackedTable table, String name) {
        String source = table.source().name().quoted('`');
        return List.of(
                "CREATE TRIGGER " + trigger(table, name, "d") + " AFTER DELETE ON " + source + " FOR EACH ROW "
                        + insert(queue, table, key("OLD", table)),
                "CREATE TRIGGER " + trigger(table, name, "o") + " AFTER UPDATE ON " + source + " FOR EACH ROW "
                        + insertIfKeyChanged(queue, table, "OLD"),
                "CREATE TRIGGER " + trigger(table, name, "n") + " AFTER UPDATE ON " + source + " FOR EACH ROW "
                        + insertIfKeyChanged(queue, table, "NEW"));
    }

    /** IF would need a semicolon before its END, and VALUES has no condition. */
    private String insertIfKeyChanged(TableName queue, TrackedTable table, String row) {
        return insert(queue) + " SELECT " + values(table, key(row, table)) + " FROM DUAL WHERE "
                + keyChanged(table, "<=>", true);
    }

    private static String trigger(TrackedTable table, String name, String letter) {
        return new TableName(table.source().name().schema(), name + "_" + letter).quoted('`');
    }

    @Override
    public int objects() {
        return 3;
    }

    @Override
    public List<Installed> installed(Connection connection, TableName queue, String prefix) throws SQLException {
        return DeletionSql.named(
                connection,
                "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()",
                prefix,
                name -> "DROP TRIGGER IF EXISTS " + TableName.quote(name, '`'));
    }

    @Override
    public String text(String column, SourceColumn type) {
        String word = type.typeName().toLowerCase(Locale.ROOT);
        if (isBytes(type)) {
            return "LOWER(HEX(" + column + "))";
        }
        // a TIMESTAMP reads in the session's zone, and the deleting session may have any
        String value =
                word.startsWith("timestamp") ? "CONVERT_TZ(" + column + ", @@session.time_zone, '+00:00')" : column;
        return "CAST(" + value + " AS CHAR CHARACTER SET utf8mb4)";
    }

    private static boolean isBytes(SourceColumn type) {
        String word = type.typeName().toLowerCase(Locale.ROOT);
        return word.contains("binary") || word.contains("blob") || isBits(type);
    }

    private static boolean isBits(SourceColumn type) {
        return type.typeName().toLowerCase(Locale.ROOT).startsWith("bit");
    }

    /** The text of a FLOAT has six digits only. */
    @Override
    public boolean isExact(SourceColumn type) {
        return !type.typeName().toLowerCase(Locale.ROOT).startsWith("float");
    }

    @Override
    public String carried(ColumnPlan.Pair key, String text) {
        boolean isText = key.target().typeName().equals("varchar");
        if (isBits(key.source())) {
            BigInteger bits = new BigInteger(text, 16);
            return isText ? leftPad(bits.toString(2), key.source().size(), '0') : bits.toString();
        }
        return isBytes(key.source()) && isText ? text.toUpperCase(Locale.ROOT) : DeletionSql.super.carried(key, text);
    }

    @Override
    public String among(String column, SourceColumn type, List<String> texts, UnaryOperator<String> literal) {
        return DeletionSql.super.among(isBytes(type) ? text(column, type) : column, type, texts, literal);
    }

    @Override
    public String compared(String column, SourceColumn type) {
        return switch (type.jdbcType()) {
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR -> "CAST(" + column + " AS BINARY)";
            default -> column;
        };
    }

    @Override
    public String arrayFunction() {
        return "JSON_ARRAY";
    }

    /** MySQL's JSON equals no text, not even its own. */
    @Override
    public String queriedKey(TrackedTable table) {
        return "CAST(" + key("", table) + " AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin";
    }

    @Override
    public String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
