package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.cli.ReplicatorCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard and the alert rules under ops/ load and name only metrics that docs/operations.md has. */
class MonitoringFilesTest {
    @Test
    void theyNameDocumentedMetrics() throws Exception {
        String documented = Files.readString(Path.of("docs/operations.md"));
        assertThat(MonitoringFiles.metrics()).isNotEmpty().allSatisfy(metric -> assertThat(documented)
                .contains("`" + metric.replaceAll("(_seconds|_bytes)_(bucket|sum|count)$", "$1") + "`"));
    }

    @Test
    @SuppressWarnings("unchecked")
    void theAlertRulesLoad() throws Exception {
        for (Map<String, Object> group : MonitoringFiles.alertGroups()) {
            assertThat(group).containsKeys("name", "rules");
            for (Map<String, Object> rule : (List<Map<String, Object>>) group.get("rules")) {
                assertThat(rule).containsKeys("alert", "expr", "labels", "annotations");
                assertThat((Map<String, Object>) rule.get("annotations")).containsKeys("summary", "description");
            }
        }
    }

    /** Whoever is woken by an alert copies it. */
    @Test
    @SuppressWarnings("unchecked")
    void theCommandsThatTheyNameExist() throws Exception {
        Pattern command = Pattern.compile("`replicator ([^`]+)`");
        for (Map<String, Object> group : MonitoringFiles.alertGroups()) {
            for (Map<String, Object> rule : (List<Map<String, Object>>) group.get("rules")) {
                String description = ((Map<String, String>) rule.get("annotations")).get("description");
                command.matcher(description)
                        .results()
                        .map(found -> found.group(1).replaceAll("\\{\\{.*?}}", "users"))
                        .forEach(line ->
                                ReplicatorCommand.commandLine(parent -> () -> 0).parseArgs(line.split(" ")));
            }
        }
    }

    @Test
    void theDashboardLoads() throws Exception {
        assertThat(MonitoringFiles.dashboard()).containsKeys("title", "uid", "panels", "templating", "schemaVersion");
    }
}
