package io.github.redshiftreplicator;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.source.MariaDb;
import io.github.redshiftreplicator.source.MySql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tests of random values share: a source of each kind, and how it takes a value that is drawn as a text. The state is
 * kept in the sandbox's source. {@code -Dreplicator.random.seed} draws other values.
 */
abstract class RandomSources {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @RegisterExtension
    static final MariaDb MARIADB = new MariaDb();

    @RegisterExtension
    static final MySql MYSQL = new MySql();

    final long seed = Long.getLong("replicator.random.seed", 1);
    final Random random = new Random(seed);

    @TempDir
    Path directory;

    /** Opens an empty source of a kind, and has the deployment read it. */
    Connection open(String kind, Deployment deployment) throws SQLException {
        if (kind.startsWith("postgresql")) {
            return SANDBOX.source();
        }
        String url =
                switch (kind) {
                    case "mysql-server" -> MYSQL.newDatabase();
                    case "h2" -> "jdbc:h2:" + directory.resolve("h2") + ";TIME ZONE=UTC";
                    case "sqlite" ->
                        "jdbc:sqlite:" + directory.resolve("source.db") + "?journal_mode=WAL&busy_timeout=5000";
                    default -> MARIADB.newDatabase(kind);
                };
        String user = isMySql(kind) ? "admin" : "";
        for (Map.Entry<String, String> property : SANDBOX.properties().entrySet()) {
            if (property.getKey().startsWith("replicator.source.")) {
                deployment.set(property.getKey().replace(".source.", ".state."), property.getValue());
            }
        }
        deployment
                .set("replicator.source.url", url)
                .set("replicator.source.username", user)
                .set("replicator.source.password", user)
                .set("replicator.source.time-zone", "UTC");
        Connection connection = DriverManager.getConnection(url, user, user);
        if (isMySql(kind)) {
            SandboxExtension.execute(connection, "SET time_zone = '+00:00'");
        }
        return connection;
    }

    /** MySQL or MariaDB, by whichever driver. */
    static boolean isMySql(String kind) {
        return kind.startsWith("m");
    }

    private static boolean isBytes(String type) {
        return type.contains("binary") || type.equals("bytea") || type.equals("blob");
    }

    /** The parameter of a statement for a value of a type. */
    static String parameter(String kind, String type) {
        if (kind.startsWith("postgresql")) {
            return isBytes(type) ? "decode(?, 'hex')" : "CAST(? AS " + type + ")";
        }
        if (isBytes(type) && isMySql(kind)) {
            return "unhex(?)";
        }
        return type.equals("json") && kind.equals("h2") ? "? FORMAT JSON" : "?";
    }

    /** Sets such a parameter. */
    static void set(PreparedStatement statement, int parameter, String kind, String type, String value)
            throws SQLException {
        boolean isEmbedded = kind.equals("h2") || kind.equals("sqlite");
        if (isEmbedded && value != null && isBytes(type)) {
            statement.setBytes(parameter, HexFormat.of().parseHex(value));
        } else if (isEmbedded && value != null && type.equals("double")) {
            // SQLite's own parser is not exact
            statement.setDouble(parameter, Double.parseDouble(value));
        } else {
            statement.setString(parameter, value);
        }
    }

    String what(String what) {
        return what + " with -Dreplicator.random.seed=" + seed;
    }
}
