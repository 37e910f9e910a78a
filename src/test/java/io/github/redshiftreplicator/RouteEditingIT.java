package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.Sandbox;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.table.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What stands in a strategy's file is what runs: the edits of docs/editing-routes.md. */
class RouteEditingIT {
    private static final String ROWS = "SELECT id, name, seen FROM users ORDER BY id";

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;

    @BeforeEach
    void deploy() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE users (id int PRIMARY KEY, name text, seen boolean, updated_at timestamptz DEFAULT now())",
                "CREATE INDEX ON users (updated_at)",
                "INSERT INTO users SELECT g, CASE WHEN g % 7 > 0 THEN 'a \"user\", ' || g END, g % 2 = 0"
                        + " FROM generate_series(1, 100) g");
        SANDBOX.redshift("CREATE TABLE users (id int, name varchar(100), seen boolean)");
        deployment = new Deployment(directory, SANDBOX.properties());
    }

    /** The bean of the documentation: lets the rows pass whose number is even. */
    public static class EvenRows {
        public Iterator<Row> keep(Iterator<Row> rows) {
            return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, 0), false)
                    .filter(row -> Integer.parseInt(row.get("id")) % 2 == 0)
                    .iterator();
        }
    }

    /** Puts steps, which begin at the margin, before the step of an id. */
    private void insertBefore(String step, String steps) throws IOException {
        edit(
                "(?m)^( *)- to:\\n *id: " + step + "$",
                match -> steps.indent(match.group(1).length()) + match.group());
    }

    private void edit(String pattern, Function<MatchResult, String> replacement) throws IOException {
        Path file = directory.resolve("routes/strategies/timed.camel.yaml");
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
        assertThat(matcher.results()).hasSize(1);
        Files.writeString(file, matcher.replaceAll(match -> Matcher.quoteReplacement(replacement.apply(match))));
    }

    private void replicate() {
        Deployment.Result result = deployment.run("replicate", "all");
        assertThat(result.code()).as(result.toString()).isZero();
    }

    private static List<String> objects(String prefix) {
        return SANDBOX
                .s3()
                .listObjectsV2(request -> request.bucket(Sandbox.BUCKET).prefix(prefix))
                .contents()
                .stream()
                .map(object -> object.key())
                .toList();
    }

    private void assertSame(String sourceQuery) throws SQLException {
        assertThat(SANDBOX.redshiftRows(ROWS)).isNotEmpty().isEqualTo(SANDBOX.sourceRows(sourceQuery));
    }

    @Test
    void theOtherReaderGivesTheSame() throws SQLException {
        deployment.table("users", "timed", "reader", "sql");
        replicate();
        assertSame(ROWS);
        SANDBOX.source("UPDATE users SET name = E'two\\nlines', updated_at = clock_timestamp() WHERE id < 10");
        replicate();
        assertSame(ROWS);
    }

    /** Camel reads such files in another encoding, and takes a comma for the end of their path. */
    @Test
    void aFileMayNameAnyPropertyWhateverItsLettersAndTheDirectorys() throws SQLException {
        SANDBOX.source("UPDATE users SET name = 'Jürgen 日' WHERE id = 5");
        deployment = new Deployment(directory.resolve("a, b+ü %41 {c}"), SANDBOX.properties())
                .set("shop.who", "name = 'Jürgen 日'")
                .table("users", "timed", "where", "{{shop.who}}");
        replicate();
        assertSame(ROWS.replace(" ORDER", " WHERE id = 5 ORDER"));
    }

    @Test
    void aFilterOnRowsKeepsSomeOut() throws SQLException, IOException {
        insertBefore("cut-rows", """
                - transform:
                    id: only-even
                    description: Only the rows whose number is even.
                    method:
                      ref: evenRows
                """);
        deployment.file("routes/beans.camel.yaml", """
                - beans:
                    - name: evenRows
                      type: io.github.redshiftreplicator.RouteEditingIT$EvenRows
                """);
        deployment.table("users", "timed", "reader", "sql");
        replicate();
        assertSame("SELECT id, name, seen FROM users WHERE id % 2 = 0 ORDER BY id");
    }

    @Test
    void aConditionKeepsRowsOutWhateverTheReader() throws SQLException {
        deployment.table("users", "timed", "where", "id % 2 = 0");
        replicate();
        assertSame("SELECT id, name, seen FROM users WHERE id % 2 = 0 ORDER BY id");
    }

    /** What a URI would take for an escape, a separator or its own end. */
    @Test
    void aConditionMeansWhatItSays() throws SQLException {
        List<String> conditions = List.of(
                "name = 'a+b'",
                "name LIKE '%41%' OR name LIKE '%25'",
                "name = 'a&b=c' AND id & 1 = id % 2",
                "(name = '?' OR name = '#')",
                "name = 'A' AND 1 + 1 = 2",
                "name IN ('A', 'a+b')",
                "name = '${body}'");
        SANDBOX.source(
                "CREATE TABLE texts (id serial PRIMARY KEY, name text)",
                "INSERT INTO texts (name) VALUES ('a+b'), ('a b'), ('x41'), ('A'), ('a&b=c'), ('5%25'), ('?'), ('#'),"
                        + " ('${body}')");
        for (int i = 0; i < conditions.size(); i++) {
            SANDBOX.redshift("CREATE TABLE t" + i + " (id int, name varchar(20))");
            deployment.table(
                    "t" + i, "identity", "sourceTable", "texts", "targetTable", "t" + i, "where", conditions.get(i));
        }
        replicate();
        for (int i = 0; i < conditions.size(); i++) {
            assertThat(SANDBOX.redshiftRows("SELECT * FROM t" + i + " ORDER BY id"))
                    .as(conditions.get(i))
                    .isNotEmpty()
                    .isEqualTo(SANDBOX.sourceRows(
                            "SELECT id, name FROM texts WHERE " + conditions.get(i) + " ORDER BY id"));
        }
    }

    /** Camel takes line breaks, and the blanks after them, out of an endpoint's URI. */
    @Test
    void aConditionOfSeveralLinesMeansWhatItSays() throws SQLException {
        SANDBOX.source("UPDATE users SET name = E'two\\n  lines', updated_at = clock_timestamp() WHERE id = 7");
        deployment.file("routes/tables/users.camel.yaml", """
                - templatedRoute:
                    routeTemplateRef: timed
                    routeId: users
                    prefixId: users
                    parameters:
                      - { name: sourceTable, value: users }
                      - name: where
                        value: |
                          id < 4 -- the first
                          OR name = 'two
                            lines'
                """);
        replicate();
        assertSame("SELECT id, name, seen FROM users WHERE id < 4 OR id = 7 ORDER BY id");
    }

    @Test
    void namesMeanWhatTheySay() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE \"R+D\" (\"a+b\" int, \"50%25\" text, \"c&d\" timestamptz DEFAULT now(), PRIMARY KEY (\"a+b\", \"50%25\"))",
                "INSERT INTO \"R+D\" VALUES (1, 'x'), (2, 'y')");
        SANDBOX.redshift("CREATE TABLE \"r+d\" (\"a+b\" int, \"50%25\" varchar(9), \"c&d\" timestamptz)");
        deployment.table("research", "timed", "sourceTable", "R+D", "replicationField", "c&d", "keys", "a+b,50%25");
        assertThat(deployment.run("doctor").out()).doesNotContain("FAIL");
        replicate();
        assertThat(SANDBOX.redshiftRows("SELECT \"a+b\", \"50%25\" FROM \"r+d\" ORDER BY 1"))
                .containsExactly(List.of("1", "x"), List.of("2", "y"));
    }

    @Test
    void aSecondCopyOfEveryPart() throws SQLException, IOException {
        insertBefore("upload-part", """
                - setProperty:
                    id: part-key-kept
                    name: part-key
                    simple: "${header.CamelAwsS3Key}"
                - setHeader:
                    id: archive-key
                    name: CamelAwsS3Key
                    simple: "archive/${exchangeProperty.part-key}"
                - to:
                    id: archive
                    uri: "aws2-s3:{{replicator.s3.bucket}}"
                    parameters:
                      amazonS3Client: "#replicatorS3"
                - setHeader:
                    id: part-key-again
                    name: CamelAwsS3Key
                    simple: "${exchangeProperty.part-key}"
                """);
        deployment.table("users", "timed");
        replicate();
        assertSame(ROWS);
        assertThat(objects("archive/" + SANDBOX.prefix() + "/users/"))
                .singleElement()
                .asString()
                .endsWith(".csv.gz");
        assertThat(objects(SANDBOX.prefix() + "/users/")).isEmpty();
    }

    @Test
    void camelsOwnGzip() throws SQLException, IOException {
        edit("custom:\\s+ref: replicatorPart", match -> "gzipDeflater: {}");
        deployment.table("users", "timed");
        replicate();
        assertSame(ROWS);
    }
}
