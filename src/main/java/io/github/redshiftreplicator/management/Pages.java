package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.management.TableOperations.Operation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/** The status page, made of what the HTTP API answers and of nothing else. Every value is escaped where it is put in. */
final class Pages {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());
    private static final int PLOTTED = 50;
    private static final String NONE = "–";

    private final HttpApi api;

    Pages(HttpApi api) {
        this.api = api;
    }

    /** Every table. */
    String tables() {
        StringBuilder main = new StringBuilder(brokenFiles());
        JsonArray tables = api.tables();
        if (tables.isEmpty()) {
            main.append("<p>There is no table yet: <code>replicator add-table NAME</code> writes its file.</p>");
        } else {
            main.append("<table class=\"tables\"><thead><tr>");
            for (String head : List.of("Table", "Strategy", "State", "Window", "Rows", "Durations", "Next run")) {
                main.append("<th scope=\"col\">").append(head).append("</th>");
            }
            main.append("<th scope=\"col\"><span class=\"hidden-text\">Actions</span></th></tr></thead>");
            tables.forEach(table -> main.append(row((JsonObject) table)));
            main.append("</table>");
        }
        return page("Tables", main.toString());
    }

    private String brokenFiles() {
        StringBuilder html = new StringBuilder();
        for (Object broken : (JsonArray) api.replicator().get("broken_files")) {
            html.append("<p class=\"error\" role=\"alert\">")
                    .append(escape(((JsonObject) broken).getString("reason")))
                    .append("</p>");
        }
        return html.toString();
    }

    private static String row(JsonObject table) {
        String name = table.getString("name");
        Optional<JsonObject> replication = replication(table);
        StringBuilder html = new StringBuilder("<tbody><tr>");
        html.append("<th scope=\"row\"><a href=\"/tables/")
                .append(path(name))
                .append("\">")
                .append(escape(name))
                .append("</a></th>");
        cell(html, "Strategy", escape(table.getString("strategy")));
        cell(html, "State", state(table) + progress(name));
        cell(html, "Window", replication.map(Pages::window).orElse(NONE));
        cell(html, "Rows", replication.map(r -> number(r, "record_count")).orElse(NONE));
        cell(html, "Durations", replication.map(Pages::durations).orElse(NONE));
        cell(html, "Next run", time(table.getString("next_run")));
        cell(html, "", buttons(name, List.of(Operation.REPLICATE, pauseOrResume(table))));
        html.append("</tr>");
        replication.flatMap(r -> Optional.ofNullable(r.getString("last_error"))).ifPresent(error -> html.append(
                        "<tr><td class=\"error\" colspan=\"8\">")
                .append(escape(error))
                .append("</td></tr>"));
        return html.append("</tbody>").toString();
    }

    private static Operation pauseOrResume(JsonObject table) {
        return Boolean.TRUE.equals(table.get("paused")) ? Operation.RESUME : Operation.PAUSE;
    }

    /** One table with its history. */
    String table(String name) {
        JsonObject table = api.table(name, PLOTTED);
        JsonArray history = (JsonArray) table.get("history");
        StringBuilder main = new StringBuilder(brokenFiles());
        main.append("<h2>")
                .append(escape(table.getString("name")))
                .append("</h2>")
                .append(facts(table));
        replication(table)
                .flatMap(r -> Optional.ofNullable(r.getString("last_error")))
                .ifPresent(error ->
                        main.append("<p class=\"error\">").append(escape(error)).append("</p>"));
        List<Operation> operations = new ArrayList<>(List.of(Operation.values()));
        operations.remove(pauseOrResume(table) == Operation.PAUSE ? Operation.RESUME : Operation.PAUSE);
        main.append(buttons(table.getString("name"), operations));
        if (!history.isEmpty()) {
            main.append(plots(history)).append(history(history));
        }
        return page(table.getString("name"), main.toString());
    }

    private static String facts(JsonObject table) {
        StringBuilder html = new StringBuilder("<dl class=\"facts\">");
        fact(html, "State", state(table) + progress(table.getString("name")));
        fact(html, "Strategy", escape(table.getString("strategy")));
        fact(
                html,
                "From → to",
                escape(table.getString("source_table")) + " → " + escape(table.getString("target_table")));
        fact(html, "Replication field", orNone(table.getString("replication_field")));
        fact(html, "Keys", orNone(table.getString("keys")));
        fact(html, "Schedule", orNone(table.getString("schedule")));
        fact(html, "Next run", time(table.getString("next_run")));
        fact(html, "Last import", time(table.getString("last_import")));
        return html.append("</dl>").toString();
    }

    private static void fact(StringBuilder html, String name, String value) {
        html.append("<div><dt>").append(name).append("</dt><dd>").append(value).append("</dd></div>");
    }

    private static String plots(JsonArray newestFirst) {
        List<JsonObject> history = new ArrayList<>();
        newestFirst.forEach(r -> history.add((JsonObject) r));
        Collections.reverse(history);
        return "<section class=\"plots\" aria-label=\"Plots\">"
                + Plot.of("Rows", history, List.of("record_count"), value -> String.format(Locale.ROOT, "%,.0f", value))
                + Plot.of("Bytes", history, List.of("bytes"), value -> bytes((long) (double) value))
                + Plot.of(
                        "Durations",
                        history,
                        List.of("export_duration", "upload_duration", "import_duration"),
                        value -> duration((long) (double) value))
                + "</section>";
    }

    private static String history(JsonArray history) {
        StringBuilder html = new StringBuilder("<h3>History</h3><table class=\"history\"><thead><tr>");
        for (String head : List.of(
                "Replication", "State", "Window", "Rows", "Parts", "Bytes", "Durations", "Retries", "Updated")) {
            html.append("<th scope=\"col\">").append(head).append("</th>");
        }
        html.append("</tr></thead>");
        for (Object each : history) {
            JsonObject replication = (JsonObject) each;
            html.append("<tbody><tr><th scope=\"row\">")
                    .append(escape(replication.getString("messageId")))
                    .append("</th>");
            cell(html, "State", stateWord(replication.getString("state")));
            cell(html, "Window", window(replication));
            cell(html, "Rows", number(replication, "record_count"));
            cell(html, "Parts", number(replication, "parts"));
            cell(
                    html,
                    "Bytes",
                    replication.get("bytes") == null ? NONE : bytes(((Number) replication.get("bytes")).longValue()));
            cell(html, "Durations", durations(replication));
            cell(html, "Retries", number(replication, "retries"));
            cell(html, "Updated", time(replication.getString("updated_at")));
            html.append("</tr>");
            Optional.ofNullable(replication.getString("last_error"))
                    .ifPresent(error -> html.append("<tr><td class=\"error\" colspan=\"9\">")
                            .append(escape(error))
                            .append("</td></tr>"));
            html.append("</tbody>");
        }
        return html.append("</table>").toString();
    }

    // ---- pieces

    private static Optional<JsonObject> replication(JsonObject table) {
        return Optional.ofNullable((JsonObject) table.get("replication"));
    }

    private static void cell(StringBuilder html, String label, String value) {
        html.append("<td data-label=\"")
                .append(label)
                .append("\">")
                .append(value)
                .append("</td>");
    }

    private static String state(JsonObject table) {
        String word = stateWord(table.getString("state"));
        return Boolean.TRUE.equals(table.get("paused")) ? word + " <span class=\"state paused\">paused</span>" : word;
    }

    private static String stateWord(String state) {
        return "<span class=\"state " + escape(state) + "\">" + escape(state) + "</span>";
    }

    /** Filled by the script while the table runs. */
    private static String progress(String table) {
        return "<span class=\"progress\" data-progress=\"" + escape(table) + "\"></span>";
    }

    private static String window(JsonObject replication) {
        if ("full".equals(replication.getString("replication_type"))) {
            return "everything";
        }
        return Optional.ofNullable(replication.getString("first_record"))
                        .map(Pages::escape)
                        .orElse("the beginning")
                + " … "
                + Optional.ofNullable(replication.getString("last_record"))
                        .map(Pages::escape)
                        .orElse(NONE);
    }

    private static String durations(JsonObject replication) {
        StringBuilder html = new StringBuilder();
        for (String phase : List.of("export", "upload", "import")) {
            Object millis = replication.get(phase + "_duration");
            if (millis != null) {
                html.append(html.isEmpty() ? "" : ", ")
                        .append(phase)
                        .append("&nbsp;")
                        .append(duration(((Number) millis).longValue()).replace(" ", "&nbsp;"));
            }
        }
        return html.isEmpty() ? NONE : html.toString();
    }

    /** Buttons need the script; without it they stay hidden. */
    private static String buttons(String table, List<Operation> operations) {
        StringBuilder html = new StringBuilder("<div class=\"actions\" hidden>");
        for (Operation operation : operations) {
            html.append("<button type=\"button\" id=\"")
                    .append(operation.word())
                    .append('-')
                    .append(escape(table))
                    .append("\" data-table=\"")
                    .append(escape(table))
                    .append("\" data-action=\"")
                    .append(operation.word())
                    .append("\" title=\"")
                    .append(escape(operation.description()))
                    .append("\">")
                    .append(operation.word())
                    .append("</button> ");
        }
        return html.append("</div>").toString();
    }

    private static String number(JsonObject object, String key) {
        return object.get(key) == null
                ? NONE
                : String.format(Locale.ROOT, "%,d", ((Number) object.get(key)).longValue());
    }

    static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        int exponent = (int) (Math.log10(bytes) / 3);
        return String.format(Locale.ROOT, "%.1f %cB", bytes / Math.pow(1000, exponent), " kMGTPE".charAt(exponent));
    }

    static String duration(long millis) {
        if (millis < 1000) {
            return millis + " ms";
        }
        Duration duration = Duration.ofMillis(millis);
        return duration.toMinutes() == 0
                ? String.format(Locale.ROOT, "%.1f s", millis / 1000.0)
                : duration.toHours() == 0
                        ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
                        : duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }

    private static String time(String instant) {
        return instant == null
                ? NONE
                : "<time datetime=\"" + escape(instant) + "\">" + TIME.format(Instant.parse(instant)) + "</time>";
    }

    private static String orNone(String text) {
        return text == null || text.isEmpty() ? NONE : escape(text);
    }

    private static String path(String name) {
        return java.net.URLEncoder.encode(name, java.nio.charset.StandardCharsets.UTF_8)
                .replace("+", "%20");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** What is shown where there is no page. */
    static String problem(String message) {
        return page("Problem", "<p class=\"error\" role=\"alert\">" + escape(message) + "</p>");
    }

    private static String page(String title, String main) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s · Redshift Replicator</title>
                <link rel="icon" href="data:,">
                <link rel="stylesheet" href="/status.css">
                <script src="/status.js" defer></script>
                </head>
                <body>
                <a class="skip" href="#main">Skip to the content</a>
                <header><h1><a href="/">Redshift Replicator</a></h1><span id="connection"></span></header>
                <p id="result" role="status" aria-live="polite"></p>
                <main id="main" tabindex="-1">%s</main>
                <footer><a href="/api/openapi.json">HTTP API</a></footer>
                <dialog id="confirm" aria-labelledby="question"><form method="dialog">
                <p id="question"></p><p id="consequence"></p>
                <button value="cancel">No</button> <button value="ok" id="yes">Yes</button>
                </form></dialog>
                </body>
                </html>
                """.formatted(escape(title), main);
    }
}
