package io.github.redshiftreplicator.table;

import java.util.List;

/**
 * How values of some source types enter columns of some Redshift types unchanged: one row of the table in
 * docs/type-mapping.md. Immutable.
 *
 * <p>Placeholders in the SQL: {@code {v}} the value, {@code {n}} the target's length in bytes, {@code {p}} the digits before
 * and {@code {s}} those after its decimal point, {@code {below}} the greatest double with no more digits before it,
 * {@code {min}} and {@code {max}} its bounds (of a float: the least and the most that it keeps of a positive number),
 * {@code {t}} its type; {@code {w}} the source's declared length.
 *
 * @param sources the source's names of the types
 * @param targets Redshift's names of the types
 * @param type the source's type of {@code value}, in its SQL
 * @param value the expression that hazards are looked for in; {@code {v}} is the quoted column
 * @param carried the text form that COPY reads; {@code {v}} is {@code value}
 * @param hazards what may not fit
 */
public record TypeMapping(
        List<String> sources, List<String> targets, String type, String value, String carried, List<Hazard> hazards) {
    public TypeMapping {
        sources = List.copyOf(sources);
        targets = List.copyOf(targets);
        hazards = List.copyOf(hazards);
    }

    /** The expression for a column that holds nothing dangerous. */
    public String expression(String column) {
        return carried.replace("{v}", value.replace("{v}", column));
    }

    /** The hazards that these two declarations leave open. */
    public List<Hazard> hazards(ColumnPlan.Pair pair) {
        return hazards.stream()
                .filter(hazard -> hazard.possible().test(pair.source(), pair.target()))
                .toList();
    }

    /** A piece of SQL or text with the target's limits filled in. */
    public static String fill(String template, TargetColumn target) {
        int scale = target.scale();
        return template.replace("{n}", String.valueOf(length(target)))
                .replace("{p}", String.valueOf(Math.max(0, target.size() - scale)))
                .replace("{s}", String.valueOf(scale))
                .replace("{below}", below(target))
                .replace("{t}", target.typeName())
                .replace("{min}", least(target.typeName()))
                .replace("{max}", target.typeName().equals("numeric") ? decimalMost(target) : most(target.typeName()));
    }

    /** The length in bytes of a target's values. */
    static int length(TargetColumn target) {
        return target.size() > 0 ? target.size() : 65_535;
    }

    private static String below(TargetColumn target) {
        return ShortestDecimal.of(
                Math.nextDown(Double.parseDouble("1e" + Math.max(0, target.size() - target.scale()))));
    }

    private static String decimalMost(TargetColumn target) {
        int digits = Math.max(0, target.size() - target.scale());
        String whole = digits == 0 ? "0" : "9".repeat(digits);
        return target.scale() == 0 ? whole : whole + "." + "9".repeat(target.scale());
    }

    private static String least(String type) {
        return switch (type) {
            case "int2" -> "-32768";
            case "int4" -> "-2147483648";
            case "float4" -> "1.17549435e-38";
            case "float8" -> "2.2250738585072014e-308";
            default -> "-9223372036854775808";
        };
    }

    private static String most(String type) {
        return switch (type) {
            case "int2" -> "32767";
            case "int4" -> "2147483647";
            case "float4" -> "3.4028234e38";
            case "float8" -> "1.7976931348623157e308";
            default -> "9223372036854775807";
        };
    }
}
