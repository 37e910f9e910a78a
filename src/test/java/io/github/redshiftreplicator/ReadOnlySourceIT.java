package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A source whose user may do nothing but SELECT serves, with the state in another database: the server refuses every
 * other statement, so every statement that is sent is a SELECT.
 */
class ReadOnlySourceIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment reader(String role) throws SQLException {
        SANDBOX.source(
                "CREATE TABLE users (id bigint PRIMARY KEY, name text, updated_at timestamptz DEFAULT now())",
                "CREATE INDEX ON users (updated_at)",
                "INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 200) g",
                "CREATE TABLE visits (id bigint PRIMARY KEY, page text)",
                "INSERT INTO visits SELECT g, 'page ' || g FROM generate_series(1, 200) g",
                "CREATE TABLE countries (code char(2) PRIMARY KEY)",
                "INSERT INTO countries VALUES ('FR'), ('DE')",
                "CREATE ROLE " + role + " LOGIN PASSWORD 'secret'",
                "ALTER ROLE " + role + " SET default_transaction_read_only = on",
                "GRANT USAGE ON SCHEMA " + SANDBOX.schema() + " TO " + role,
                "GRANT SELECT ON ALL TABLES IN SCHEMA " + SANDBOX.schema() + " TO " + role);
        SANDBOX.redshift(
                "CREATE TABLE users (id bigint, name varchar(100), updated_at timestamptz)",
                "CREATE TABLE visits (id bigint, page varchar(100))",
                "CREATE TABLE countries (code char(2))");
        return new Deployment(directory, SANDBOX.properties())
                .set("replicator.source.username", role)
                .set("replicator.source.password", "secret")
                .set("replicator.state.url", "jdbc:h2:file:" + directory.resolve("state"))
                .table("users", "timed", "maxDeleteRatio", "0.5")
                .table("visits", "identity", "maxDeleteRatio", "0.5")
                .table("countries", "full");
    }

    private static void run(Deployment deployment, String... arguments) {
        Deployment.Result result = deployment.run(arguments);
        assertThat(result.code()).as(result.toString()).isZero();
    }

    @Test
    void everyStatementToTheSourceIsASelect() throws SQLException {
        String role = "reader_" + SANDBOX.schema();
        Deployment deployment = reader(role);
        try {
            run(deployment, "install");
            run(deployment, "doctor");
            run(deployment, "replicate", "all");
            SANDBOX.source(
                    "DELETE FROM users WHERE id < 10",
                    "DELETE FROM visits WHERE id < 10",
                    "INSERT INTO visits VALUES (201, 'new')",
                    "INSERT INTO users VALUES (201, 'new')",
                    "DELETE FROM countries WHERE code = 'FR'");
            run(deployment, "replicate", "all");
            run(deployment, "reconcile", "users", "visits");
            run(deployment, "resync", "users", "visits");
            run(deployment, "backfill", "users");
            for (String query : List.of(
                    "SELECT id, name FROM users ORDER BY id",
                    "SELECT id, page FROM visits ORDER BY id",
                    "SELECT code FROM countries")) {
                assertThat(SANDBOX.redshiftRows(query)).isEqualTo(SANDBOX.sourceRows(query));
            }
        } finally {
            SANDBOX.source("DROP OWNED BY " + role, "DROP ROLE " + role);
        }
    }
}
