package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What ops/ says of the product is true of it. */
class OpsFilesTest {
    /** Beyond the time that a stop may take: the rest of a stop and of the last log lines. */
    private static final Duration STOP =
            Settings.of(Map.of(), Map.of()).duration(Setting.SHUTDOWN_TIMEOUT).plusSeconds(30);

    @SuppressWarnings("unchecked")
    private static Map<String, Object> kubernetes(String kind) throws IOException {
        for (Object document : new Load(LoadSettings.builder().build())
                .loadAllFromString(Files.readString(Path.of("ops/kubernetes/redshift-replicator.yaml")))) {
            if (kind.equals(((Map<String, Object>) document).get("kind"))) {
                return (Map<String, Object>) document;
            }
        }
        throw new AssertionError("There is no " + kind + ".");
    }

    @SuppressWarnings("unchecked")
    private static <T> T at(Object json, Object... path) {
        Object here = json;
        for (Object step : path) {
            here = step instanceof Integer index
                    ? ((List<Object>) here).get(index)
                    : ((Map<String, Object>) here).get(step);
        }
        return (T) here;
    }

    @Test
    void kubernetesMountsEveryRouteFileOfADeployment() throws Exception {
        List<Map<String, Object>> volumes = at(kubernetes("Deployment"), "spec", "template", "spec", "volumes");
        List<Map<String, Object>> sources = at(volumes.get(0), "projected", "sources");
        List<String> mounted = new ArrayList<>();
        for (Map<String, Object> source : sources) {
            List<Map<String, Object>> items = at(source, "configMap", "items");
            if (items != null) {
                items.forEach(item -> mounted.add(item.get("path").toString()));
            }
        }
        List<String> files;
        try (Stream<Path> walk = Files.walk(Path.of("routes"))) {
            files = walk.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .filter(file -> !file.startsWith("routes/tables/"))
                    .toList();
        }

        assertThat(mounted).containsAll(files).contains("routes/tables/users.camel.yaml");
    }

    @Test
    void theProbesAndTheServiceAskTheManagementPort() throws Exception {
        Map<String, Object> container = at(kubernetes("Deployment"), "spec", "template", "spec", "containers", 0);
        assertThat(List.<Object>of(
                        at(container, "startupProbe", "httpGet", "path"),
                        at(container, "livenessProbe", "httpGet", "path"),
                        at(container, "readinessProbe", "httpGet", "path")))
                .containsExactly("/observe/health/live", "/observe/health/live", "/observe/health/ready");
        Integer port = at(container, "ports", 0, "containerPort");
        assertThat(Files.readString(Path.of("ops/docker/Dockerfile")))
                .contains(Setting.MANAGEMENT_PORT.environmentVariable() + "=" + port, "EXPOSE " + port);
        Integer served = service("ports", 0, "port");
        assertThat(served).isEqualTo(port);
    }

    private static <T> T service(Object... path) throws IOException {
        return at(at(kubernetes("Service"), "spec"), path);
    }

    @Test
    void whoStopsItWaitsLongEnough() throws Exception {
        Integer grace = at(kubernetes("Deployment"), "spec", "template", "spec", "terminationGracePeriodSeconds");
        assertThat(Duration.ofSeconds(grace)).isGreaterThanOrEqualTo(STOP);
        assertThat(Files.readString(Path.of("ops/systemd/redshift-replicator.service")))
                .contains("\nTimeoutStopSec=" + STOP.toSeconds() + "\n");
    }
}
