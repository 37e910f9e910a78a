package io.github.redshiftreplicator.state;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** An embedded PostgreSQL, started once a JVM and stopped with it. */
final class PostgresServer implements BeforeAllCallback {
    private EmbeddedPostgres server;

    @Override
    public void beforeAll(ExtensionContext context) {
        server = context.getRoot()
                .getStore(Namespace.create(PostgresServer.class))
                .getOrComputeIfAbsent("server", key -> start(), EmbeddedPostgres.class);
    }

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without a user: every role may connect. */
    String url() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
    }
}
