package io.github.redshiftreplicator.redshift;

import static io.github.redshiftreplicator.redshift.RedshiftContext.load;
import static io.github.redshiftreplicator.redshift.RedshiftContext.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadErrorIT {
    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @RegisterExtension
    final RedshiftContext redshift = new RedshiftContext(sandbox);

    @BeforeEach
    void createTarget() throws Exception {
        sandbox.redshift("CREATE TABLE users (id BIGINT NOT NULL, email VARCHAR(5))");
    }

    @ParameterizedTest
    @ValueSource(strings = {"append", "merge", "replace"})
    void tellsFileLineColumnAndValueOfExactlyThisLoad(String operation) {
        String uri = "redshift:" + operation + "?table=users&keys=id";
        redshift.send(uri, load(redshift.manifest(row("x", "old")), 1));

        Exception failure = redshift.send(uri, load(redshift.manifest(row("1", "short"), row("2", "longer")), 2))
                .getException();

        assertThat(failure)
                .isInstanceOfSatisfying(
                        RedshiftLoadException.class,
                        e -> assertThat(e.loadErrors()).singleElement().satisfies(error -> {
                            assertThat(error.file()).endsWith("/part-2.csv.gz");
                            assertThat(error.line()).isEqualTo(2);
                            assertThat(error.column()).isEqualTo("email");
                            assertThat(error.type()).isEqualTo("varchar(5)");
                            assertThat(error.value()).isEqualTo(Optional.of("longer"));
                            assertThat(error.code()).isEqualTo(1204);
                        }))
                .hasMessageMatching("COPY into users failed: line 2 of s3://.*/part-2\\.csv\\.gz, column email"
                        + " \\(varchar\\(5\\)\\): String length exceeds DDL length; value 'longer'");
    }

    /** STL_LOAD_ERRORS is not on serverless, and a user may be permitted neither. */
    @ParameterizedTest
    @ValueSource(strings = {"stl_load_errors", "sys_load_error_detail"})
    void oneOfTheTwoViewsIsEnough(String absent) {
        sandbox.faults().fail("FROM " + absent, 1, "42501", "permission denied for relation " + absent);

        Exception failure = redshift.send(
                        "redshift:append?table=users",
                        load(redshift.manifest(row("1", "short"), row("2", "longer")), 2))
                .getException();

        assertThat(failure)
                .hasMessageMatching("COPY into users failed: line 2 of s3://.*/part-1\\.csv\\.gz, column email"
                        + " \\(varchar\\(5\\)\\): String length exceeds DDL length.*");
    }

    /** "STL_LOAD_ERRORS": its times are in UTC; "GETDATE": the session's are not, if it was opened so. */
    @Test
    void theSessionsTimeZoneIsNoObstacle() {
        redshift.dataSource().setConnectionInitSql("SET timezone TO 'Asia/Kolkata'");

        Exception failure = redshift.send("redshift:append?table=users", load(redshift.manifest(row("1", "longer")), 1))
                .getException();

        assertThat(failure).hasMessageContaining("column email (varchar(5)): String length exceeds DDL length");
    }

    @Test
    void showsNoSecretEvenIfTheServerDoes() {
        String secret = sandbox.properties().get("replicator.s3.secret-key");
        sandbox.faults().fail("^COPY", 1, "42601", "syntax error at or near '" + secret + "'");

        Exception failure = redshift.send("redshift:append?table=users", load(redshift.manifest(row("1", "a")), 1))
                .getException();

        // as a log prints it, with the causes' messages
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).contains("syntax error at or near '***'").doesNotContain(secret);
    }

    @Test
    void anErrorWithoutDetailsIsKept() {
        String missing = sandbox.putManifest("missing.manifest", "s3://nowhere/part-1.csv.gz");

        Exception failure =
                redshift.send("redshift:append?table=users", load(missing, 1)).getException();

        assertThat(failure)
                .isInstanceOfSatisfying(RedshiftLoadException.class, e -> assertThat(e.loadErrors())
                        .isEqualTo(List.of()))
                .hasMessageStartingWith("COPY into users failed: ");
    }
}
