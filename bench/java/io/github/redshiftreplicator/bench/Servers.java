package io.github.redshiftreplicator.bench;

import io.github.redshiftreplicator.SelfSigned;
import io.github.redshiftreplicator.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.Map;

/**
 * The servers of a benchmark, in a process of their own so that their CPU time is not the replicator's: PostgreSQL, S3,
 * the Redshift stand-in and the {@link S3Sink}. Prints the replicator's settings as {@code key=value}, an empty line, and
 * runs until its standard input ends. The argument: by how many milliseconds the far sink is slower.
 */
public final class Servers {
    /** The key under which the sink's endpoint is printed. */
    static final String SINK = "bench.sink";

    /** The key under which the far endpoint is printed: a sink that takes its time. */
    static final String FAR_SINK = "bench.sink.far";

    /** The key under which PostgreSQL's process id is printed. */
    static final String POSTGRES_PID = "bench.postgres.pid";

    private Servers() {}

    public static void main(String[] arguments)
            throws IOException, SQLException, GeneralSecurityException, InterruptedException {
        try (Sandbox sandbox = Sandbox.start();
                S3Sink sink = S3Sink.start(0);
                S3Sink farSink = S3Sink.start(Long.parseLong(arguments[0]))) {
            offerTls(sandbox);
            for (Map.Entry<String, String> property : sandbox.properties().entrySet()) {
                System.out.println(property.getKey() + "=" + property.getValue());
            }
            System.out.println(SINK + "=" + sink.endpoint());
            System.out.println(FAR_SINK + "=" + farSink.endpoint());
            System.out.println(POSTGRES_PID + "=" + postgres(sandbox));
            System.out.println();
            while (System.in.read() >= 0) {
                // the benchmark closes it when it ends, whichever way
            }
        }
    }

    /** PostgreSQL's connections have TLS from now on unless they decline it. */
    private static void offerTls(Sandbox sandbox)
            throws SQLException, IOException, GeneralSecurityException, InterruptedException {
        try (Connection connection = sandbox.sourceSuperuserConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW data_directory")) {
            result.next();
            Path folder = Path.of(result.getString(1));
            KeyStore keys = SelfSigned.make(folder.resolve("server.p12"));
            String alias = keys.aliases().nextElement();
            Path key = folder.resolve("server.key");
            pem(
                    key,
                    "PRIVATE KEY",
                    keys.getKey(alias, SelfSigned.PASSWORD.toCharArray()).getEncoded());
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            pem(
                    folder.resolve("server.crt"),
                    "CERTIFICATE",
                    keys.getCertificate(alias).getEncoded());
            statement.execute("ALTER SYSTEM SET ssl = on");
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    private static void pem(Path file, String kind, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(content);
        Files.writeString(file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    private static String postgres(Sandbox sandbox) throws SQLException {
        try (Connection connection = sandbox.sourceSuperuserConnection();
                Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")) {
            result.next();
            return result.getString(1);
        }
    }
}
