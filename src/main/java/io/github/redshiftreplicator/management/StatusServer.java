package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.route.RunListener;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the status page and the HTTP API until it is closed. */
public final class StatusServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);
    private static final String HTML = "text/html";
    private static final long MILLIS_BETWEEN_PROGRESS = 1000;
    private static final String POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final CamelContext context;
    private final ReplicatorComponent replicator;
    private final Vertx vertx;
    private final ExecutorService background;
    private final HttpApi api;
    private final Set<HttpServerResponse> streams = ConcurrentHashMap.newKeySet();
    private final RunListener steps = event -> send(StatusJson.STEP_EVENT, event);
    private HttpServer server;
    private boolean ranBefore;

    private StatusServer(CamelContext context, Supplier<Map<Path, String>> brokenFiles) {
        this.context = context;
        this.replicator = ReplicatorComponent.of(context);
        this.vertx = Vertx.vertx(new VertxOptions()
                .setWorkerPoolSize(1)
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.background = context.getExecutorServiceManager().newCachedThreadPool(this, "operations");
        this.api = new HttpApi(replicator, new TableOperations(context), background, brokenFiles);
        api.onResult(result -> send(StatusJson.RESULT_EVENT, result));
    }

    /**
     * Starts it where the settings say.
     *
     * @param brokenFiles the route files that cannot be used, and why
     * @throws io.github.redshiftreplicator.config.SettingsException if it would be open to others
     * @throws IllegalStateException if the port is taken
     */
    public static StatusServer start(CamelContext context, Settings settings, Supplier<Map<Path, String>> brokenFiles) {
        HttpAccess access = new HttpAccess(settings);
        StatusServer server = new StatusServer(context, brokenFiles);
        try {
            server.listen(access, settings.require(Setting.HTTP_HOST), settings.integer(Setting.HTTP_PORT, 0, 65535));
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void listen(HttpAccess access, String host, int port) {
        Router router = Router.router(vertx);
        router.route().handler(StatusServer::protect).handler(access);
        for (HttpApi.Call call : api.calls()) {
            String path = call.path().replaceAll("\\{(\\w+)}", ":$1");
            if (call.answer() == null) {
                router.get(path).handler(this::stream);
            } else if (call.method().equals("GET")) {
                read(router, path).handler(http -> answer(http, call));
            } else {
                router.route(HttpMethod.valueOf(call.method()), path).handler(http -> answer(http, call));
            }
        }
        Pages pages = new Pages(api);
        read(router, "/").handler(http -> page(http, () -> pages.tables()));
        read(router, "/tables/:table").handler(http -> page(http, () -> pages.table(http.pathParam("table"))));
        read(router, "/status.css").handler(http -> resource(http, "status.css", "text/css"));
        read(router, "/status.js").handler(http -> resource(http, "status.js", "text/javascript"));
        router.errorHandler(400, http -> HttpAccess.refuse(http, 400, "The request is malformed."));
        router.errorHandler(404, http -> HttpAccess.refuse(http, 404, "There is nothing at this address."));
        router.errorHandler(405, http -> HttpAccess.refuse(http, 405, "This address does not take this method."));
        replicator.listeners().add(steps);
        vertx.setPeriodic(MILLIS_BETWEEN_PROGRESS, timer -> progress());
        try {
            server = vertx.createHttpServer()
                    .requestHandler(router)
                    .listen(port, host)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(
                    "The status page cannot listen on " + host + ":" + port + " (" + Explanation.of(e.getCause())
                            + "): set " + Setting.HTTP_PORT.key() + " to another port or to 0.",
                    e);
        }
    }

    /** Whoever may get something may ask for its head, too. */
    private static Route read(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    /** Where it is, e.g. {@code http://127.0.0.1:41234/}. */
    public String url() {
        String host = replicator.settings().require(Setting.HTTP_HOST);
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.actualPort() + "/";
    }

    private static void protect(RoutingContext http) {
        http.response()
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Cache-Control", "no-store");
        http.next();
    }

    private void answer(RoutingContext http, HttpApi.Call call) {
        Map<String, String> parameters = new HashMap<>();
        http.queryParams().forEach(entry -> parameters.putIfAbsent(entry.getKey(), entry.getValue()));
        parameters.putAll(http.pathParams());
        HttpApi.Request request =
                new HttpApi.Request(parameters, http.request().remoteAddress().hostAddress());
        work(() -> call.answer().apply(request))
                .onSuccess(answer -> json(http, answer.status(), answer.body().toJson()))
                .onFailure(e -> json(http, status(e), error(e)));
    }

    /** Off the event loop: a database may be slow, and a call that waits for an export takes long. */
    private <T> Future<T> work(Callable<T> work) {
        Promise<T> promise = Promise.promise();
        background.execute(() -> {
            try {
                promise.complete(work.call());
            } catch (Exception | Error e) {
                // without an answer whoever asks would wait for ever
                promise.fail(e);
            }
        });
        return promise.future();
    }

    private static void json(RoutingContext http, int status, String body) {
        end(http, status, "application/json", body + "\n");
    }

    /** Ends a request with an answer, or with its head where no more was asked for: HTTP/2 would send all of it. */
    static void end(RoutingContext http, int status, String type, String body) {
        HttpServerResponse response =
                http.response().setStatusCode(status).putHeader("Content-Type", type + "; charset=UTF-8");
        if (http.request().method() == HttpMethod.HEAD) {
            response.putHeader("Content-Length", String.valueOf(body.getBytes(StandardCharsets.UTF_8).length))
                    .end();
        } else {
            response.end(body);
        }
    }

    private static String error(Throwable e) {
        return StatusJson.ERROR.write(Explanation.of(e)).toJson();
    }

    private static int status(Throwable e) {
        return e instanceof HttpApi.Refusal refusal ? refusal.status() : 503;
    }

    private void page(RoutingContext http, Callable<String> page) {
        work(page)
                .onSuccess(html -> end(http, 200, HTML, html))
                .onFailure(e -> end(http, status(e), HTML, Pages.problem(Explanation.of(e))));
    }

    private static void resource(RoutingContext http, String name, String type) {
        try (InputStream resource = StatusServer.class.getResourceAsStream(name)) {
            end(http, 200, type, new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- server-sent events

    private void stream(RoutingContext http) {
        HttpServerResponse response = http.response();
        response.setChunked(true).putHeader("Content-Type", "text/event-stream; charset=UTF-8");
        response.closeHandler(closed -> streams.remove(response));
        response.exceptionHandler(e -> streams.remove(response));
        streams.add(response);
        response.write("retry: 2000\n\n");
    }

    private <T> void send(StreamEvent<T> event, T value) {
        if (!streams.isEmpty()) {
            String text = event.text(value);
            vertx.runOnContext(
                    ignored -> streams.stream().filter(s -> !s.writeQueueFull()).forEach(s -> s.write(text)));
        }
    }

    /** Once more after the last run has ended, so that the page notices. */
    private void progress() {
        if (streams.isEmpty()) {
            return;
        }
        List<StatusJson.TableRun> progress = api.progress();
        if (!progress.isEmpty() || ranBefore) {
            send(StatusJson.PROGRESS_EVENT, progress);
        }
        ranBefore = !progress.isEmpty();
    }

    @Override
    public void close() {
        replicator.listeners().remove(steps);
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            LOG.warn("The status page did not stop: {}", Explanation.of(e));
        }
        // takes nothing new; what runs in it is the context's to wait for, as for every run
        context.getExecutorServiceManager().shutdown(background);
    }
}
