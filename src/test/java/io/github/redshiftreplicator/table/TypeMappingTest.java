package io.github.redshiftreplicator.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Types;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TypeMappingTest {
    private static final Path PAGE = Path.of("docs/type-mapping.md");

    /** With the system property updateDocs the page is written anew. */
    @Test
    void thePageShowsTheTables() throws IOException {
        String page = Files.readString(PAGE);
        String expected = page;
        for (TypeMappings table : new TypeMappings[] {PostgreSqlTypes.TABLE, MySqlTypes.TABLE}) {
            String start = "<!-- " + table.database() + " -->\n";
            int from = expected.indexOf(start) + start.length();
            int to = expected.indexOf("<!-- end -->", from);
            expected = expected.substring(0, from) + table.toMarkdown() + expected.substring(to);
        }
        if (Boolean.getBoolean("updateDocs")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(expected);
    }

    @Test
    void whatFitsByDeclarationHasNoHazard() {
        assertThat(hazards(column("varchar", 10, 0), target("varchar", 40, 0))).isZero();
        assertThat(hazards(column("varchar", 10, 0), target("varchar", 39, 0))).isPositive();
        assertThat(hazards(column("int4", 0, 0), target("int8", 64, 0))).isZero();
        assertThat(hazards(column("int8", 0, 0), target("int4", 32, 0))).isPositive();
        assertThat(hazards(column("int8", 0, 0), target("numeric", 19, 0))).isZero();
    }

    @Test
    void decimalsAreSilentOnlyWhereTheSourceHasMore() {
        assertThat(silent(column("numeric", 10, 2), target("numeric", 12, 2))).isFalse();
        assertThat(silent(column("numeric", 10, 3), target("numeric", 12, 2))).isTrue();
        assertThat(silent(column("numeric", 0, 0), target("numeric", 38, 37))).isTrue();
    }

    @Test
    void policiesAreReadByTableAndColumn() {
        ValuePolicy policy =
                ValuePolicy.of(Optional.of("truncate, Price=null ,bio = fail"), Optional.of("bio=replace"));
        assertThat(policy.of(Hazard.Kind.OVERFLOW, column("text", 0, 0))).isEqualTo(ValuePolicy.Action.ALTER);
        assertThat(policy.of(Hazard.Kind.OVERFLOW, named("PRICE"))).isEqualTo(ValuePolicy.Action.NULL);
        assertThat(policy.of(Hazard.Kind.OVERFLOW, named("bio"))).isEqualTo(ValuePolicy.Action.FAIL);
        assertThat(policy.of(Hazard.Kind.INVALID, named("bio"))).isEqualTo(ValuePolicy.Action.ALTER);
        assertThat(policy.of(Hazard.Kind.INVALID, named("x"))).isEqualTo(ValuePolicy.Action.FAIL);
        assertThat(policy.columns()).containsExactly("bio", "price");
        assertThatThrownBy(() -> ValuePolicy.of(Optional.of("replace"), Optional.empty()))
                .hasMessageContaining("'onOverflow' has 'replace': write fail, truncate or null");
    }

    private static long hazards(SourceColumn source, TargetColumn target) {
        ColumnPlan.Pair pair = new ColumnPlan.Pair(source, target);
        return PostgreSqlTypes.TABLE.find(pair).orElseThrow().hazards(pair).stream()
                .filter(hazard -> hazard.kind() == Hazard.Kind.OVERFLOW)
                .count();
    }

    private static boolean silent(SourceColumn source, TargetColumn target) {
        ColumnPlan.Pair pair = new ColumnPlan.Pair(source, target);
        return PostgreSqlTypes.TABLE.find(pair).orElseThrow().hazards(pair).stream()
                .anyMatch(Hazard::silent);
    }

    private static SourceColumn column(String type, int size, int scale) {
        return new SourceColumn("c", type, Types.OTHER, size, scale, true);
    }

    private static SourceColumn named(String name) {
        return new SourceColumn(name, "text", Types.VARCHAR, 0, 0, true);
    }

    private static TargetColumn target(String type, int size, int scale) {
        return new TargetColumn("c", type, size, scale);
    }
}
