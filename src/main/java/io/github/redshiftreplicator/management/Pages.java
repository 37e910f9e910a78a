package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.management.TableOperations.Operation;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/** The status page, made of what the HTTP API answers and of nothing else. Every value is escaped where it is put in. */
final class Pages {
    private static final ZoneId ZONE = ZoneId.systemDefault();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZONE);
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZONE);
    private static final String PHASES = "Export / upload / import";
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
            main.append(summary(tables));
            main.append("<table class=\"tables\"><thead><tr>");
            head(main, "Table", "Strategy", "State", ">Lag", "Last window", ">Rows", ">" + PHASES, "Next run");
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

    private static String summary(JsonArray tables) {
        long running = count(tables, table -> table.get("running") != null);
        long paused = count(tables, table -> Boolean.TRUE.equals(table.get("paused")));
        long failed = count(tables, table -> table.get("error") != null);
        return "<p class=\"summary\">" + tables.size() + (tables.size() == 1 ? " table" : " tables")
                + (running == 0 ? "" : " · " + running + " running")
                + (paused == 0 ? "" : " · <span class=\"state paused\">" + paused + " paused</span>")
                + (failed == 0 ? "" : " · <span class=\"state bad\">" + failed + " with an error</span>") + "</p>";
    }

    private static long count(JsonArray tables, Predicate<JsonObject> condition) {
        return tables.stream().map(JsonObject.class::cast).filter(condition).count();
    }

    /** The cells of a head; one that begins with {@code >} is of numbers. */
    private static void head(StringBuilder html, String... heads) {
        for (String head : heads) {
            boolean number = head.startsWith(">");
            html.append(number ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">")
                    .append(number ? head.substring(1) : head)
                    .append("</th>");
        }
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
        cell(html, "State", state(table) + progress(table));
        number(html, "Lag", lag(table));
        cell(html, "Last window", replication.map(Pages::window).orElse(NONE));
        number(html, "Rows", replication.map(r -> number(r, "record_count")).orElse(NONE));
        number(html, PHASES, replication.map(Pages::durations).orElse(NONE));
        cell(html, "Next run", time(table.getString("next_run")));
        cell(html, "", buttons(name, List.of(Operation.REPLICATE, pauseOrResume(table))));
        html.append("</tr>");
        Optional.ofNullable(table.getString("error"))
                .ifPresent(error -> html.append("<tr><td class=\"error\" colspan=\"9\">")
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
        main.append("<nav><a href=\"/\">Tables</a> /</nav><h2>")
                .append(escape(table.getString("name")))
                .append("</h2>")
                .append(facts(table));
        Optional.ofNullable(table.getString("error"))
                .ifPresent(error ->
                        main.append("<p class=\"error\">").append(escape(error)).append("</p>"));
        List<Operation> operations = new ArrayList<>(List.of(Operation.values()));
        operations.remove(pauseOrResume(table) == Operation.PAUSE ? Operation.RESUME : Operation.PAUSE);
        if (!Boolean.TRUE.equals(table.get("tracks_deletions"))) {
            operations.remove(Operation.DELETES);
        }
        main.append(buttons(table.getString("name"), operations));
        if (!history.isEmpty()) {
            main.append(loadErrors(table)).append(plots(history)).append(history(history));
            main.append(copy(table)).append(parts(name));
        }
        return page(table.getString("name"), main.toString());
    }

    private static String facts(JsonObject table) {
        StringBuilder html = new StringBuilder("<dl class=\"facts\">");
        fact(html, "State", state(table) + progress(table));
        fact(html, "Lag behind the source", lag(table));
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
        history.forEach(Pages::addLag);
        Collections.reverse(history);
        return "<section class=\"plots\" aria-label=\"Plots\">"
                + Plot.of("Rows", history, List.of("record_count"), value -> String.format(Locale.ROOT, "%,.0f", value))
                + Plot.of("Bytes", history, List.of("bytes"), value -> bytes((long) value))
                + Plot.of(
                        "Durations",
                        history,
                        List.of("export_duration", "upload_duration", "import_duration"),
                        value -> duration((long) value))
                + Plot.of("Lag", history, List.of("lag"), value -> duration((long) value))
                + "</section>"
                + span(history);
    }

    /** Which time the plots are of. */
    private static String span(List<JsonObject> history) {
        if (history.size() < 2) {
            return "";
        }
        return "<p class=\"span\">The last " + history.size() + " replications, a bar for each: from "
                + time(history.get(0).getString("updated_at")) + " to "
                + time(history.get(history.size() - 1).getString("updated_at")) + ".</p>";
    }

    /** From the opening of a replication to its end: so late were its rows at the least. */
    private static void addLag(JsonObject replication) {
        if ("imported".equals(replication.getString("state"))) {
            replication.put(
                    "lag",
                    Duration.between(
                                    Instant.parse(replication.getString("created_at")),
                                    Instant.parse(replication.getString("updated_at")))
                            .toMillis());
        }
    }

    private String loadErrors(JsonObject table) {
        JsonArray errors = api.loadErrors(table.getString("name"));
        if (errors.isEmpty()) {
            return "";
        }
        StringBuilder html = new StringBuilder("<h3>Load errors</h3><table><thead><tr>");
        head(html, ">Line", "Column", "Type", "Value", "Reason", "Part");
        html.append("</tr></thead>");
        for (Object each : errors) {
            JsonObject error = (JsonObject) each;
            html.append("<tbody><tr>");
            number(html, "Line", number(error, "line"));
            cell(html, "Column", orNone(error.getString("column")));
            cell(html, "Type", orNone(error.getString("type")));
            cell(html, "Value", orNone(error.getString("value")));
            cell(html, "Reason", escape(error.getString("reason")));
            cell(html, "Part", "<code>" + escape(error.getString("file")) + "</code>");
            html.append("</tr></tbody>");
        }
        return html.append("</table>").toString();
    }

    private static String copy(JsonObject table) {
        return Optional.ofNullable(table.getString("copy"))
                .map(sql -> "<h3>The last COPY</h3><pre><code>" + escape(sql) + "</code></pre>")
                .orElse("");
    }

    /** S3 may be away: the rest of the page is then the more needed. */
    private String parts(String table) {
        StringBuilder html = new StringBuilder("<h3>Parts in S3</h3>");
        JsonArray parts;
        try {
            parts = api.parts(table);
        } catch (RuntimeException e) {
            return html.append("<p class=\"error\">")
                    .append(escape(Explanation.of(e)))
                    .append("</p>")
                    .toString();
        }
        if (parts.isEmpty()) {
            return html.append("<p class=\"faint\">None: what is imported is deleted there.</p>")
                    .toString();
        }
        html.append("<table><thead><tr>");
        head(html, "Object", ">Bytes", "Stored");
        html.append("</tr></thead>");
        for (Object each : parts) {
            JsonObject part = (JsonObject) each;
            html.append("<tbody><tr>");
            cell(html, "Object", "<code>" + escape(part.getString("url")) + "</code>");
            number(html, "Bytes", bytes(((Number) part.get("bytes")).longValue()));
            cell(html, "Stored", time(part.getString("modified")));
            html.append("</tr></tbody>");
        }
        return html.append("</table>").toString();
    }

    private static String history(JsonArray history) {
        StringBuilder html = new StringBuilder("<h3>History</h3><table class=\"history\"><thead><tr>");
        head(html, "Replication", "State", "Window", ">Rows", ">Parts", ">Bytes", ">" + PHASES, ">Retries", "Updated");
        html.append("</tr></thead>");
        for (Object each : history) {
            JsonObject replication = (JsonObject) each;
            html.append("<tbody><tr><th scope=\"row\">")
                    .append(escape(replication.getString("messageId")))
                    .append("</th>");
            cell(html, "State", stateWord(replication.getString("state")));
            cell(html, "Window", window(replication));
            number(html, "Rows", number(replication, "record_count"));
            number(html, "Parts", number(replication, "parts"));
            number(
                    html,
                    "Bytes",
                    replication.get("bytes") == null ? NONE : bytes(((Number) replication.get("bytes")).longValue()));
            number(html, PHASES, durations(replication));
            number(html, "Retries", number(replication, "retries"));
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
        cell(html, label, value, "");
    }

    private static void number(StringBuilder html, String label, String value) {
        cell(html, label, value, " class=\"number\"");
    }

    private static void cell(StringBuilder html, String label, String value, String attribute) {
        html.append("<td data-label=\"")
                .append(label)
                .append("\"")
                .append(attribute)
                .append("><div class=\"value\">")
                .append(value)
                .append("</div></td>");
    }

    private static String state(JsonObject table) {
        String word = stateWord(table.getString("state"));
        return Boolean.TRUE.equals(table.get("paused")) ? word + " <span class=\"state paused\">paused</span>" : word;
    }

    private static String stateWord(String state) {
        return "<span class=\"state " + escape(state) + "\">" + escape(state) + "</span>";
    }

    /** Renewed by the script while the table runs. */
    private static String progress(JsonObject table) {
        JsonObject running = (JsonObject) table.get("running");
        return "<span class=\"progress\" data-progress=\"" + escape(table.getString("name")) + "\">"
                + (running == null ? "" : "running: " + number(running, "rows") + " rows") + "</span>";
    }

    private static String lag(JsonObject table) {
        return table.get("lag_ms") == null ? NONE : duration(((Number) table.get("lag_ms")).longValue());
    }

    private static String window(JsonObject replication) {
        if ("full".equals(replication.getString("replication_type"))) {
            return "everything";
        }
        return Optional.ofNullable(replication.getString("first_record"))
                        .map(Pages::bound)
                        .orElse("the beginning")
                + " → "
                + Optional.ofNullable(replication.getString("last_record"))
                        .map(Pages::bound)
                        .orElse(NONE);
    }

    /** A time without the fraction that says nothing, in one piece. */
    private static String bound(String record) {
        return "<span class=\"whole\">" + escape(record.replaceFirst("(:\\d\\d)\\.0+$", "$1")) + "</span>";
    }

    private static String durations(JsonObject replication) {
        StringBuilder html = new StringBuilder();
        for (String phase : List.of("export", "upload", "import")) {
            Object millis = replication.get(phase + "_duration");
            html.append(html.isEmpty() ? "" : " / ")
                    .append("<span class=\"whole\">")
                    .append(millis == null ? NONE : duration(((Number) millis).longValue()))
                    .append("</span>");
        }
        return html.toString();
    }

    /** Buttons need the script; without it they stay hidden. */
    private static String buttons(String table, List<Operation> operations) {
        StringBuilder html = new StringBuilder("<div class=\"actions\" hidden>");
        for (Operation operation : operations) {
            html.append(
                            operation.isDestructive()
                                    ? "<button type=\"button\" class=\"destructive\" id=\""
                                    : "<button type=\"button\" id=\"")
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

    /** Today's without the date. */
    private static String time(String text) {
        if (text == null) {
            return NONE;
        }
        Instant instant = Instant.parse(text);
        boolean today = LocalDate.ofInstant(instant, ZONE).equals(LocalDate.now(ZONE));
        return "<time datetime=\"" + escape(text) + "\" title=\"" + TIME.format(instant) + "\">"
                + (today ? CLOCK : TIME).format(instant) + "</time>";
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
                <footer>Times are in %s. <a href="/api/openapi.json">HTTP API</a></footer>
                <dialog id="confirm" aria-labelledby="question"><form method="dialog">
                <p id="question"></p><p id="consequence"></p>
                <button value="cancel" id="no">No</button> <button value="ok" id="yes">Yes</button>
                </form></dialog>
                </body>
                </html>
                """.formatted(escape(title), main, escape(ZONE.getId()));
    }
}
