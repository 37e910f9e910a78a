package io.github.redshiftreplicator.bench;

import io.github.redshiftreplicator.sandbox.Sandbox;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * The servers of a benchmark, in a process of their own so that their CPU time is not the replicator's: PostgreSQL, S3,
 * the Redshift stand-in and the {@link S3Sink}. Prints the replicator's settings as {@code key=value}, an empty line, and
 * runs until its standard input ends.
 */
public final class Servers {
    /** The key under which the sink's endpoint is printed. */
    static final String SINK = "bench.sink";

    /** The key under which PostgreSQL's process id is printed. */
    static final String POSTGRES_PID = "bench.postgres.pid";

    private Servers() {}

    public static void main(String[] arguments) throws IOException, SQLException {
        try (Sandbox sandbox = Sandbox.start();
                S3Sink sink = S3Sink.start()) {
            for (Map.Entry<String, String> property : sandbox.properties().entrySet()) {
                System.out.println(property.getKey() + "=" + property.getValue());
            }
            System.out.println(SINK + "=" + sink.endpoint());
            System.out.println(POSTGRES_PID + "=" + postgres(sandbox));
            System.out.println();
            while (System.in.read() >= 0) {
                // the benchmark closes it when it ends, whichever way
            }
        }
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
