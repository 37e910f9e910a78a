package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TargetColumn;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * The SELECT expressions whose text form Redshift's COPY takes, where PostgreSQL's own is another. One row a rule; the
 * first that fits a column and its target applies, and a column that none fits is read as it is.
 */
final class PostgreSqlColumnExpressions {
    private record Rule(BiPredicate<String, String> fits, String expression) {}

    private static final Set<String> NUMBERS =
            Set.of("int2", "int4", "int8", "smallint", "integer", "bigint", "numeric", "decimal", "float4", "float8");
    private static final Set<String> TEXTS =
            Set.of("varchar", "character varying", "char", "character", "bpchar", "text", "nvarchar");
    private static final Set<String> TIMESTAMPS = Set.of("timestamp", "timestamp without time zone");

    // %s is the quoted column
    private static final List<Rule> RULES = List.of(
            rule("bytea", any(), "encode(%s, 'hex')"),
            rule("money", any(), "%s::numeric"),
            rule("bool", NUMBERS::contains, "%s::int"),
            rule("bool", TEXTS::contains, "%s::text"),
            rule("timestamptz", TIMESTAMPS::contains, "%s AT TIME ZONE 'UTC'"),
            rule("timestamptz", "date"::equals, "(%s AT TIME ZONE 'UTC')::date"),
            rule("timestamp", "date"::equals, "%s::date"),
            new Rule((source, target) -> source.startsWith("_") && target.equals("super"), "to_json(%s)"),
            rule("hstore", "super"::equals, "hstore_to_json(%s)"));

    private PostgreSqlColumnExpressions() {}

    /** The expression for a source column that fills a target column. */
    static String of(ColumnPlan.Pair pair) {
        String name = TableName.quote(pair.source().name(), '"');
        return RULES.stream()
                .filter(rule -> fits(rule, pair.source(), pair.target()))
                .findFirst()
                .map(rule -> rule.expression().replace("%s", name))
                .orElse(name);
    }

    private static boolean fits(Rule rule, SourceColumn source, TargetColumn target) {
        return rule.fits().test(source.typeName(), target.typeName());
    }

    private static Rule rule(String source, Predicate<String> target, String expression) {
        return new Rule((s, t) -> s.equals(source) && target.test(t), expression);
    }

    private static Predicate<String> any() {
        return target -> true;
    }
}
