package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.Hazard;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TypeMapping;
import io.github.redshiftreplicator.table.TypeMappings;
import io.github.redshiftreplicator.table.ValuePolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The SQL that carries one table's values: what the type mapping says, guarded by the table's policies where a value may
 * not fit. Immutable.
 */
final class Values {
    /** What begins the text of an error that a guard raises; the reason follows up to the closing quote. */
    static final String REFUSAL = "replicator: ";

    private final Dialect dialect;
    private final Optional<TypeMappings> types;
    private final ValuePolicy policy;
    private final List<String> keys;

    Values(Dialect dialect, Table table, SourceTable source) {
        this.dialect = dialect;
        this.types = dialect.types();
        this.policy = ValuePolicy.of(table);
        this.keys = keys(table, source);
    }

    /** The columns that tell an operator which row is meant. */
    static List<String> keys(Table table, SourceTable source) {
        List<String> names = !table.keys().isEmpty()
                ? table.keys()
                : !source.primaryKey().isEmpty()
                        ? source.primaryKey()
                        : table.replicationField().stream().toList();
        return names.stream()
                .flatMap(name -> source.column(name).stream())
                .map(SourceColumn::name)
                .toList();
    }

    /** The expression of the SELECT for a column. */
    String expression(ColumnPlan.Pair pair) {
        String column = quoted(pair.source().name());
        Optional<TypeMapping> mapping = mapping(pair);
        if (mapping.isEmpty()) {
            return column;
        }
        String value = value(mapping.get(), pair);
        StringBuilder refusals = new StringBuilder();
        for (Hazard hazard : mapping.get().hazards(pair)) {
            String condition = sql(hazard.condition(), value, pair);
            switch (policy.of(hazard.kind(), pair.source())) {
                case NULL -> value = "CASE WHEN " + condition + " THEN NULL ELSE " + value + " END";
                case ALTER ->
                    value = "CASE WHEN " + condition + " THEN " + sql(hazard.replacement(), value, pair) + " ELSE "
                            + value + " END";
                case FAIL -> {
                    if (hazard.silent()) {
                        refusals.append(" WHEN ").append(condition).append(" THEN ");
                        refusals.append(dialect.refusal(what(hazard, pair), keys, value));
                    }
                }
            }
        }
        String carried = mapping.get().carried().replace("{v}", value);
        return refusals.isEmpty() ? carried : "CASE" + refusals + " ELSE " + dialect.asText(carried) + " END";
    }

    static String what(Hazard hazard, ColumnPlan.Pair pair) {
        return "column " + pair.source().name() + " holds " + TypeMapping.fill(hazard.what(), pair.target());
    }

    /** The source columns whose values the policies may alter, each with the condition under which they do. */
    Map<String, String> altered(ColumnPlan plan) {
        Map<String, String> conditions = new LinkedHashMap<>();
        for (ColumnPlan.Pair pair : plan.columns()) {
            alteredCondition(pair)
                    .ifPresent(condition -> conditions.put(pair.source().name(), condition));
        }
        return conditions;
    }

    private Optional<String> alteredCondition(ColumnPlan.Pair pair) {
        String conditions = hazards(pair).stream()
                .filter(hazard -> policy.of(hazard.kind(), pair.source()) != ValuePolicy.Action.FAIL)
                .map(hazard -> condition(hazard, pair))
                .collect(Collectors.joining(" OR "));
        return conditions.isEmpty() ? Optional.empty() : Optional.of(conditions);
    }

    /** What may make the load of a column fail. */
    List<Hazard> refused(ColumnPlan.Pair pair) {
        return hazards(pair).stream()
                .filter(hazard -> policy.of(hazard.kind(), pair.source()) == ValuePolicy.Action.FAIL)
                .toList();
    }

    String condition(Hazard hazard, ColumnPlan.Pair pair) {
        String value = value(mapping(pair).orElseThrow(), pair);
        return "(" + sql(hazard.condition(), value, pair) + ")";
    }

    private List<Hazard> hazards(ColumnPlan.Pair pair) {
        return mapping(pair).map(mapping -> mapping.hazards(pair)).orElse(List.of());
    }

    private Optional<TypeMapping> mapping(ColumnPlan.Pair pair) {
        return types.flatMap(table -> table.find(pair));
    }

    private String value(TypeMapping mapping, ColumnPlan.Pair pair) {
        return mapping.value()
                .replace("{w}", String.valueOf(pair.source().size()))
                .replace("{v}", quoted(pair.source().name()));
    }

    private static String sql(String template, String value, ColumnPlan.Pair pair) {
        return TypeMapping.fill(template, pair.target()).replace("{v}", value);
    }

    private String quoted(String column) {
        return TableName.quote(column, dialect.quote());
    }
}
