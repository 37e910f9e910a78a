package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.management.TableOperations.Operation;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.route.Traces;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsonable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API: each {@link Call} says what it answers and how it is described, so that the server's routes and the
 * OpenAPI description are one list. Thread-safe; calls may wait for a database.
 */
final class HttpApi {
    private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);
    static final int LONGEST_HISTORY = 1000;
    private static final int MOST_PARTS = 1000;

    /** The parameters of a request, by name, from its path and its query. */
    record Request(Map<String, String> parameters, String client) {
        String get(String name) {
            return parameters.get(name);
        }

        int limit() {
            String limit = parameters.getOrDefault("limit", "50");
            if (!limit.matches("[0-9]{1,9}")
                    || Integer.parseInt(limit) < 1
                    || Integer.parseInt(limit) > LONGEST_HISTORY) {
                throw new Refusal(400, "The limit must be a number from 1 to " + LONGEST_HISTORY + ".");
            }
            return Integer.parseInt(limit);
        }
    }

    record Answer(int status, Jsonable body) {}

    /** A parameter of a call; {@code values} is empty where any will do. */
    record Parameter(String name, boolean inPath, String type, String description, List<String> values) {}

    /** What a call may answer: the shapes of its JSON, or none where that is not the API's own. */
    record Reply(String description, List<JsonShape<?>> shapes, JsonObject schema) {
        static Reply object(String description, JsonShape<?> shape) {
            return new Reply(description, List.of(shape), shape.reference());
        }

        static Reply array(String description, JsonShape<?> shape) {
            return new Reply(description, List.of(shape), shape.arraySchema());
        }

        /** Of events, of which a stream has as many as come. */
        static Reply stream(String description, List<StreamEvent<?>> events) {
            JsonObject item = new JsonObject();
            item.put(
                    "oneOf",
                    new JsonArray(events.stream().map(StreamEvent::describe).toList()));
            JsonObject schema = new JsonObject();
            schema.put("type", "array");
            schema.put("items", item);
            return new Reply(
                    description,
                    events.stream().<JsonShape<?>>map(StreamEvent::shape).toList(),
                    schema);
        }

        static Reply plain(String description, String type) {
            return new Reply(description, List.of(), new JsonObject(Map.of("type", type)));
        }

        static Reply refusal(String sentence) {
            return object(sentence, StatusJson.ERROR);
        }

        void describe(Map<String, Object> schemas) {
            shapes.forEach(shape -> shape.describe(schemas));
        }
    }

    /** One method of one path. */
    record Call(
            String method,
            String path,
            String id,
            String summary,
            List<Parameter> parameters,
            Map<Integer, Reply> answers,
            String mediaType,
            Function<Request, Answer> answer) {}

    /** What is answered instead of a result. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refusal(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    private final ReplicatorComponent replicator;
    private final TableOperations operations;
    private final Traces traces;
    private final ExecutorService background;
    private final Supplier<Map<Path, String>> brokenFiles;
    private volatile Optional<Consumer<StatusJson.Performed>> results = Optional.empty();

    HttpApi(
            ReplicatorComponent replicator,
            TableOperations operations,
            ExecutorService background,
            Supplier<Map<Path, String>> brokenFiles) {
        this.replicator = replicator;
        this.operations = operations;
        this.traces = new Traces(replicator.getCamelContext());
        this.background = background;
        this.brokenFiles = brokenFiles;
    }

    /** Every call; the stream of events has no answer of its own, the server writes it. */
    List<Call> calls() {
        Parameter table = new Parameter("table", true, "string", "The table's name", List.of());
        Parameter limit = new Parameter(
                "limit",
                false,
                "integer",
                "How many replications at the most, from 1 to " + LONGEST_HISTORY + "; default 50",
                List.of());
        Parameter action = new Parameter(
                "action",
                true,
                "string",
                Arrays.stream(Operation.values())
                        .map(o -> o.word() + ": " + o.description() + ".")
                        .reduce((a, b) -> a + " " + b)
                        .orElseThrow(),
                Arrays.stream(Operation.values()).map(Operation::word).toList());
        Parameter wait = new Parameter(
                "wait", false, "boolean", "true: answer when it is done; default: at once", List.of("true", "false"));
        return List.of(
                new Call(
                        "GET",
                        "/api/replicator",
                        "replicator",
                        "This process, and the route files that cannot be used",
                        List.of(),
                        Map.of(200, Reply.object("The replicator", StatusJson.PROCESS)),
                        "application/json",
                        request -> new Answer(200, replicator())),
                new Call(
                        "GET",
                        "/api/tables",
                        "tables",
                        "Every table as it stands",
                        List.of(),
                        Map.of(200, Reply.array("An array of tables", StatusJson.TABLE)),
                        "application/json",
                        request -> new Answer(200, tables())),
                new Call(
                        "GET",
                        "/api/tables/{table}",
                        "table",
                        "A table as it stands, and its history, the newest replication first",
                        List.of(table, limit),
                        Map.of(
                                200, Reply.object("The table", StatusJson.TABLE_DETAIL),
                                400, Reply.refusal("The limit is none"),
                                404, Reply.refusal("There is no such table")),
                        "application/json",
                        request -> new Answer(200, table(request.get("table"), request.limit()))),
                new Call(
                        "GET",
                        "/api/parts/{table}",
                        "parts",
                        "The table's objects in S3, at most " + MOST_PARTS,
                        List.of(table),
                        Map.of(
                                200, Reply.array("An array of objects", StatusJson.PART),
                                404, Reply.refusal("There is no such table")),
                        "application/json",
                        request -> new Answer(200, parts(request.get("table")))),
                new Call(
                        "GET",
                        "/api/load-errors/{table}",
                        "loadErrors",
                        "What COPY refused in the table's last replication, if it has failed",
                        List.of(table),
                        Map.of(
                                200, Reply.array("An array of errors", StatusJson.LOAD_ERROR),
                                404, Reply.refusal("There is no such table")),
                        "application/json",
                        request -> new Answer(200, loadErrors(request.get("table")))),
                new Call(
                        "POST",
                        "/api/tables/{table}/{action}",
                        "act",
                        "Do something to a table. Needs the header " + HttpAccess.GUARD + ", with any value",
                        List.of(table, action, wait),
                        Map.of(
                                200, Reply.object("It is done", StatusJson.RESULT),
                                202, Reply.object("It is under way; its end is an event", StatusJson.ACCEPTED),
                                400, Reply.refusal("wait is neither true nor false"),
                                403, Reply.refusal("The header is missing, or the request comes from another site"),
                                404, Reply.refusal("There is no such table or action"),
                                409, Reply.object("It failed", StatusJson.RESULT)),
                        "application/json",
                        this::act),
                new Call(
                        "GET",
                        "/api/events",
                        "events",
                        "Server-sent events: 'step' for every step of a run, 'progress' while exports run, 'result' of"
                                + " actions",
                        List.of(),
                        Map.of(
                                200,
                                Reply.stream(
                                        "The stream: of each event its fields event and data, the data being JSON",
                                        List.of(
                                                StatusJson.STEP_EVENT,
                                                StatusJson.PROGRESS_EVENT,
                                                StatusJson.RESULT_EVENT))),
                        "text/event-stream",
                        null),
                new Call(
                        "GET",
                        "/api/openapi.json",
                        "openapi",
                        "This description",
                        List.of(),
                        Map.of(200, Reply.plain("OpenAPI 3.0", "object")),
                        "application/json",
                        request -> new Answer(200, OpenApi.of(calls()))));
    }

    JsonObject replicator() {
        return StatusJson.PROCESS.write(new StatusJson.ProcessStatus(
                replicator.getCamelContext().getName(),
                replicator.connections().owner().text(),
                replicator.tables().all().size(),
                replicator.tables().concurrentTables(),
                new TreeMap<>(brokenFiles.get())
                        .entrySet().stream()
                                .map(broken -> new StatusJson.BrokenFile(
                                        String.valueOf(broken.getKey().getFileName()), broken.getValue()))
                                .toList()));
    }

    JsonArray tables() {
        return StatusJson.TABLE.writeAll(TableStatus.all(replicator));
    }

    JsonObject table(String name, int limit) {
        TableConsumer table = find(name);
        TableStatus status = TableStatus.of(replicator, table);
        return StatusJson.TABLE_DETAIL.write(new StatusJson.TableDetail(
                status,
                replicator.connections().replications().history(table.table().name(), limit),
                status.latest().flatMap(latest -> traces.copy(table.table(), latest))));
    }

    /** The table's objects in S3. */
    JsonArray parts(String name) {
        return StatusJson.PART.writeAll(traces.parts(find(name).table(), MOST_PARTS).stream()
                .map(part -> new StatusJson.StoredPart(
                        part.key(), replicator.connections().parts().url(part.key()), part.bytes(), part.modified()))
                .toList());
    }

    /** What COPY refused in the table's last replication. */
    JsonArray loadErrors(String name) {
        return StatusJson.LOAD_ERROR.writeAll(replicator
                .connections()
                .replications()
                .latest(find(name).table().name())
                .map(traces::loadErrors)
                .orElse(List.of()));
    }

    /** How far every run in this process is. */
    List<StatusJson.TableRun> progress() {
        return replicator.tables().all().stream()
                .flatMap(table -> table.current().stream()
                        .map(run -> new StatusJson.TableRun(table.table().name(), TableStatus.Running.of(run))))
                .toList();
    }

    private Answer act(Request request) {
        TableConsumer table = find(request.get("table"));
        Operation operation = Operation.of(request.get("action"))
                .orElseThrow(() -> new Refusal(404, "There is no action '" + request.get("action") + "'."));
        String wait = request.parameters().getOrDefault("wait", "false");
        if (!wait.equals("true") && !wait.equals("false")) {
            throw new Refusal(400, "wait must be true or false.");
        }
        LOG.info("{}: {} is asked for by HTTP from {}.", table.table().name(), operation.word(), request.client());
        if (wait.equals("true")) {
            StatusJson.Performed performed = perform(operation, table);
            return new Answer(performed.result().good() ? 200 : 409, StatusJson.RESULT.write(performed));
        }
        background.execute(() -> perform(operation, table));
        return new Answer(202, StatusJson.ACCEPTED.write(asked(operation, table)));
    }

    /** Hands every result to whoever shows it. */
    void onResult(Consumer<StatusJson.Performed> consumer) {
        results = Optional.of(consumer);
    }

    private StatusJson.Performed perform(Operation operation, TableConsumer table) {
        StatusJson.Performed performed =
                new StatusJson.Performed(asked(operation, table), operations.perform(operation, table));
        results.ifPresent(consumer -> consumer.accept(performed));
        return performed;
    }

    private static StatusJson.Asked asked(Operation operation, TableConsumer table) {
        return new StatusJson.Asked(table.table().name(), operation.word());
    }

    private TableConsumer find(String name) {
        return replicator
                .tables()
                .find(name)
                .orElseThrow(() -> new Refusal(404, replicator.tables().unknown(name)));
    }
}
