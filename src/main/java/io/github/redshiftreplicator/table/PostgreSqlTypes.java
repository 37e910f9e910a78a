package io.github.redshiftreplicator.table;

import static io.github.redshiftreplicator.table.Hazard.Kind.INVALID;
import static io.github.redshiftreplicator.table.Hazard.Kind.OVERFLOW;
import static io.github.redshiftreplicator.table.Hazards.BOOL;
import static io.github.redshiftreplicator.table.Hazards.CHAR;
import static io.github.redshiftreplicator.table.Hazards.DATE;
import static io.github.redshiftreplicator.table.Hazards.FLOATS;
import static io.github.redshiftreplicator.table.Hazards.INTEGERS;
import static io.github.redshiftreplicator.table.Hazards.NUMERIC;
import static io.github.redshiftreplicator.table.Hazards.SUPER;
import static io.github.redshiftreplicator.table.Hazards.TIME;
import static io.github.redshiftreplicator.table.Hazards.TIMESTAMP;
import static io.github.redshiftreplicator.table.Hazards.TIMESTAMPTZ;
import static io.github.redshiftreplicator.table.Hazards.TIMETZ;
import static io.github.redshiftreplicator.table.Hazards.VARBYTE;
import static io.github.redshiftreplicator.table.Hazards.VARCHAR;
import static io.github.redshiftreplicator.table.Hazards.loud;
import static io.github.redshiftreplicator.table.Hazards.silent;

import java.util.ArrayList;
import java.util.List;

/** PostgreSQL's types ("Data Types" in its documentation). Domains count as their base types. */
public final class PostgreSqlTypes {
    /** The table. */
    public static final TypeMappings TABLE = new TypeMappings("PostgreSQL", rows(), leftOut());

    private static final String SPECIAL = "{v}::text IN ('NaN', 'Infinity', '-Infinity')";

    private PostgreSqlTypes() {}

    private static List<TypeMapping> rows() {
        List<TypeMapping> rows = new ArrayList<>();
        List<String> whole = List.of("int2", "int4", "int8", "oid");
        row(rows, whole, INTEGERS, "int8", "{v}", "{v}", integerRange());
        row(rows, whole, NUMERIC, "numeric", "{v}", "{v}", decimalRange());
        row(rows, whole, FLOATS, "numeric", "{v}", "{v}", floatPrecision());
        row(rows, whole, VARCHAR, "text", "{v}::text", "{v}", length(Hazards.longest(20)));
        row(rows, whole, CHAR, "text", "{v}::text", "{v}", length(Hazards.longest(20)));
        numbers(rows);
        row(rows, List.of("bool"), BOOL, "bool", "{v}", "{v}");
        row(rows, List.of("bool"), List.of("int2", "int4", "int8", "numeric"), "bool", "{v}", "{v}::int");
        row(rows, List.of("bool"), VARCHAR, "text", "{v}::text", "{v}", length(Hazards.longest(5)));
        row(rows, List.of("bool"), CHAR, "text", "{v}::text", "{v}", length(Hazards.longest(5)));
        times(rows);
        texts(rows);
        List<String> documents = List.of("json", "jsonb");
        row(rows, documents, SUPER, "text", "{v}", "{v}", numberBeyondSuper());
        row(rows, documents, VARCHAR, "text", "{v}::text", "{v}", length(Hazards::always));
        List<String> composed = List.of(TypeMappings.ARRAY, TypeMappings.COMPOSITE);
        row(rows, composed, SUPER, "json", "to_json({v})", "{v}", numberBeyondSuper());
        row(rows, composed, VARCHAR, "text", "{v}::text", "{v}", length(Hazards::always), nullMarker());
        row(rows, List.of("hstore"), SUPER, "json", "{v}::json", "{v}", numberBeyondSuper());
        row(rows, List.of("bytea"), VARBYTE, "bytea", "{v}", "encode({v}, 'hex')", empty(), byteLength());
        row(rows, List.of("bytea"), VARCHAR, "text", "encode({v}, 'hex')", "{v}", length(Hazards::always));
        row(rows, List.of("bit"), BOOL, "int4", "{v}::int4", "{v}", oneBit());
        List<String> others = List.of(
                "bit",
                "varbit",
                "interval",
                "inet",
                "cidr",
                "macaddr",
                "macaddr8",
                "int4range",
                "int8range",
                "numrange",
                "daterange",
                "tsrange",
                "tstzrange",
                "hstore",
                "xml",
                "tsvector",
                "tsquery",
                "pg_lsn",
                TypeMappings.ANY_OTHER);
        row(rows, others, VARCHAR, "text", "{v}::text", "{v}", length(Hazards::always), nullMarker());
        return rows;
    }

