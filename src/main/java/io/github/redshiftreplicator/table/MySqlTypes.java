package io.github.redshiftreplicator.table;

import static io.github.redshiftreplicator.table.Hazard.Kind.INVALID;
import static io.github.redshiftreplicator.table.Hazard.Kind.OVERFLOW;
import static io.github.redshiftreplicator.table.Hazards.BOOL;
import static io.github.redshiftreplicator.table.Hazards.CHAR;
import static io.github.redshiftreplicator.table.Hazards.DATE;
import static io.github.redshiftreplicator.table.Hazards.INTEGERS;
import static io.github.redshiftreplicator.table.Hazards.NUMERIC;
import static io.github.redshiftreplicator.table.Hazards.SUPER;
import static io.github.redshiftreplicator.table.Hazards.TIME;
import static io.github.redshiftreplicator.table.Hazards.VARBYTE;
import static io.github.redshiftreplicator.table.Hazards.VARCHAR;
import static io.github.redshiftreplicator.table.Hazards.loud;
import static io.github.redshiftreplicator.table.Hazards.silent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * MySQL's and MariaDB's types ("Data Types" in their documentation), with or without {@code unsigned} and
 * {@code zerofill}. Texts arrive as UTF-8 whatever their character set is.
 */
public final class MySqlTypes {
    /** The table. */
    public static final TypeMappings TABLE = new TypeMappings("MySQL, MariaDB", rows(), leftOut());

    private MySqlTypes() {}

    private static List<TypeMapping> rows() {
        List<TypeMapping> rows = new ArrayList<>();
        List<String> whole = List.of("tinyint", "smallint", "mediumint", "int", "integer", "bigint");
        row(rows, whole, INTEGERS, "{v}", "{v}", integerRange());
        row(rows, List.of("year"), INTEGERS, "({v} + 0)", "{v}");
        row(rows, List.of("year"), VARCHAR, "cast({v} AS char)", "{v}", length(Hazards.longest(4)));
        row(rows, whole, NUMERIC, "{v}", "{v}", decimalRange());
        row(rows, whole, List.of("float8"), "{v}", "{v}", doublePrecision());
        row(rows, whole, List.of("float4"), "{v}", "{v}", singlePrecision());
        row(rows, List.of("tinyint", "boolean", "bool"), BOOL, "{v}", "{v}", oneBit());
        row(rows, List.of("bit"), BOOL, "({v} + 0)", "{v}", oneBit());
        row(rows, List.of("bit"), INTEGERS, "({v} + 0)", "{v}", integerRange());
        row(rows, List.of("bit"), NUMERIC, "({v} + 0)", "{v}", decimalRange());
        row(rows, List.of("bit"), VARCHAR, "lpad(bin({v}), {w}, '0')", "{v}", length(Hazards.longest(64)));
        row(rows, whole, VARCHAR, "cast({v} AS char)", "{v}", length(Hazards.longest(20)));
        List<String> decimal = List.of("decimal", "numeric");
        // the server's own text: MySQL's driver writes 0.0000000 as 0E-7
        row(rows, decimal, NUMERIC, "{v}", "cast({v} AS char)", decimalRange(), decimals());
        row(rows, decimal, INTEGERS, "{v}", "truncate({v}, 0)", integerRange(), fraction());
        row(rows, decimal, List.of("float8"), "{v}", "{v}", doublePrecision());
        row(rows, decimal, List.of("float4"), "{v}", "{v}", singlePrecision());
        row(rows, decimal, VARCHAR, "cast({v} AS char)", "{v}", length(Hazards.longest(67)));
        // MySQL shows a float with six digits only, a double with all
        row(rows, List.of("float"), List.of("float8"), "({v} + 0e0)", "{v}");
        row(rows, List.of("float"), List.of("float4"), "({v} + 0e0)", "{v}", Hazards.tooSmall());
        row(rows, List.of("double", "real"), List.of("float8"), "({v} + 0e0)", "{v}", Hazards.tooSmall());
        List<String> floats = List.of("float", "double", "real");
        row(
                rows,
                floats,
                NUMERIC,
                "({v} + 0e0)",
                "cast(cast({v} AS decimal(65, 30)) AS char)",
                decimalRangeOfFloat(),
                decimalsOfFloat());
        // -0.000000000000001 with the sixteen digits more that a double may have
        row(rows, floats, VARCHAR, "cast({v} + 0e0 AS char)", "{v}", length(Hazards.longest(34)));
        times(rows);
        texts(rows);
        row(rows, List.of("json"), SUPER, "{v}", "{v}", numberBeyondSuper());
        row(
                rows,
                List.of("longtext", "text", "mediumtext", "varchar"),
                SUPER,
                "{v}",
                "{v}",
                noDocument(),
                numberBeyondSuper());
        row(rows, List.of("json"), VARCHAR, "{v}", "{v}", length(Hazards::always));
        List<String> binary = List.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");
        row(rows, binary, VARBYTE, "hex({v})", "{v}", empty(), byteLength());
        row(rows, binary, VARCHAR, "hex({v})", "{v}", length(Hazards::always));
        row(rows, List.of("uuid", "inet4", "inet6"), VARCHAR, "cast({v} AS char)", "{v}", length(Hazards.longest(39)));
        row(rows, List.of("uuid"), CHAR, "cast({v} AS char)", "{v}", length(Hazards.longest(36)));
        return rows;
    }

