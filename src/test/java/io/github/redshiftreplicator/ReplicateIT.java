package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Route;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The three strategies, from the command line to the target's rows. */
class ReplicateIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;

    @BeforeEach
    void deploy() {
        deployment = new Deployment(directory, SANDBOX.properties());
    }

    private void assertSame(String sourceQuery, String targetQuery) throws SQLException {
        assertThat(SANDBOX.redshiftRows(targetQuery)).isEqualTo(SANDBOX.sourceRows(sourceQuery));
    }

    private Deployment.Result replicate(String... tables) {
        String[] arguments = new String[tables.length + 1];
        arguments[0] = "replicate";
        System.arraycopy(tables, 0, arguments, 1, tables.length);
        Deployment.Result result = deployment.run(arguments);
        assertThat(result.code()).as(result.toString()).isZero();
        return result;
    }

    @Test
    void identityAppendsTheRowsWhoseKeyGrew() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE visits (id bigserial PRIMARY KEY, page text, secret text)",
                "INSERT INTO visits (page, secret) SELECT 'page ' || g, 'x' FROM generate_series(1, 1000) g");
        SANDBOX.redshift("CREATE TABLE visits (page varchar(100), id bigint)");
        deployment.table("visits", "identity");
        String query = "SELECT id, page FROM visits ORDER BY id";

        replicate("visits");
        assertSame(query, query);

        SANDBOX.source(
                "INSERT INTO visits (page) VALUES ('one more'), (NULL), (''), ('a \"quoted\", one' || chr(10) || 'with a line')");
        replicate("visits");
        assertSame(query, query);

        assertThat(replicate("visits").out()).contains("nothing to do");
        assertSame(query, query);
    }

    /** A table that is made LIKE the target has a column there that must have a value and gets none. */
    @ParameterizedTest
    @CsvSource({"timed, keys, id", "full, keys, id", "identity, overlap, 5"})
    void columnsThatRedshiftFillsItselfMayBeLeftToIt(String strategy, String parameter, String value)
            throws SQLException {
        SANDBOX.source(
                "CREATE TABLE numbered (id int PRIMARY KEY, name text, updated_at timestamptz DEFAULT now() - interval '1 hour')",
                "INSERT INTO numbered SELECT g, 'user ' || g FROM generate_series(1, 20) g");
        SANDBOX.redshift("CREATE TABLE numbered (sk bigint IDENTITY(1, 1), id int NOT NULL, name varchar(100),"
                + " loaded_at timestamp NOT NULL DEFAULT GETDATE())");
        deployment.table("numbered", strategy, parameter, value);
        replicate("numbered");
        SANDBOX.source("INSERT INTO numbered VALUES (21, 'new', now())");

        // a timed window ends with the second before
        await().until(() -> replicate("numbered").out().contains("imported"));

        assertThat(SANDBOX.redshiftRows("SELECT id, name FROM numbered ORDER BY id"))
                .isEqualTo(SANDBOX.sourceRows("SELECT id, name FROM numbered ORDER BY id"));
        assertThat(SANDBOX.redshiftRows("SELECT COUNT(DISTINCT sk), COUNT(loaded_at) FROM numbered"))
                .containsExactly(List.of("21", "21"));
    }

    @Test
    void timedMergesTheRowsWhoseTimestampMoved() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE users (id int PRIMARY KEY, name text, updated_at timestamptz DEFAULT now())",
                "CREATE INDEX ON users (updated_at)",
                "INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 500) g");
        SANDBOX.redshift("CREATE TABLE people (id int, name varchar(100), updated_at timestamptz)");
        deployment.table("users", "timed", "targetTable", "people");

        replicate("users");
        String columns = "SELECT id, name, extract(epoch from updated_at)::numeric(20,6) FROM ";
        assertSame(columns + "users ORDER BY id", columns + "people ORDER BY id");

        SANDBOX.source(
                "UPDATE users SET name = upper(name), updated_at = clock_timestamp() WHERE id % 7 = 0",
                "INSERT INTO users VALUES (1000, 'new')");
        replicate("users");
        assertSame(columns + "users ORDER BY id", columns + "people ORDER BY id");
    }

    @Test
    void fullReplacesEverything() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE countries (code char(2) PRIMARY KEY, name text)",
                "INSERT INTO countries VALUES ('FR', 'France'), ('DE', 'Deutschland'), ('JP', '日本')");
        SANDBOX.redshift("CREATE TABLE countries (code char(2), name varchar(100))");
        deployment.table("countries", "full");
        String query = "SELECT code, name FROM countries ORDER BY code";

        replicate("countries");
        assertSame(query, query);

        SANDBOX.source(
                "DELETE FROM countries WHERE code = 'FR'", "UPDATE countries SET name = 'Germany' WHERE code = 'DE'");
        replicate("countries");
        assertSame(query, query);

        SANDBOX.source("DELETE FROM countries");
        replicate("countries");
        assertThat(SANDBOX.redshiftRows(query)).isEmpty();
    }

    @Test
    void aChangedStrategyBeginsAnew() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE users (id int PRIMARY KEY, name text, updated_at timestamptz DEFAULT now())",
                "INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 20) g");
        SANDBOX.redshift("CREATE TABLE users (id int, name varchar(100))");
        String query = "SELECT id, name FROM users ORDER BY id";
        deployment.table("users", "timed");
        replicate("users");

        deployment.table("users", "identity");
        SANDBOX.source("INSERT INTO users VALUES (21, 'one more')");
        replicate("users");
        assertSame(query, query);
        SANDBOX.source("INSERT INTO users VALUES (22, 'and one')");
        replicate("users");
        assertSame(query, query);

        deployment.table("users", "timed");
        SANDBOX.source("DELETE FROM users WHERE id = 3");
        replicate("users");
        assertSame(query, query);
    }

    /** Camel refuses a route that is named as one of its own steps, and puts one in the place of another of its name. */
    @Test
    void tablesMayBeNamedAsRoutesStepsAndTemplatesMightBe() throws Exception {
        List<String> names = new ArrayList<>(List.of(
                "parts", "claim", "export", "import", "load", "manifest", "upload", "full", "schedule", "reconcile"));
        for (String routes : List.of("notifications", "maintenance")) {
            names.add(routes);
            String file = "routes/" + routes + ".camel.yaml";
            deployment.file(file, Files.readString(Path.of(file)));
        }
        for (String name : names) {
            SANDBOX.source(
                    "CREATE TABLE \"" + name + "\" (id int PRIMARY KEY)",
                    "INSERT INTO \"" + name + "\" SELECT g FROM generate_series(1, 5) g");
            SANDBOX.redshift("CREATE TABLE \"" + name + "\" (id int)");
            deployment.table(name, "identity");
        }

        replicate("all");

        for (String name : names) {
            String query = "SELECT id FROM \"" + name + "\" ORDER BY id";
            assertSame(query, query);
        }
        try (Service service = deployment.service()) {
            assertThat(service.context().getRoutes())
                    .extracting(Route::getId)
                    .contains("send-notifications")
                    .containsAll(names);
        }
    }
}