    private static void numbers(List<TypeMapping> rows) {
        List<String> numeric = List.of("numeric");
        row(rows, numeric, NUMERIC, "numeric", "{v}", "{v}", special("numeric"), decimalRange(), decimals());
        row(rows, numeric, FLOATS, "numeric", "{v}", "{v}", floatPrecision());
        row(rows, numeric, INTEGERS, "numeric", "{v}", "trunc({v})", special("numeric"), integerRange(), fraction());
        row(rows, numeric, VARCHAR, "text", "{v}::text", "{v}", length(Hazards::always));
        row(rows, numeric, CHAR, "text", "{v}::text", "{v}", length(Hazards::always));
        row(rows, List.of("money"), NUMERIC, "numeric", "{v}::numeric", "{v}", decimalRange(), decimals());
        row(rows, List.of("money"), VARCHAR, "text", "{v}::numeric::text", "{v}", length(Hazards.longest(21)));
        List<String> floats = List.of("float4", "float8");
        row(rows, List.of("float4"), List.of("float8"), "float4", "{v}", "{v}");
        row(rows, List.of("float4"), List.of("float4"), "float4", "{v}", "{v}", Hazards.tooSmall());
        row(rows, List.of("float8"), List.of("float8"), "float8", "{v}", "{v}", Hazards.tooSmall());
        row(rows, List.of("float8"), List.of("float4"), "float8", "{v}", "{v}", singlePrecision());
        // a cast to numeric by itself keeps 6 or 15 digits only
        row(
                rows,
                floats,
                NUMERIC,
                "numeric",
                "{v}::text::numeric",
                "{v}",
                special("numeric"),
                decimalRange(),
                decimals());
        row(rows, floats, VARCHAR, "text", "{v}::text", "{v}", length(Hazards.longest(24)));
    }

    private static void times(List<TypeMapping> rows) {
        row(rows, List.of("date"), DATE, "date", "{v}", "{v}", unlikeIso("date"));
        List<String> moments = List.of("timestamp", "timestamptz");
        row(rows, List.of("date"), moments, "timestamp", "{v}::timestamp", "{v}", unlikeIso("timestamp"));
        row(rows, List.of("timestamp"), moments, "timestamp", "{v}", "{v}", unlikeIso("timestamp"));
        row(rows, List.of("timestamptz"), TIMESTAMPTZ, "timestamptz", "{v}", "{v}", unlikeIso("timestamptz"));
        String utc = "({v} AT TIME ZONE 'UTC')";
        row(rows, List.of("timestamptz"), TIMESTAMP, "timestamp", utc, "{v}", unlikeIso("timestamp"));
        row(rows, List.of("timestamp"), DATE, "timestamp", "{v}", "{v}::date", unlikeIso("timestamp"), timeOfDay());
        row(rows, List.of("timestamptz"), DATE, "timestamp", utc, "{v}::date", unlikeIso("timestamp"), timeOfDay());
        row(rows, List.of("time"), TIME, "time", "{v}", "{v}");
        row(rows, List.of("time"), TIMETZ, "time", "{v}", "{v}", endOfDay());
        row(rows, List.of("timetz"), TIMETZ, "timetz", "{v}", "{v}", endOfDay());
        row(rows, List.of("timetz"), TIME, "time", utc + "::time", "{v}");
        List<String> all = List.of("date", "timestamp", "timestamptz", "time", "timetz");
        row(rows, all, VARCHAR, "text", "{v}::text", "{v}", length(Hazards.longest(35)));
    }

