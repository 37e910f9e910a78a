package io.github.redshiftreplicator.management;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.util.json.DeserializationException;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The dashboard and the alert rules under ops/, as their readers parse them. */
final class MonitoringFiles {
    private static final Pattern METRIC = Pattern.compile("\\breplicator_[a-z_]+");

    private MonitoringFiles() {}

    static JsonObject dashboard() throws IOException, DeserializationException {
        try (Reader file = Files.newBufferedReader(Path.of("ops/grafana/redshift-replicator.json"))) {
            return (JsonObject) Jsoner.deserialize(file);
        }
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> alertGroups() throws IOException {
        try (Reader file = Files.newBufferedReader(Path.of("ops/prometheus/alerts.yaml"))) {
            Map<String, Object> rules =
                    (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromReader(file);
            return (List<Map<String, Object>>) rules.get("groups");
        }
    }

    /** Every PromQL expression in both. */
    @SuppressWarnings("unchecked")
    static List<String> expressions() throws IOException, DeserializationException {
        List<String> expressions = new ArrayList<>();
        for (Object panel : dashboard().getCollection("panels")) {
            for (Object target : ((JsonObject) panel).getCollection("targets")) {
                expressions.add(((JsonObject) target).getString("expr"));
            }
        }
        for (Map<String, Object> group : alertGroups()) {
            for (Map<String, Object> rule : (List<Map<String, Object>>) group.get("rules")) {
                expressions.add(rule.get("expr").toString());
            }
        }
        return expressions;
    }

    /** Every metric of the replicator that an expression names. */
    static Set<String> metrics() throws IOException, DeserializationException {
        Set<String> metrics = new TreeSet<>();
        for (String expression : expressions()) {
            METRIC.matcher(expression).results().forEach(match -> metrics.add(match.group()));
        }
        return metrics;
    }
}
