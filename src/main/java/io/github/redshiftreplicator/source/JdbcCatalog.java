package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads a catalog through JDBC's metadata. */
final class JdbcCatalog {
    private static final String[] KINDS = {"TABLE", "BASE TABLE", "VIEW", "MATERIALIZED VIEW", "PARTITIONED TABLE"};

    private final DatabaseMetaData metadata;
    private final boolean schemaIsCatalog;
    private final Optional<String> defaultSchema;

    /** @param schemaIsCatalog whether the database calls a schema a catalog, as MySQL does */
    JdbcCatalog(Connection connection, boolean schemaIsCatalog) throws SQLException {
        this.metadata = connection.getMetaData();
        this.schemaIsCatalog = schemaIsCatalog;
        this.defaultSchema = Optional.ofNullable(schemaIsCatalog ? connection.getCatalog() : connection.getSchema());
    }

    SourceTable describe(TableName name, String place) throws SQLException {
        List<TableName> tables = tables();
        List<TableName> alike = tables.stream()
                .filter(t -> t.name().equalsIgnoreCase(name.name()))
                .filter(t -> isInSchema(t, name.schema()))
                .toList();
        TableName found = TableNames.choose(name, alike, place, () -> tables);
        return new SourceTable(found, columns(found), primaryKey(found), leadingColumns(found));
    }

    private boolean isInSchema(TableName table, Optional<String> wanted) {
        Optional<String> schema = wanted.or(() -> defaultSchema);
        return schema.isEmpty()
                || table.schema().map(schema.get()::equalsIgnoreCase).orElse(true);
    }

    private List<TableName> tables() throws SQLException {
        List<TableName> names = new ArrayList<>();
        try (ResultSet result = metadata.getTables(null, null, "%", KINDS)) {
            while (result.next()) {
                names.add(new TableName(
                        Optional.ofNullable(result.getString(schemaIsCatalog ? "TABLE_CAT" : "TABLE_SCHEM")),
                        result.getString("TABLE_NAME")));
            }
        }
        return names;
    }

    private String catalog(TableName table) {
        return schemaIsCatalog ? table.schema().orElse(null) : null;
    }

    private String schema(TableName table) {
        return schemaIsCatalog ? null : table.schema().orElse(null);
    }

    private List<SourceColumn> columns(TableName table) throws SQLException {
        List<SourceColumn> columns = new ArrayList<>();
        try (ResultSet result =
                metadata.getColumns(catalog(table), pattern(schema(table)), pattern(table.name()), "%")) {
            while (result.next()) {
                columns.add(new SourceColumn(
                        result.getString("COLUMN_NAME"),
                        result.getString("TYPE_NAME").toLowerCase(Locale.ROOT),
                        result.getInt("DATA_TYPE"),
                        result.getInt("COLUMN_SIZE"),
                        result.getInt("DECIMAL_DIGITS"),
                        result.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls));
            }
        }
        return columns;
    }

    private String pattern(String name) throws SQLException {
        String escape = metadata.getSearchStringEscape();
        if (name == null || escape == null || escape.isEmpty()) {
            return name;
        }
        return name.replace(escape, escape + escape).replace("_", escape + "_").replace("%", escape + "%");
    }

    private List<String> primaryKey(TableName table) throws SQLException {
        TreeMap<Integer, String> key = new TreeMap<>();
        try (ResultSet result = metadata.getPrimaryKeys(catalog(table), schema(table), table.name())) {
            while (result.next()) {
                key.put(result.getInt("KEY_SEQ"), result.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(key.values());
    }

    private Set<String> leadingColumns(TableName table) throws SQLException {
        Set<String> columns = new HashSet<>();
        primaryKey(table).stream().findFirst().ifPresent(columns::add);
        try (ResultSet result = metadata.getIndexInfo(catalog(table), schema(table), table.name(), false, true)) {
            while (result.next()) {
                String column = result.getString("COLUMN_NAME");
                boolean isIndex = result.getShort("TYPE") != DatabaseMetaData.tableIndexStatistic;
                if (isIndex && column != null && result.getShort("ORDINAL_POSITION") == 1) {
                    columns.add(column);
                }
            }
        }
        return columns;
    }
}
