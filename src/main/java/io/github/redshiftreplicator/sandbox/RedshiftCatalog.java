package io.github.redshiftreplicator.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;

/** Redshift's types, functions and system views, made in a PostgreSQL database by the script {@code catalog.sql}. */
final class RedshiftCatalog {

    /** Redshift's numbers of types that PostgreSQL lacks or numbers otherwise. */
    static final int SUPER = 4000;

    static final int VARBYTE = 6551;
    private static final int VARCHAR = 1043;
    private static final int TEXT = 25;

    private final Map<Integer, Integer> types = new HashMap<>();

    private RedshiftCatalog() {}

    /** Makes the catalog in a fresh database, as its superuser. */
    static RedshiftCatalog create(DataSource database) throws SQLException {
        RedshiftCatalog catalog = new RedshiftCatalog();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(script());
            try (ResultSet rows =
                    statement.executeQuery("SELECT typname, oid FROM pg_type WHERE typname IN ('super', 'varbyte')")) {
                while (rows.next()) {
                    catalog.types.put(rows.getInt(2), rows.getString(1).equals("super") ? SUPER : VARBYTE);
                }
            }
        }
        catalog.types.put(TEXT, VARCHAR);
        return catalog;
    }

    private static String script() {
        try (InputStream in = RedshiftCatalog.class.getResourceAsStream("catalog.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Redshift's number of a type that PostgreSQL numbers so. */
    int redshiftType(int postgresType) {
        return types.getOrDefault(postgresType, postgresType);
    }
}
