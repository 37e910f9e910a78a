package io.github.redshiftreplicator.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.table.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PackedRowsTest {
    private static final Map<String, Integer> POSITIONS = Map.of("a", 0, "b", 1, "c", 2);

    @Test
    void rowsComeBackAsTheyWere() {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row(POSITIONS, new String[] {null, "", "x"}));
        rows.add(new Row(POSITIONS, new String[] {"é😀\n\"", null, null}));
        rows.add(new Row(POSITIONS, new String[] {null, null, null}));
        for (int i = 0; i < 100; i++) {
            rows.add(new Row(POSITIONS, new String[] {"long ".repeat(i), null, "" + i}));
        }
        PackedRows packed = new PackedRows(2, 3);
        packed.addAll(rows);
        assertThat(packed).containsExactlyElementsOf(rows);
        assertThat(packed.get(1).get("a")).isEqualTo("é😀\n\"");
        assertThat(packed.subList(3, 5)).containsExactlyElementsOf(rows.subList(3, 5));
        assertThatThrownBy(() -> packed.get(rows.size())).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