    private static void times(List<TypeMapping> rows) {
        row(rows, List.of("date"), DATE, "{v}", "{v}", zeroDate("0001-01-01"));
        List<String> moments = List.of("datetime", "timestamp");
        List<String> targets = List.of("timestamp", "timestamptz");
        // the server's own text: MariaDB's driver shows 5 milliseconds of a DATETIME(3) as .5000
        row(rows, moments, targets, "{v}", "cast({v} AS char)", zeroDate("0001-01-01 00:00:00"));
        row(rows, List.of("date"), targets, "cast({v} AS datetime)", "{v}", zeroDate("0001-01-01 00:00:00"));
        row(rows, moments, DATE, "{v}", "date({v})", zeroDate("0001-01-01"), timeOfDay());
        row(rows, List.of("time"), TIME, "{v}", "cast({v} AS char)", duration());
        List<String> all = List.of("date", "datetime", "timestamp", "time");
        row(rows, all, VARCHAR, "cast({v} AS char)", "{v}", length(Hazards.longest(26)));
    }

    private static void texts(List<TypeMapping> rows) {
        List<String> texts = List.of("varchar", "char", "tinytext", "text", "mediumtext", "longtext", "enum", "set");
        row(rows, texts, VARCHAR, "{v}", "{v}", nul(), length(Hazards::mayBeLonger), nullMarker());
        row(
                rows,
                texts,
                CHAR,
                "{v}",
                "{v}",
                nul(),
                notAscii(),
                trailingBlanks(),
                length(Hazards::mayBeLonger),
                nullMarker());
    }

    private static List<TypeMappings.LeftOut> leftOut() {
        return List.of(new TypeMappings.LeftOut(
                List.of(
                        "geometry",
                        "point",
                        "linestring",
                        "polygon",
                        "multipoint",
                        "multilinestring",
                        "multipolygon",
                        "geometrycollection"),
                "COPY takes GEOMETRY as hexadecimal EWKB, which MySQL does not write. Replicate a view with ST_AsText of"
                        + " the column."));
    }

    private static void row(
            List<TypeMapping> rows,
            List<String> sources,
            List<String> targets,
            String value,
            String carried,
            Hazard... hazards) {
        rows.add(new TypeMapping(sources, targets, "char", value, carried, List.of(hazards)));
    }

    private static Hazard length(BiPredicate<SourceColumn, TargetColumn> possible) {
        String bytes = "cast(convert({v} USING utf8mb4) AS binary)";
        StringBuilder end = new StringBuilder("CASE");
        for (int back = 0; back < 3; back++) {
            end.append(" WHEN ascii(substring(")
                    .append(bytes)
                    .append(", {n} + ")
                    .append(1 - back)
                    .append(", 1)) & 192");
            end.append(" <> 128 THEN {n} - ").append(back);
        }
        end.append(" ELSE {n} - 3 END");
        return loud(
                OVERFLOW,
                "more than {n} bytes",
                possible,
                "length(convert({v} USING utf8mb4)) > {n}",
                // explicit, so that it goes with a column of any character set and collation
                "convert(left(" + bytes + ", " + end + ") USING utf8mb4) COLLATE utf8mb4_bin");
    }

    private static Hazard byteLength() {
        return loud(OVERFLOW, "more than {n} bytes", Hazards::always, "length({v}) > 2 * {n}", "left({v}, 2 * {n})");
    }

    private static Hazard empty() {
        return silent(INVALID, "no byte, which COPY takes for NULL", Hazards::always, "{v} = ''", "NULL");
    }

    private static Hazard noDocument() {
        return silent(INVALID, "no JSON, which COPY takes for NULL", Hazards::always, "length({v}) = 0", "NULL");
    }

    private static Hazard numberBeyondSuper() {
        String pattern = JsonNumbers.PATTERN.replace("\\", "\\\\");
        return loud(
                OVERFLOW, JsonNumbers.BEYOND, Hazards::always, "cast({v} AS char) REGEXP '" + pattern + "'", "NULL");
    }

