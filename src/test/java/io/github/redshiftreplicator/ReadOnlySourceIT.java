package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.source.PostgreSql;
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

    @RegisterExtension
    final PostgreSql source = new PostgreSql();

    @TempDir
    Path directory;

    private Deployment reader(PostgreSql.Session owner) throws SQLException {
        owner.execute(
                "CREATE TABLE users (id bigint PRIMARY KEY, name text, updated_at timestamptz DEFAULT now())",
                "CREATE INDEX ON users (updated_at)",
                "INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 200) g",
                "CREATE TABLE visits (id bigint PRIMARY KEY, page text)",
                "INSERT INTO visits SELECT g, 'page ' || g FROM generate_series(1, 200) g",
                "CREATE TABLE countries (code char(2) PRIMARY KEY)",
                "INSERT INTO countries VALUES ('FR'), ('DE')",
                "DROP ROLE IF EXISTS only_reader",
                "CREATE ROLE only_reader LOGIN PASSWORD 'secret'",
                "ALTER ROLE only_reader SET default_transaction_read_only = on",
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO only_reader");
        SANDBOX.redshift(
                "CREATE TABLE users (id bigint, name varchar(100), updated_at timestamptz)",
                "CREATE TABLE visits (id bigint, page varchar(100))",
                "CREATE TABLE countries (code char(2))");
        return new Deployment(directory, SANDBOX.properties())
                .set("replicator.source.url", source.url())
                .set("replicator.source.username", "only_reader")
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
        PostgreSql.Session owner = source.session();
        Deployment deployment = reader(owner);
        try {
            run(deployment, "install");
            run(deployment, "doctor");
            run(deployment, "replicate", "all");
            owner.execute(
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
                assertThat(SANDBOX.redshiftRows(query)).isEqualTo(SandboxExtension.rows(owner.connection(), query));
            }
        } finally {
            owner.execute("DROP OWNED BY only_reader", "DROP ROLE only_reader");
        }
    }
}
