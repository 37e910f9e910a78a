package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.sql.SQLException;
import java.util.List;
import org.h2.tools.RunScript;
import org.junit.jupiter.api.Test;

/** H2, in memory. */
class H2SourceIT extends SourcesContract {
    @Override
    String url() {
        return "jdbc:h2:mem:source" + System.nanoTime() + ";DB_CLOSE_DELAY=-1;TIME ZONE=UTC";
    }

    @Override
    String user() {
        return "sa";
    }

    @Override
    String password() {
        return "";
    }

    @Override
    void script(String script) throws SQLException {
        RunScript.execute(source, new StringReader(script));
    }

    /** JDBC takes a UUID for bytes, a TIME for whole seconds and what is before 1582 for another calendar's. */
    @Test
    void whatJdbcKnowsOtherwiseArrivesAndIsDeleted() throws SQLException {
        source(
                "CREATE TABLE devices (id UUID PRIMARY KEY, d DATE, t TIME(6), s TIMESTAMP(6), c CHAR(5), updated_at TIMESTAMP(6))",
                "INSERT INTO devices VALUES"
                        + " ('11111111-2222-4333-8444-555555555555', '1327-08-22', '20:36:30.887051', '1582-10-11 23:59:59', 'ab',"
                        + " '2026-01-01 00:00:00'),"
                        + " ('21111111-2222-4333-8444-555555555555', NULL, NULL, NULL, NULL, '2026-01-01 00:00:00')");
        SANDBOX.redshift(
                "CREATE TABLE devices (id varchar(36), d date, t time, s timestamp, c char(5), updated_at timestamp)");
        deployment.table("devices", "timed", "keys", "id");
        run("install");

        run("replicate", "devices");
        source("DELETE FROM devices WHERE d IS NULL");
        run("replicate", "devices");

        assertThat(SANDBOX.redshiftRows("SELECT id, d, t, s, c FROM devices"))
                .containsExactly(List.of(
                        "11111111-2222-4333-8444-555555555555",
                        "1327-08-22",
                        "20:36:30.887051",
                        "1582-10-11 23:59:59",
                        "ab   "));
    }

    @Test
    void changesOfTheSourcesDefinitionThatCannotBeFollowedAreNotPromised() throws SQLException {
        source("CREATE TABLE devices (id INT PRIMARY KEY, name VARCHAR(5))", "INSERT INTO devices VALUES (1, 'a')");
        SANDBOX.redshift("CREATE TABLE devices (id int)");
        deployment.table("devices", "full", "schemaChanges", "apply");

        Deployment.Result result = deployment.run("replicate", "devices");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out() + result.err())
                .contains(
                        "Table devices: the parameter 'schemaChanges' knows the types of PostgreSQL, MySQL and MariaDB"
                                + " only: leave it out, and change the target by hand.");
        assertThat(deployment.run("doctor").out()).contains("the parameter 'schemaChanges' knows");
    }

    @Override
    char quote() {
        return '"';
    }

    @Override
    String timestamp() {
        return "TIMESTAMP(6)";
    }

    @Override
    String now() {
        return "LOCALTIMESTAMP(6)";
    }

    @Override
    String bytes() {
        return "VARBINARY(10)";
    }

    @Override
    String textOfAnyCase() {
        return "VARCHAR_IGNORECASE(10)";
    }
}