    private static Hazard nullMarker() {
        // by bytes: a collation may know neither capitals nor trailing blanks
        return loud(
                INVALID,
                "the text that stands for NULL",
                Hazards::mayBeNullMarker,
                "cast(convert({v} USING utf8mb4) AS binary) = '" + CsvFormat.NULL_MARKER + "'",
                "'" + CsvFormat.NULL_MARKER.replaceAll(".$", "?") + "'");
    }

    private static Hazard nul() {
        // refused by the reader itself
        return loud(
                INVALID,
                "the character NUL",
                Hazards::always,
                "locate(char(0), cast(convert({v} USING utf8mb4) AS binary)) > 0",
                "replace({v}, char(0 USING utf8mb4), '')");
    }

    private static Hazard notAscii() {
        return loud(
                INVALID,
                "characters that CHAR cannot hold",
                Hazards::always,
                "length(convert({v} USING utf8mb4)) <> char_length({v})",
                "convert({v} USING ascii)");
    }

    private static Hazard trailingBlanks() {
        return silent(INVALID, "trailing blanks, which CHAR forgets", Hazards::always, "{v} LIKE '% '", "rtrim({v})");
    }

    private static Hazard integerRange() {
        return loud(
                OVERFLOW,
                "a number outside of {min} to {max}",
                Hazards::mayBeLargerThanInteger,
                "{v} NOT BETWEEN {min} AND {max}",
                "greatest(least({v}, {max}), {min})");
    }

    private static Hazard decimalRange() {
        return loud(
                OVERFLOW,
                "more than {p} digits before the decimal point",
                Hazards::mayHaveMoreWholeDigits,
                // not abs(), which the least BIGINT has none of
                "truncate({v}, {s}) NOT BETWEEN -{max} AND {max}",
                "(sign({v}) * {max})");
    }

    /** By floats only: the most that a DECIMAL holds is not one, and would be rounded up. */
    private static Hazard decimalRangeOfFloat() {
        return loud(
                OVERFLOW,
                "more than {p} digits before the decimal point",
                Hazards::mayHaveMoreWholeDigits,
                "abs({v}) >= 1e{p}",
                "(sign({v}) * {below})");
    }

    private static Hazard decimals() {
        return silent(
                OVERFLOW,
                "more than {s} decimals",
                Hazards::mayHaveMoreDecimals,
                "{v} <> truncate({v}, {s})",
                "truncate({v}, {s})");
    }

    private static Hazard fraction() {
        return silent(OVERFLOW, "decimals", Hazards::mayHaveDecimals, "{v} <> truncate({v}, 0)", "truncate({v}, 0)");
    }

    /** A float's nearest decimal, which is zero or cut off where 35 digits before or 30 after the point are too few. */
    private static Hazard decimalsOfFloat() {
        String decimal = "cast({v} AS decimal(65, 30))";
        return silent(
                OVERFLOW,
                "more than {s} decimals",
                Hazards::mayHaveMoreDecimals,
                "(" + decimal + " <> truncate(" + decimal + ", {s}) OR (" + decimal + " + 0e0) <> {v})",
                "truncate(" + decimal + ", {s})");
    }

    private static Hazard doublePrecision() {
        return silent(
                OVERFLOW,
                "more digits than the float keeps",
                Hazards::mayBeMorePrecise,
                "cast({v} + 0e0 AS decimal(65, 30)) <> {v}",
                "({v} + 0e0)");
    }

    /** No cast to a float is in all versions: a float keeps whole numbers to 2^24 and any six digits. */
    private static Hazard singlePrecision() {
        return silent(
                OVERFLOW,
                "more digits than the float keeps",
                Hazards::mayBeMorePrecise,
                "(NOT ({v} = truncate({v}, 0) AND {v} BETWEEN -16777216 AND 16777216)"
                        + " AND {v} <> truncate({v}, cast(5 - floor(log10(abs({v} + 0e0))) AS signed)))",
                "({v} + 0e0)");
    }

    private static Hazard zeroDate(String first) {
        return loud(
                INVALID,
                "a date with zeros",
                Hazards::always,
                "(cast({v} AS char) LIKE '0000-%' OR cast({v} AS char) LIKE '%-00%')",
                "'" + first + "'");
    }

    private static Hazard timeOfDay() {
        // not time(), whose midnight of a DATETIME(6) MySQL compares as the text 00:00:00.000000
        return silent(OVERFLOW, "a time of day", Hazards::always, "{v} <> date({v})", "date({v})");
    }

    private static Hazard duration() {
        return loud(
                INVALID,
                "less than 00:00:00 or more than 24:00:00",
                Hazards::always,
                "({v} < '00:00:00' OR {v} > '24:00:00')",
                "greatest(least({v}, '24:00:00'), '00:00:00')");
    }

    private static Hazard oneBit() {
        return silent(OVERFLOW, "a number other than 0 and 1", Hazards::always, "{v} NOT IN (0, 1)", "({v} <> 0)");
    }
}