    private static void texts(List<TypeMapping> rows) {
        row(
                rows,
                List.of("uuid"),
                List.of("varchar", "text", "bpchar"),
                "text",
                "{v}::text",
                "{v}",
                length(Hazards.longest(36)));
        row(rows, List.of("uuid"), VARBYTE, "text", "replace({v}::text, '-', '')", "{v}");
        List<String> texts = List.of("varchar", "text", "name");
        row(rows, texts, VARCHAR, "text", "{v}", "{v}", length(Hazards::mayBeLonger), nullMarker());
        // any other way to text forgets the padding
        row(
                rows,
                List.of("bpchar"),
                VARCHAR,
                "text",
                "textin(bpcharout({v}))",
                "{v}",
                length(Hazards::mayBeLonger),
                nullMarker());
        row(
                rows,
                // compared with a text, "char" is its first letter
                List.of("char", "citext", TypeMappings.ENUM),
                VARCHAR,
                "text",
                "{v}::text",
                "{v}",
                length(Hazards::mayBeLonger),
                nullMarker());
        row(
                rows,
                List.of("varchar", "text", "name", "char", "citext", TypeMappings.ENUM),
                CHAR,
                "text",
                "{v}::text",
                "{v}",
                notAscii(),
                trailingBlanks(),
                length(Hazards::mayBeLonger),
                nullMarker());
        // CHAR and bpchar both pad with blanks that mean nothing
        row(
                rows,
                List.of("bpchar"),
                CHAR,
                "text",
                "{v}::text",
                "{v}",
                notAscii(),
                length((source, target) -> source.size() <= 0 || source.size() > TypeMapping.length(target)));
        row(rows, List.of("text", "varchar"), SUPER, "text", "{v}", "{v}", noDocument(), numberBeyondSuper());
        row(
                rows,
                List.of("text", "varchar"),
                VARBYTE,
                "bytea",
                "convert_to({v}, 'UTF8')",
                "encode({v}, 'hex')",
                empty(),
                byteLength());
    }

    private static List<TypeMappings.LeftOut> leftOut() {
        return List.of(
                new TypeMappings.LeftOut(
                        List.of("geometry", "geography", "raster"),
                        "COPY takes GEOMETRY and GEOGRAPHY as hexadecimal EWKB of coordinate systems that Redshift knows,"
                                + " which only their owner can vouch for. Replicate a view with ST_AsText or"
                                + " ST_AsHexEWKB of the column."),
                new TypeMappings.LeftOut(
                        List.of("point", "line", "lseg", "box", "path", "polygon", "circle"),
                        "Redshift has no such type. Replicate a view with the column cast to text, or with its"
                                + " coordinates as columns."));
    }

    private static void row(
            List<TypeMapping> rows,
            List<String> sources,
            List<String> targets,
            String type,
            String value,
            String carried,
            Hazard... hazards) {
        rows.add(new TypeMapping(sources, targets, type, value, carried, List.of(hazards)));
    }

    private static Hazard length(java.util.function.BiPredicate<SourceColumn, TargetColumn> possible) {
        // the longest beginning that ends between two characters: not before a byte 10xxxxxx
        String bytes = "convert_to({v}, 'UTF8')";
        StringBuilder end = new StringBuilder("CASE");
        for (int back = 0; back < 3; back++) {
            String place = back == 0 ? "{n}" : "{n} - " + back;
            end.append(" WHEN get_byte(")
                    .append(bytes)
                    .append(", ")
                    .append(place)
                    .append(") & 192 <> 128 THEN ");
            end.append(place);
        }
        end.append(" ELSE {n} - 3 END");
        return loud(
                OVERFLOW,
                "more than {n} bytes",
                possible,
                "octet_length(" + bytes + ") > {n}",
                "convert_from(substring(" + bytes + " for " + end + "), 'UTF8')");
    }

    private static Hazard byteLength() {
        return loud(
                OVERFLOW, "more than {n} bytes", Hazards::always, "octet_length({v}) > {n}", "substring({v} for {n})");
    }

    private static Hazard empty() {
        return silent(
                INVALID, "no byte, which COPY takes for NULL", Hazards::always, "octet_length({v}) = 0", "NULL::bytea");
    }

    private static Hazard noDocument() {
        return silent(INVALID, "no JSON, which COPY takes for NULL", Hazards::always, "{v} = ''", "NULL::text");
    }

    private static Hazard numberBeyondSuper() {
        return loud(OVERFLOW, JsonNumbers.BEYOND, Hazards::always, "{v}::text ~ '" + JsonNumbers.PATTERN + "'", "NULL");
    }

    private static Hazard nullMarker() {
        // refused by the readers themselves, so that the source need not look
        return loud(
                INVALID,
                "the text that stands for NULL",
                Hazards::mayBeNullMarker,
                "{v} = '" + CsvFormat.NULL_MARKER + "'",
                "'" + CsvFormat.NULL_MARKER.replaceAll(".$", "?") + "'");
    }

