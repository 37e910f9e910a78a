package io.github.redshiftreplicator.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An S3 that costs next to nothing: it reads each body to its end, compares its length with the request's, and drops it.
 * Against AWS the work of storing is not done on this machine either. Signatures are not checked. Thread-safe.
 */
final class S3Sink implements AutoCloseable {
    private static final String NO_OBJECTS = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
            + "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><KeyCount>0</KeyCount>"
            + "<IsTruncated>false</IsTruncated></ListBucketResult>";

    private final HttpServer server;
    private final ExecutorService threads;

    private S3Sink(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** @param latency the milliseconds that each object takes longer than its bytes, as in a service that is not on this machine */
    static S3Sink start(long latency) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", exchange -> handle(exchange, latency));
        server.start();
        return new S3Sink(server, threads);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static void handle(HttpExchange exchange, long latency) throws IOException {
        try (exchange) {
            switch (exchange.getRequestMethod()) {
                case "PUT" -> put(exchange, latency);
                case "GET" -> list(exchange);
                case "DELETE" -> exchange.sendResponseHeaders(204, -1);
                default -> exchange.sendResponseHeaders(501, -1);
            }
        }
    }

    private static void put(HttpExchange exchange, long latency) throws IOException {
        String announced = exchange.getRequestHeaders().getFirst("Content-Length");
        long length = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream body = exchange.getRequestBody()) {
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                length += read;
            }
        }
        try {
            // what is measured is what an S3 that is far away costs, none by default
            Thread.sleep(latency);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("stopped");
        }
        boolean complete = announced != null && Long.parseLong(announced) == length;
        if (complete) {
            exchange.getResponseHeaders().set("ETag", "\"" + "0".repeat(32) + "-1\"");
        }
        exchange.sendResponseHeaders(complete ? 200 : 400, -1);
    }

    private static void list(HttpExchange exchange) throws IOException {
        byte[] body = NO_OBJECTS.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
