package io.github.redshiftreplicator.table;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The types of one kind of source database and how they enter Redshift's. Immutable.
 *
 * @param database the database's name
 * @param rows the table's rows; the first that fits a pair applies
 * @param leftOut source types that enter nothing, each with the reason
 */
public record TypeMappings(String database, List<TypeMapping> rows, List<LeftOut> leftOut) {
    /** The source type that stands for every type that no row names. */
    public static final String ANY_OTHER = "any other";

    /** The source type that stands for enumerations. */
    public static final String ENUM = "enum";

    /** The source type that stands for arrays. */
    public static final String ARRAY = "array";

    /** The source type that stands for composite types. */
    public static final String COMPOSITE = "composite";

    /** Types that are not carried. */
    public record LeftOut(List<String> sources, String reason) {
        public LeftOut {
            sources = List.copyOf(sources);
        }
    }

    public TypeMappings {
        rows = List.copyOf(rows);
        leftOut = List.copyOf(leftOut);
    }

    /** The row for a pair, if the source's type fits the target's. */
    public Optional<TypeMapping> find(ColumnPlan.Pair pair) {
        String source = nameOf(pair.source());
        String target = pair.target().typeName();
        return rows.stream()
                .filter(row -> row.sources().contains(source))
                .filter(row -> row.targets().contains(target))
                .findFirst();
    }

    /**
     * Refuses pairs whose types do not fit.
     *
     * @throws IllegalArgumentException if there is one; the message names every such column and the types that would fit
     */
    public void check(Table table, ColumnPlan plan) {
        String refused = plan.columns().stream()
                .filter(pair -> find(pair).isEmpty())
                .map(this::refusal)
                .collect(Collectors.joining(" "));
        if (!refused.isEmpty()) {
            throw new IllegalArgumentException("Table " + table.name() + ": " + refused + " Nothing was exported.");
        }
    }

    private String refusal(ColumnPlan.Pair pair) {
        String column = "the column '" + pair.source().name() + "' of the type "
                + pair.source().typeName();
        String type = nameOf(pair.source());
        Optional<LeftOut> reason =
                leftOut.stream().filter(row -> row.sources().contains(type)).findFirst();
        if (reason.isPresent()) {
            return column + " is left out: " + reason.get().reason();
        }
        return column + " does not fit the target's column '" + pair.target().name() + "' of the type "
                + pair.target().typeName() + ". It fits " + String.join(", ", fitting(pair.source())) + ".";
    }

    /** Redshift's types that a source column fits, the best first. */
    public List<String> fitting(SourceColumn source) {
        String type = nameOf(source);
        return rows.stream()
                .filter(row -> row.sources().contains(type))
                .flatMap(row -> row.targets().stream())
                .distinct()
                .toList();
    }

    /** The name under which the table has a column's type. */
    public String nameOf(SourceColumn column) {
        String name = column.typeName()
                .replace(" unsigned", "")
                .replace(" zerofill", "")
                .strip();
        boolean known = rows.stream().anyMatch(row -> row.sources().contains(name))
                || leftOut.stream().anyMatch(row -> row.sources().contains(name));
        if (known) {
            return name;
        }
        return switch (column.jdbcType()) {
            case java.sql.Types.ARRAY -> ARRAY;
            case java.sql.Types.STRUCT -> COMPOSITE;
            case java.sql.Types.VARCHAR -> ENUM;
            default -> ANY_OTHER;
        };
    }

    /** The table in Markdown, as docs/type-mapping.md shows it. */
    public String toMarkdown() {
        StringBuilder text = new StringBuilder(
                "| " + database + " | Redshift | read as | what may not fit |\n" + "|---|---|---|---|\n");
        for (TypeMapping row : rows) {
            text.append("| ")
                    .append(String.join(", ", row.sources()))
                    .append(" | ")
                    .append(String.join(", ", row.targets()))
                    .append(" | ")
                    .append(code(row.expression("c")))
                    .append(" | ")
                    .append(row.hazards().stream()
                            .map(hazard -> hazard.what()
                                    + (hazard.kind() == Hazard.Kind.OVERFLOW ? " (overflow)" : " (invalid)"))
                            .collect(Collectors.joining("; ")))
                    .append(" |\n");
        }
        for (LeftOut row : leftOut) {
            text.append("| ")
                    .append(String.join(", ", row.sources()))
                    .append(" | – | – | left out: ")
                    .append(row.reason())
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String code(String sql) {
        return "`" + sql.replace("|", "\\|") + "`";
    }
}
