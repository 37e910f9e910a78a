package io.github.redshiftreplicator.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowTest {
    private final Row row = new Row(Map.of("name", 1, "id", 0, "note", 2), new String[] {"7", "Ada", null});

    @Test
    void itIsAListOfItsValuesAndAMapOfThemByName() {
        assertThat(row).containsExactly("7", "Ada", null);
        Map<String, Object> named = new LinkedHashMap<>();
        named.put("id", "7");
        named.put("name", "Ada");
        named.put("note", null);
        assertThat(row.asMap()).isEqualTo(named).containsKey("note").doesNotContainKey("Note");
        assertThat(row.asMap().get("name")).isEqualTo("Ada");
        assertThat(row.asMap().get("Note")).isNull();
    }

    @Test
    void theMapHasTheOrderOfTheQuery() {
        assertThat(new ArrayList<>(row.asMap().keySet())).containsExactly("id", "name", "note");
        assertThat(new ArrayList<>(row.asMap().values())).isEqualTo(Arrays.asList("7", "Ada", null));
    }
}
