package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The dashboard and the alert rules under ops/ load and name only metrics that docs/operations.md has. */
class MonitoringFilesTest {
    private static final Pattern METRIC = Pattern.compile("replicator_[a-z_]+");

    private static void assertDocumented(List<String> expressions) throws Exception {
        String documented = Files.readString(Path.of("docs/operations.md"));
        TreeSet<String> metrics = new TreeSet<>();
        for (String expression : expressions) {
            METRIC.matcher(expression)
                    .results()
                    .forEach(match ->
                            metrics.add(match.group().replaceAll("(_seconds|_bytes)_(bucket|sum|count)$", "$1")));
        }
        assertThat(metrics).isNotEmpty().allSatisfy(metric -> assertThat(documented)
                .contains("`" + metric + "`"));
    }

    @Test
    @SuppressWarnings("unchecked")
    void theAlertRulesLoad() throws Exception {
        try (Reader file = Files.newBufferedReader(Path.of("ops/prometheus/alerts.yaml"))) {
            Map<String, Object> rules =
                    (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromReader(file);
            List<String> expressions = new ArrayList<>();
            for (Map<String, Object> group : (List<Map<String, Object>>) rules.get("groups")) {
                assertThat(group).containsKeys("name", "rules");
                for (Map<String, Object> rule : (List<Map<String, Object>>) group.get("rules")) {
                    assertThat(rule).containsKeys("alert", "expr", "labels", "annotations");
                    assertThat((Map<String, Object>) rule.get("annotations")).containsKeys("summary", "description");
                    expressions.add(rule.get("expr").toString());
                }
            }
            assertDocumented(
                    expressions.stream().filter(e -> e.contains("replicator_")).toList());
        }
    }

    @Test
    void theDashboardLoads() throws Exception {
        try (Reader file = Files.newBufferedReader(Path.of("ops/grafana/redshift-replicator.json"))) {
            JsonObject dashboard = (JsonObject) Jsoner.deserialize(file);
            assertThat(dashboard).containsKeys("title", "uid", "panels", "templating", "schemaVersion");
            List<String> expressions = new ArrayList<>();
            for (Object panel : dashboard.getCollection("panels")) {
                for (Object target : ((JsonObject) panel).getCollection("targets")) {
                    expressions.add(((JsonObject) target).getString("expr"));
                }
            }
            assertDocumented(expressions);
        }
    }
}
