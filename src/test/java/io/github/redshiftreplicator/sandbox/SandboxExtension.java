package io.github.redshiftreplicator.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Lends a test the one {@link Sandbox} of this JVM, started by the first test that needs it and stopped at the end of the run.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final SandboxExtension sandbox = new SandboxExtension();
 * }</pre>
 *
 * <p>Each test method finds fresh, empty schemas: {@link #schema} is the name of a schema made anew for it in the source and in
 * Redshift, first on the search path of the connections that the extension opens; {@link #prefix} is a key prefix of its own.
 * Armed faults are cleared after each test.
 */
public final class SandboxExtension implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback {

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SandboxExtension.class);

    private Sandbox sandbox;
    private S3Client s3;
    private String schema = "public";

    /** Ends the sandbox with the run's root context. */
    private record Running(Sandbox sandbox, S3Client s3) implements AutoCloseable {

        static Running start() {
            try {
                Sandbox sandbox = Sandbox.start();
                return new Running(sandbox, client(sandbox, sandbox.endpoint(), override -> {}));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            s3.close();
            sandbox.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Running running = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent("sandbox", key -> Running.start(), Running.class);
        sandbox = running.sandbox();
        s3 = running.s3();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        if (sandbox == null) {
            beforeAll(context);
        }
        schema = "test_" + NUMBERS.incrementAndGet();
        try (Connection source = sandbox.sourceConnection();
                Connection redshift = sandbox.redshiftConnection()) {
            execute(source, "CREATE SCHEMA " + schema);
            execute(redshift, "CREATE SCHEMA " + schema);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws SQLException {
        sandbox.redshift().faults().clear();
        try (Connection source = sandbox.sourceConnection();
                Connection redshift = sandbox.backingConnection()) {
            // what a test left open must not hold up the next one
            execute(
                    redshift,
                    "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                            + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '" + schema
                            + "' AND l.pid <> pg_backend_pid()");
            execute(redshift, "DROP SCHEMA " + schema + " CASCADE");
            execute(source, "SET lock_timeout = '5s'");
            execute(source, "DROP SCHEMA " + schema + " CASCADE");
        }
    }

    /** The sandbox itself. */
    public Sandbox sandbox() {
        return sandbox;
    }

    /** The schema, in the source and in Redshift, that is this test's own. */
    public String schema() {
        return schema;
    }

    /** A key prefix that is this test's own. */
    public String prefix() {
        return "tests/" + schema;
    }

    /** The name, and password, of a superuser of Redshift, whom the sandbox itself has no use for. */
    public String superuser() throws SQLException {
        String name = "replicator_admin";
        try (Connection connection = sandbox.backingConnection()) {
            if (rows(connection, "SELECT 1 FROM pg_user WHERE usename = '" + name + "'")
                    .isEmpty()) {
                execute(connection, "CREATE USER " + name + " SUPERUSER PASSWORD '" + name + "'");
            }
        }
        return name;
    }

    /** A client for the sandbox's S3. */
    public S3Client s3() {
        return s3;
    }

    /** A client with the sandbox's keys for another endpoint, such as {@link S3Faults}. */
    public S3Client s3Client(URI endpoint, Consumer<ClientOverrideConfiguration.Builder> override) {
        return client(sandbox, endpoint, override);
    }

    private static S3Client client(
            Sandbox sandbox, URI endpoint, Consumer<ClientOverrideConfiguration.Builder> override) {
        Map<String, String> properties = sandbox.properties();
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.of(Sandbox.REGION))
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(override)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        properties.get("replicator.s3.access-key"), properties.get("replicator.s3.secret-key"))))
                .build();
    }

    /** The stand-in's faults. */
    public GatewayFaults faults() {
        return sandbox.redshift().faults();
    }

    /** The replicator's keys, with this test's prefix and with its schema first on both search paths. */
    public Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>(sandbox.properties());
        properties.put("replicator.source.url", sandbox.sourceUrl() + "?currentSchema=" + schema + ",public");
        properties.put("replicator.redshift.url", sandbox.redshiftUrl() + "&currentSchema=" + schema + ",public");
        properties.put("replicator.s3.prefix", prefix());
        return properties;
    }

    /** A connection to the source; unqualified names mean the test's schema. */
    public Connection source() throws SQLException {
        Connection connection = sandbox.sourceConnection();
        execute(connection, "SET search_path TO " + schema + ", public");
        return connection;
    }

    /** A connection to Redshift through its own driver; unqualified names mean the test's schema. */
    public Connection redshift() throws SQLException {
        Connection connection = sandbox.redshiftConnection();
        execute(connection, "SET search_path TO " + schema + ", public");
        return connection;
    }

    /** Executes statements one after the other in Redshift. */
    public void redshift(String... statements) throws SQLException {
        try (Connection connection = redshift()) {
            for (String statement : statements) {
                execute(connection, statement);
            }
        }
    }

    /** Executes statements one after the other in the source. */
    public void source(String... statements) throws SQLException {
        try (Connection connection = source()) {
            for (String statement : statements) {
                execute(connection, statement);
            }
        }
    }

    /** A query's rows in Redshift, every value as text. */
    public List<List<String>> redshiftRows(String query) throws SQLException {
        try (Connection connection = redshift()) {
            return rows(connection, query);
        }
    }

    /** A query's rows in the source, every value as text. */
    public List<List<String>> sourceRows(String query) throws SQLException {
        try (Connection connection = source()) {
            return rows(connection, query);
        }
    }

    /** A query's rows, every value as text. */
    public static List<List<String>> rows(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            List<List<String>> rows = new ArrayList<>();
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** Executes one statement. */
    public static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Puts an object and gives its URL. */
    public String put(String name, byte[] content) {
        String key = prefix() + "/" + name;
        s3.putObject(request -> request.bucket(Sandbox.BUCKET).key(key), RequestBody.fromBytes(content));
        return "s3://" + Sandbox.BUCKET + "/" + key;
    }

    /** Puts a text in UTF-8 and gives its URL. */
    public String put(String name, String content) {
        return put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts a text compressed by gzip and gives its URL. */
    public String putGzip(String name, String content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return put(name, bytes.toByteArray());
    }

    /** Puts a manifest of mandatory files and gives its URL. */
    public String putManifest(String name, String... urls) {
        StringBuilder entries = new StringBuilder();
        for (String url : urls) {
            entries.append(entries.isEmpty() ? "" : ",")
                    .append("{\"url\":\"")
                    .append(url)
                    .append("\",\"mandatory\":true}");
        }
        return put(name, "{\"entries\":[" + entries + "]}");
    }

    /** COPY's authorization by the sandbox's keys. */
    public String authorization() {
        Map<String, String> properties = sandbox.properties();
        return "ACCESS_KEY_ID '" + properties.get("replicator.s3.access-key") + "' SECRET_ACCESS_KEY '"
                + properties.get("replicator.s3.secret-key") + "'";
    }
}
