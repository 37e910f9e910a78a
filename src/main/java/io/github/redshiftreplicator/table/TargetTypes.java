package io.github.redshiftreplicator.table;

import java.util.Optional;

/** The Redshift type that fits a source column best, for a new target. */
public final class TargetTypes {
    private static final int MOST_DIGITS = 38;
    private static final int MOST_SCALE = 37;
    private static final int MOST_VARCHAR = 65_535;
    private static final int MOST_VARBYTE = 1_024_000;
    private static final int LEAST_MEASURED = 64;
    private static final int BYTES_OF_CHARACTER = 4;

    private TargetTypes() {}

    /**
     * What a source column holds at the most.
     *
     * @param bytes of the longest text or binary
     * @param wholeDigits of the largest number
     * @param scale of the most precise number
     */
    public record Measure(long bytes, int wholeDigits, int scale) {}

    /** Whether {@link #of} needs a measure: the declaration sets no limit. */
    public static boolean isOpen(TypeMappings types, SourceColumn column) {
        return switch (types.nameOf(column)) {
            case "text",
                    "citext",
                    "name",
                    "xml",
                    "tsvector",
                    "tsquery",
                    "varbit",
                    "bytea",
                    "tinytext",
                    "mediumtext",
                    "longtext",
                    "tinyblob",
                    "blob",
                    "mediumblob",
                    "longblob",
                    TypeMappings.ENUM,
                    TypeMappings.ANY_OTHER -> true;
            case "varchar", "bpchar" -> column.size() <= 0;
            case "numeric" -> column.size() <= 0 || column.size() > MOST_DIGITS;
            case "decimal" -> column.size() > MOST_DIGITS;
            default -> false;
        };
    }

    /** The type in Redshift's DDL, empty for a type that is left out. */
    public static Optional<String> of(TypeMappings types, SourceColumn column, Optional<Measure> measure) {
        if (types.fitting(column).isEmpty()) {
            return Optional.empty();
        }
        boolean unsigned = column.typeName().contains("unsigned");
        return Optional.of(
                switch (types.nameOf(column)) {
                    case "tinyint", "year" -> column.size() == 1 ? "BOOLEAN" : "SMALLINT";
                    case "int2", "smallint" -> unsigned ? "INTEGER" : "SMALLINT";
                    case "int4", "mediumint", "int", "integer" -> unsigned ? "BIGINT" : "INTEGER";
                    case "int8", "bigint" -> unsigned ? "DECIMAL(20,0)" : "BIGINT";
                    case "oid" -> "BIGINT";
                    case "numeric", "decimal" -> decimal(column, measure);
                    case "money" -> "DECIMAL(19,2)";
                    case "float4", "float" -> "REAL";
                    case "float8", "double", "real" -> "DOUBLE PRECISION";
                    case "bool", "boolean" -> "BOOLEAN";
                    case "date" -> "DATE";
                    case "time" -> "TIME";
                    case "timetz" -> "TIMETZ";
                    case "timestamp", "datetime" -> "TIMESTAMP";
                    case "timestamptz" -> "TIMESTAMPTZ";
                    case "uuid" -> "CHAR(36)";
                    case "json", "jsonb", "hstore", TypeMappings.ARRAY, TypeMappings.COMPOSITE -> "SUPER";
                    case "bit" -> column.size() <= 1 ? "BOOLEAN" : "VARCHAR(" + column.size() + ")";
                    case "bytea", "tinyblob", "blob", "mediumblob", "longblob" ->
                        "VARBYTE(" + room(measure, MOST_VARBYTE) + ")";
                    case "binary", "varbinary" -> "VARBYTE(" + Math.max(1, column.size()) + ")";
                    case "varchar", "bpchar", "char" ->
                        column.size() > 0 ? declared(column) : "VARCHAR(" + room(measure, MOST_VARCHAR) + ")";
                    case "enum", "set" ->
                        column.size() > 0 ? declared(column) : "VARCHAR(" + room(measure, MOST_VARCHAR) + ")";
                    case "interval", "inet", "cidr", "macaddr", "macaddr8", "pg_lsn", "inet4", "inet6" ->
                        "VARCHAR(100)";
                    case "int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange" -> "VARCHAR(256)";
                    default -> "VARCHAR(" + room(measure, MOST_VARCHAR) + ")";
                });
    }

    private static String declared(SourceColumn column) {
        return "VARCHAR(" + declaredBytes(column) + ")";
    }

    /** The bytes that a text of a declared length can take. */
    public static int declaredBytes(SourceColumn column) {
        return (int) Math.min(MOST_VARCHAR, (long) column.size() * BYTES_OF_CHARACTER);
    }

    /** Twice the longest so far, rounded up to a power of two. */
    private static int room(Optional<Measure> measure, int most) {
        if (measure.isEmpty()) {
            return most;
        }
        long wanted = Math.max(LEAST_MEASURED, measure.get().bytes() * 2);
        long power = Long.highestOneBit(wanted);
        return (int) Math.min(most, power == wanted ? wanted : power * 2);
    }

    private static String decimal(SourceColumn column, Optional<Measure> measure) {
        if (column.size() > 0 && column.size() <= MOST_DIGITS && column.scale() >= 0) {
            return "DECIMAL(" + Math.max(column.size(), column.scale()) + "," + Math.min(MOST_SCALE, column.scale())
                    + ")";
        }
        int scale = measure.map(Measure::scale).orElse(10);
        int whole = measure.map(Measure::wholeDigits).orElse(20);
        return scale <= MOST_SCALE && whole + scale <= MOST_DIGITS
                ? "DECIMAL(" + MOST_DIGITS + "," + scale + ")"
                : "VARCHAR(" + room(measure, MOST_VARCHAR) + ")";
    }
}
