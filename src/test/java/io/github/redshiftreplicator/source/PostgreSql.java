package io.github.redshiftreplicator.source;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An embedded PostgreSQL, one for all tests of a JVM, with a database of its own for each test. */
public final class PostgreSql implements BeforeEachCallback, AfterEachCallback {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final List<Connection> sessions = new ArrayList<>();
    private EmbeddedPostgres server;
    private String database;

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        server = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .getOrComputeIfAbsent(Server.class, key -> new Server(), Server.class)
                .postgres;
        database = "test" + DATABASES.incrementAndGet();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws SQLException {
        for (Connection session : sessions) {
            session.close();
        }
        sessions.clear();
    }

    public String url() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + database;
    }

    /** A session of the superuser, which ends with the test. */
    public Session session() throws SQLException {
        return session("postgres", "postgres");
    }

    public Session session(String user, String password) throws SQLException {
        Connection connection = DriverManager.getConnection(url(), user, password);
        sessions.add(connection);
        return new Session(connection);
    }

    /** Statements in one session. */
    public record Session(Connection connection) {
        public Session execute(String... statements) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
            return this;
        }

        public String value(String sql) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(sql)) {
                return result.next() ? result.getString(1) : null;
            }
        }

        public long pid() throws SQLException {
            return Long.parseLong(value("SELECT pg_backend_pid()"));
        }
    }

    private static final class Server implements AutoCloseable {
        private final EmbeddedPostgres postgres;

        Server() {
            try {
                postgres = EmbeddedPostgres.builder()
                        .setServerConfig("max_prepared_transactions", "10")
                        .setServerConfig("max_connections", "100")
                        .setServerConfig("fsync", "off")
                        .setServerConfig("max_locks_per_transaction", "64")
                        .start();
            } catch (IOException e) {
                throw new IllegalStateException("The embedded PostgreSQL did not start.", e);
            }
        }

        @Override
        public void close() throws IOException {
            postgres.close();
        }
    }
}
