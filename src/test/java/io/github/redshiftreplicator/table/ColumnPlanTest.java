package io.github.redshiftreplicator.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.sql.Types;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ColumnPlanTest {
    private static Table timed(String field, String... keys) {
        return new Table(
                "users",
                Strategy.TIMED,
                TableName.parse("users"),
                TableName.parse("users"),
                Optional.of(field),
                List.of(keys),
                Map.of());
    }

    private static List<SourceColumn> source(String... names) {
        return Arrays.stream(names)
                .map(name -> new SourceColumn(name, "varchar", Types.VARCHAR, 0, 0, true))
                .toList();
    }

    private static List<TargetColumn> target(String... names) {
        return Arrays.stream(names)
                .map(name -> new TargetColumn(name, "varchar", 256, 0))
                .toList();
    }

    @Test
    void theTargetsColumnsInTheTargetsOrder() {
        ColumnPlan plan = ColumnPlan.of(
                timed("updated_at", "id"), source("a", "id", "b", "updated_at"), target("updated_at", "b", "id", "x"));
        assertThat(plan.targetNames()).containsExactly("updated_at", "b", "id");
    }

    @Test
    void capitalsAndSpacesMatchTheFoldedName() {
        ColumnPlan plan = ColumnPlan.of(
                timed("updatedAt", "Id"),
                source("Id", "Full Name", "updatedAt"),
                target("id", "full name", "updatedat"));
        assertThat(plan.columns())
                .extracting(pair -> pair.source().name())
                .containsExactly("Id", "Full Name", "updatedAt");
    }

    /** "Names and identifiers": ASCII letters are folded to lower case. */
    @Test
    void otherLettersAreNotFolded() {
        ColumnPlan plan = ColumnPlan.of(timed("Öl", "ID"), source("id", "Öl", "öl"), target("ÖL", "öl", "id"));
        assertThat(plan.columns())
                .extracting(pair -> pair.source().name() + " " + pair.target().name())
                .containsExactly("Öl ÖL", "öl öl", "id id");
    }

    @Test
    void twoSourceNamesThatFoldToOneAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ColumnPlan.of(
                        timed("updated_at", "id"), source("id", "Name", "name", "updated_at"), target("id", "name")))
                .withMessageContaining("'Name' and 'name'");
    }

    @Test
    void aMissingReplicationFieldOrKeyIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ColumnPlan.of(timed("changed", "id"), source("id", "a"), target("id", "a")))
                .withMessageContaining("'changed'")
                .withMessageContaining("id, a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ColumnPlan.of(timed("a", "uuid"), source("id", "a"), target("id", "a")))
                .withMessageContaining("key 'uuid'");
    }

    @Test
    void aKeyThatTheTargetLacksIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ColumnPlan.of(timed("a", "id"), source("id", "a"), target("a")))
                .withMessageContaining("'id' is missing in the target");
    }

    @Test
    void noCommonColumnIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ColumnPlan.of(timed("a", "id"), source("id", "a"), target("x")))
                .withMessageContaining("no column in common");
    }
}
