package io.github.redshiftreplicator.sandbox;

import java.util.Map;
import java.util.Set;

/**
 * A column's type, read from Redshift's SQL (Amazon Redshift Database Developer Guide, "Data types").
 *
 * @param sql the type as the PostgreSQL behind has it
 * @param key whether a column of it may be a sort key, distribution key or primary key
 */
record RedshiftType(String sql, boolean key) {

    static final int LONGEST_VARCHAR = 65535;
    static final int LONGEST_CHAR = 4096;
    static final int LONGEST_VARBYTE = 16777216;

    private static final Map<String, String> SIMPLE = Map.ofEntries(
            Map.entry("smallint", "smallint"),
            Map.entry("int2", "smallint"),
            Map.entry("integer", "integer"),
            Map.entry("int", "integer"),
            Map.entry("int4", "integer"),
            Map.entry("bigint", "bigint"),
            Map.entry("int8", "bigint"),
            Map.entry("real", "real"),
            Map.entry("float4", "real"),
            Map.entry("float8", "double precision"),
            Map.entry("boolean", "boolean"),
            Map.entry("bool", "boolean"),
            Map.entry("date", "date"),
            Map.entry("timestamptz", "timestamp with time zone"),
            Map.entry("timetz", "time with time zone"));

    /** Types of PostgreSQL that Redshift lists under "Unsupported PostgreSQL data types". */
    private static final Set<String> UNSUPPORTED = Set.of(
            "serial",
            "bigserial",
            "smallserial",
            "serial2",
            "serial4",
            "serial8",
            "json",
            "jsonb",
            "uuid",
            "bytea",
            "money",
            "inet",
            "cidr",
            "macaddr",
            "macaddr8",
            "xml",
            "hstore",
            "bit",
            "varbit",
            "point",
            "line",
            "lseg",
            "box",
            "path",
            "polygon",
            "circle",
            "tsvector",
            "tsquery",
            "enum",
            "int4range",
            "int8range",
            "numrange",
            "tsrange",
            "tstzrange",
            "daterange",
            "oid",
            "citext",
            "array",
            "name",
            "jsonpath",
            "ltree");

    private static final Set<String> NOT_IN_SANDBOX = Set.of("geometry", "geography", "hllsketch", "interval");

    static RedshiftType parse(SqlCursor cursor, String column) {
        SqlToken token = cursor.next();
        String name = token.text();
        RedshiftType type = parse(cursor, column, name);
        if (cursor.at("[") || cursor.at("array")) {
            throw unsupported(column, name + "[]");
        }
        return type;
    }

    private static RedshiftType parse(SqlCursor cursor, String column, String name) {
        if (SIMPLE.containsKey(name)) {
            return new RedshiftType(SIMPLE.get(name), true);
        }
        switch (name) {
            case "decimal", "numeric" -> {
                return decimal(cursor);
            }
            case "double" -> {
                cursor.expect("precision");
                return new RedshiftType("double precision", true);
            }
            case "float" -> {
                long digits = length(cursor, 53, 53, "float");
                return new RedshiftType(digits <= 24 ? "real" : "double precision", true);
            }
            case "character", "char", "nchar" -> {
                if (cursor.accept("varying")) {
                    return varchar(length(cursor, 256, LONGEST_VARCHAR, "varchar"));
                }
                return new RedshiftType("character(" + length(cursor, 1, LONGEST_CHAR, "char") + ")", true);
            }
            case "bpchar" -> {
                return new RedshiftType("character(256)", true);
            }
            case "varchar", "nvarchar" -> {
                return varchar(length(cursor, 256, LONGEST_VARCHAR, "varchar"));
            }
            case "text" -> {
                return varchar(256);
            }
            case "timestamp", "time" -> {
                if (cursor.accept("with", "time", "zone")) {
                    return new RedshiftType(name + " with time zone", true);
                }
                cursor.accept("without", "time", "zone");
                return new RedshiftType(name + " without time zone", true);
            }
            case "super" -> {
                return new RedshiftType("super", false);
            }
            case "varbyte", "varbinary", "binary" -> {
                if (name.equals("binary")) {
                    cursor.expect("varying");
                }
                return new RedshiftType("varbyte(" + length(cursor, 64000, LONGEST_VARBYTE, "varbyte") + ")", false);
            }
            default -> {
                if (NOT_IN_SANDBOX.contains(name)) {
                    throw SqlError.unsupported("type \"" + name + "\" is not supported by the sandbox");
                }
                if (UNSUPPORTED.contains(name)) {
                    throw unsupported(column, name);
                }
                throw new SqlError("42704", "type \"" + name + "\" does not exist");
            }
        }
    }

    private static SqlError unsupported(String column, String type) {
        return SqlError.unsupported("Column \"" + column + "\" has unsupported type \"" + type + "\".");
    }

    private static RedshiftType varchar(long length) {
        return new RedshiftType("character varying(" + length + ")", true);
    }

    private static RedshiftType decimal(SqlCursor cursor) {
        long precision = 18;
        long scale = 0;
        if (cursor.accept("(")) {
            precision = cursor.integer();
            if (cursor.accept(",")) {
                scale = cursor.integer();
            }
            cursor.expect(")");
        }
        if (precision < 1 || precision > 38) {
            throw new SqlError("22023", "DECIMAL precision " + precision + " must be between 1 and 38");
        }
        if (scale < 0 || scale > precision || scale > 37) {
            throw new SqlError("22023", "DECIMAL scale " + scale + " must be between 0 and " + Math.min(precision, 37));
        }
        return new RedshiftType("numeric(" + precision + "," + scale + ")", true);
    }

    private static long length(SqlCursor cursor, long missing, long longest, String type) {
        if (!cursor.accept("(")) {
            return missing;
        }
        long length = cursor.accept("max") ? longest : cursor.integer();
        cursor.expect(")");
        if (length < 1) {
            throw new SqlError("22023", "length for type " + type + " must be at least 1");
        }
        if (length > longest) {
            throw new SqlError("22023", "length for type " + type + " cannot exceed " + longest);
        }
        return length;
    }
}