    private static Hazard notAscii() {
        return loud(
                INVALID,
                "characters that CHAR cannot hold",
                Hazards::always,
                "octet_length(convert_to({v}, 'UTF8')) <> char_length({v})",
                "regexp_replace({v}, '[^\\x01-\\x7f]', '?', 'g')");
    }

    private static Hazard trailingBlanks() {
        return silent(
                INVALID, "trailing blanks, which CHAR forgets", Hazards::always, "{v} LIKE '% '", "rtrim({v}, ' ')");
    }

    private static Hazard integerRange() {
        return loud(
                OVERFLOW,
                "a number outside of {min} to {max}",
                Hazards::mayBeLargerThanInteger,
                "{v} NOT BETWEEN {min} AND {max} AND NOT " + SPECIAL,
                "greatest(least({v}, {max}), {min})");
    }

    private static Hazard decimalRange() {
        return loud(
                OVERFLOW,
                "more than {p} digits before the decimal point",
                Hazards::mayHaveMoreWholeDigits,
                "abs(trunc({v}::numeric, {s})) > {max} AND NOT " + SPECIAL,
                "(sign({v}) * {max})");
    }

    private static Hazard decimals() {
        return silent(
                OVERFLOW,
                "more than {s} decimals",
                Hazards::mayHaveMoreDecimals,
                "{v} <> trunc({v}, {s})",
                "trunc({v}, {s})");
    }

    private static Hazard fraction() {
        return silent(OVERFLOW, "decimals", Hazards::mayHaveDecimals, "{v} <> trunc({v})", "trunc({v})");
    }

    private static Hazard special(String type) {
        return loud(INVALID, "NaN or infinity", Hazards::always, SPECIAL, "NULL::" + type);
    }

    private static Hazard floatPrecision() {
        String size = "abs({v}::numeric)";
        // a float keeps what its shortest text says, and what it is exactly
        String kept = "{v}::{t}::text::numeric";
        return silent(
                OVERFLOW,
                "more digits than the float keeps",
                Hazards::mayBeMorePrecise,
                "CASE WHEN {v} = 0 OR " + SPECIAL + " THEN false WHEN " + size + " > {max} OR " + size
                        + " < {min} THEN true ELSE {v} NOT IN (" + kept + ", {v}::{t}::float8::text::numeric) END",
                "CASE WHEN " + size + " > {max} THEN sign({v}::numeric) * {max} WHEN " + size + " < {min} THEN 0 ELSE "
                        + kept + " END");
    }

    private static Hazard singlePrecision() {
        String outside = "abs({v}) > 3.4028234e38 OR abs({v}) < 1.2e-38";
        return silent(
                OVERFLOW,
                "more digits than the float keeps",
                Hazards::always,
                "CASE WHEN {v} IN (0, 'NaN', 'Infinity', '-Infinity') THEN false WHEN " + outside
                        + " THEN true ELSE {v}::float4::float8 <> {v} END",
                "CASE WHEN abs({v}) < 1.2e-38 THEN 0 ELSE greatest(least({v}, 3.4028234e38), -3.4028234e38) END");
    }

    private static Hazard unlikeIso(String type) {
        return loud(
                INVALID,
                "infinity, a date BC or a year past 9999",
                Hazards::always,
                "{v} NOT BETWEEN '0001-01-01' AND '9999-12-31" + (type.equals("date") ? "" : " 23:59:59.999999")
                        + (type.equals("timestamptz") ? "+00" : "") + "'",
                "greatest(least({v}, '9999-12-31'), '0001-01-01')");
    }

    /** TIMETZ has no 24:00:00, TIME has it ("Datetime types" in Redshift's documentation). */
    private static Hazard endOfDay() {
        return loud(INVALID, "24:00:00", Hazards::always, "{v}::time = '24:00:00'", "({v} - interval '1 microsecond')");
    }

    private static Hazard timeOfDay() {
        return silent(
                OVERFLOW, "a time of day", Hazards::always, "{v} <> date_trunc('day', {v})", "date_trunc('day', {v})");
    }

    private static Hazard oneBit() {
        return loud(
                OVERFLOW, "more than one bit", (source, target) -> source.size() > 1, "{v} NOT IN (0, 1)", "({v} & 1)");
    }
}
