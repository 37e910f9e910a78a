package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads PostgreSQL's own catalog, which knows domains, partitions and search paths where JDBC's metadata does not. */
final class PostgreSqlCatalog {
    private static final String CANDIDATES = """
            SELECT n.nspname, c.relname, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND lower(c.relname) = lower(?)
               AND CASE WHEN ?::text IS NULL THEN n.nspname = ANY (current_schemas(true))
                        ELSE lower(n.nspname) = lower(?) END
             ORDER BY array_position(current_schemas(true), n.nspname)""";

    private static final String OTHERS = """
            SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
               AND n.nspname NOT LIKE 'pg\\_toast%' ORDER BY 1, 2 LIMIT 10000""";

    private static final String COLUMNS = """
            WITH RECURSIVE columns AS (
              SELECT attnum, attname, NOT attnotnull AS nullable, atttypid AS type, atttypmod AS modifier
                FROM pg_attribute WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped
              UNION ALL
              SELECT attnum, attname, nullable AND NOT t.typnotnull, t.typbasetype,
                     CASE WHEN t.typtypmod >= 0 THEN t.typtypmod ELSE modifier END
                FROM columns JOIN pg_type t ON t.oid = columns.type WHERE t.typtype = 'd')
            SELECT attname, t.typname, t.typtype, modifier, nullable
              FROM columns JOIN pg_type t ON t.oid = columns.type WHERE t.typtype <> 'd' ORDER BY attnum""";

    private static final String INDEXES = """
            SELECT a.attname, i.indisprimary, k.place
              FROM pg_index i
              CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
             WHERE i.indrelid = ? AND i.indisvalid AND i.indpred IS NULL AND k.place <= i.indnkeyatts
               AND (i.indisprimary OR k.place = 1)
             ORDER BY i.indisprimary DESC, k.place""";

    private record Found(TableName name, long oid) {}

    private final Connection connection;

    PostgreSqlCatalog(Connection connection) {
        this.connection = connection;
    }

    SourceTable describe(TableName name, String place) throws SQLException {
        Found found = find(name, place);
        List<String> primaryKey = new ArrayList<>();
        Set<String> leading = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(INDEXES)) {
            statement.setLong(1, found.oid());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    if (result.getBoolean(2)) {
                        primaryKey.add(result.getString(1));
                    }
                    if (result.getInt(3) == 1) {
                        leading.add(result.getString(1));
                    }
                }
            }
        }
        return new SourceTable(found.name(), columns(found.oid()), primaryKey, leading);
    }

    private Found find(TableName name, String place) throws SQLException {
        List<Found> alike = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(CANDIDATES)) {
            statement.setString(1, name.name());
            statement.setString(2, name.schema().orElse(null));
            statement.setString(3, name.schema().orElse(null));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    alike.add(new Found(
                            new TableName(Optional.of(result.getString(1)), result.getString(2)), result.getLong(3)));
                }
            }
        }
        TableName chosen =
                TableNames.choose(name, alike.stream().map(Found::name).toList(), place, () -> others());
        return alike.stream().filter(f -> f.name().equals(chosen)).findFirst().orElseThrow();
    }

    private List<TableName> others() throws SQLException {
        List<TableName> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(OTHERS);
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                names.add(new TableName(Optional.of(result.getString(1)), result.getString(2)));
            }
        }
        return names;
    }

    private List<SourceColumn> columns(long oid) throws SQLException {
        List<SourceColumn> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setLong(1, oid);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    String type = result.getString(2);
                    int modifier = result.getInt(4);
                    String kind = result.getString(3);
                    columns.add(new SourceColumn(
                            result.getString(1),
                            type,
                            switch (kind) {
                                case "e" -> java.sql.Types.VARCHAR;
                                case "c" -> java.sql.Types.STRUCT;
                                default -> PostgreSqlDialect.jdbcType(type);
                            },
                            size(type, modifier),
                            scale(type, modifier),
                            result.getBoolean(5)));
                }
            }
        }
        return columns;
    }

    // pg_attribute.atttypmod as numerictypmodin and varchartypmodin pack it
    private static int size(String type, int modifier) {
        if (modifier < 0) {
            return 0;
        }
        return switch (type) {
            case "numeric" -> (modifier - 4) >> 16 & 0xffff;
            case "varchar", "bpchar" -> modifier - 4;
            default -> modifier;
        };
    }

    private static int scale(String type, int modifier) {
        return type.equals("numeric") && modifier >= 0 ? ((modifier - 4 & 0x7ff) ^ 1024) - 1024 : 0;
    }
}
