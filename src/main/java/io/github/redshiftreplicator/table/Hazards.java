package io.github.redshiftreplicator.table;

import io.github.redshiftreplicator.table.Hazard.Kind;
import java.util.List;
import java.util.function.BiPredicate;

/** Redshift's types by groups, and what declarations leave possible whatever the source database is. */
final class Hazards {
    static final List<String> INTEGERS = List.of("int2", "int4", "int8");
    static final List<String> FLOATS = List.of("float8", "float4");
    static final List<String> NUMERIC = List.of("numeric");
    static final List<String> VARCHAR = List.of("varchar", "text");
    static final List<String> CHAR = List.of("bpchar");
    static final List<String> BOOL = List.of("bool");
    static final List<String> SUPER = List.of("super");
    static final List<String> VARBYTE = List.of("varbyte");
    static final List<String> TIMESTAMP = List.of("timestamp");
    static final List<String> TIMESTAMPTZ = List.of("timestamptz");
    static final List<String> DATE = List.of("date");
    static final List<String> TIME = List.of("time");
    static final List<String> TIMETZ = List.of("timetz");

    /** A character takes at most four bytes of UTF-8. */
    private static final int BYTES_OF_CHARACTER = 4;

    private static final int MOST_DIGITS = 1000;

    private Hazards() {}

    static Hazard loud(
            Kind kind,
            String what,
            BiPredicate<SourceColumn, TargetColumn> possible,
            String condition,
            String replacement) {
        return new Hazard(kind, what, false, possible, condition, replacement);
    }

    static Hazard silent(
            Kind kind,
            String what,
            BiPredicate<SourceColumn, TargetColumn> possible,
            String condition,
            String replacement) {
        return new Hazard(kind, what, true, possible, condition, replacement);
    }

    static boolean always(SourceColumn source, TargetColumn target) {
        return true;
    }

    /** Text of so many declared characters, or of any number. */
    static boolean mayBeLonger(SourceColumn source, TargetColumn target) {
        return source.size() <= 0 || (long) source.size() * BYTES_OF_CHARACTER > TypeMapping.length(target);
    }

    /** Texts of a fixed form, at the most as long as this. */
    static BiPredicate<SourceColumn, TargetColumn> longest(int bytes) {
        return (source, target) -> TypeMapping.length(target) < bytes;
    }

    static boolean mayBeNullMarker(SourceColumn source, TargetColumn target) {
        return source.size() <= 0 || source.size() >= CsvFormat.NULL_MARKER.length();
    }

    static boolean mayHaveMoreWholeDigits(SourceColumn source, TargetColumn target) {
        return target.size() > 0 && wholeDigits(source) > target.size() - target.scale();
    }

    static boolean mayHaveMoreDecimals(SourceColumn source, TargetColumn target) {
        return target.size() > 0 && (isUnlimited(source) || source.scale() > target.scale());
    }

    static boolean mayHaveDecimals(SourceColumn source, TargetColumn target) {
        return isUnlimited(source) || source.scale() > 0;
    }

    static boolean mayBeLargerThanInteger(SourceColumn source, TargetColumn target) {
        int digits =
                switch (target.typeName()) {
                    case "int2" -> 4;
                    case "int4" -> 9;
                    default -> 18;
                };
        return wholeDigits(source) > digits && !source.typeName().equals(target.typeName());
    }

    /** More significant digits than a float of the target's type keeps whatever they are. */
    static boolean mayBeMorePrecise(SourceColumn source, TargetColumn target) {
        int digits = isUnlimited(source) ? MOST_DIGITS : Math.max(source.size(), wholeDigits(source));
        return digits > (target.typeName().equals("float4") ? 6 : 15);
    }

    /** COPY knows no number that is closer to zero ("Overflow (Float8 valid range 2.225074e-308 to 1.797693e+308)"). */
    static Hazard tooSmall() {
        return loud(
                Kind.OVERFLOW,
                "a number closer to zero than {min}",
                Hazards::always,
                "{v} <> 0 AND abs({v}) < {min}",
                "0");
    }

    private static boolean isUnlimited(SourceColumn source) {
        return wholeDigits(source) == MOST_DIGITS;
    }

    private static int wholeDigits(SourceColumn source) {
        boolean unsigned = source.typeName().contains("unsigned");
        return switch (source.typeName().replace(" unsigned", "").replace(" zerofill", "")) {
            case "tinyint", "year" -> 4;
            case "int2", "smallint" -> 5;
            case "mediumint" -> 8;
            case "int4", "int", "integer", "oid" -> 10;
            case "int8", "bigint" -> unsigned ? 20 : 19;
            case "numeric", "decimal" -> source.size() > 0 ? source.size() - source.scale() : MOST_DIGITS;
            default -> MOST_DIGITS;
        };
    }
}
