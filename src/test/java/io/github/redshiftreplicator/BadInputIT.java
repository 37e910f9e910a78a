package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.sandbox.Sandbox;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is said in one sentence that names it and the remedy; nothing is half done. */
class BadInputIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String ROWS = "SELECT id, name FROM users ORDER BY id";

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;

    @BeforeEach
    void deploy() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE users (id int PRIMARY KEY, name text, updated_at timestamptz DEFAULT now())",
                "CREATE INDEX ON users (updated_at)",
                "INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 10) g");
        SANDBOX.redshift("CREATE TABLE users (id int, name varchar(100), updated_at timestamptz)");
        deployment = new Deployment(directory, SANDBOX.properties()).table("users", "timed");
    }

    /** Runs and asserts that one line of the log or of what was printed has all of the words. */
    private void refuses(int code, List<String> words, String... arguments) {
        long from = System.nanoTime();
        try (Logs logs = Logs.capture(Level.INFO)) {
            Deployment.Result result = deployment.run(arguments);
            String all = result.out() + "\n" + result.err() + "\n" + logs.text();
            assertThat(result.code()).as(all).isEqualTo(code);
            assertThat(all).doesNotContain("\tat ").doesNotContain("Exception");
            assertThat(all.lines()).as(all).anySatisfy(line -> assertThat(line).contains(words));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(SOON);
    }

    private void refuses(int code, String... words) {
        refuses(code, List.of(words), "replicate", "all");
    }

    private void nothingIsDone() throws SQLException {
        assertThat(SANDBOX.redshiftRows(ROWS)).isEmpty();
        assertThat(objects()).isEmpty();
        if (SANDBOX.sourceRows("SELECT to_regclass('replicator_replications')::text")
                        .get(0)
                        .get(0)
                != null) {
            assertThat(SANDBOX.sourceRows("SELECT * FROM replicator_replications"))
                    .isEmpty();
        }
    }

    private static List<String> objects() {
        return SANDBOX
                .s3()
                .listObjectsV2(request -> request.bucket(Sandbox.BUCKET).prefix(SANDBOX.prefix() + "/"))
                .contents()
                .stream()
                .map(object -> object.key())
                .toList();
    }

    /** Once the mistake is mended, the next run brings everything. */
    private void works(Map<String, String> mended) throws SQLException {
        mended.forEach(deployment::set);
        Deployment.Result result = deployment.run("replicate", "all");
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
        assertThat(objects()).isEmpty();
        assertThat(SANDBOX.sourceRows("SELECT state, last_error FROM replicator_replications"))
                .containsExactly(java.util.Arrays.asList("imported", null));
    }

    @Test
    void theWrongPasswordOfTheSource() throws SQLException {
        deployment.set("replicator.source.password", "not-this-one");
        refuses(1, "users", "password authentication failed", "replicator.source");
        nothingIsDone();
        works(SANDBOX.properties());
    }

    @Test
    void theWrongPasswordOfRedshift() throws SQLException {
        deployment.set("replicator.redshift.password", "not-this-one");
        refuses(1, "users", "password authentication failed", "replicator.redshift");
        nothingIsDone();
        works(SANDBOX.properties());
    }

    @Test
    void aSourceThatIsAway() throws SQLException {
        deployment.set("replicator.source.url", "jdbc:postgresql://127.0.0.1:1/shop?currentSchema=x");
        refuses(1, "users", "the source jdbc:postgresql://127.0.0.1:1/shop", "refused", "replicator.source");
        nothingIsDone();
    }

    @Test
    void aRedshiftThatIsAway() throws SQLException {
        deployment.set("replicator.redshift.url", "jdbc:redshift://127.0.0.1:1/warehouse?ssl=false");
        refuses(1, "users", "Redshift jdbc:redshift://127.0.0.1:1/warehouse", "replicator.redshift");
        nothingIsDone();
        works(SANDBOX.properties());
    }

    @Test
    void anS3ThatIsAway() throws SQLException {
        deployment.set("replicator.s3.endpoint", "http://127.0.0.1:1");
        refuses(1, "users", "S3", "http://127.0.0.1:1", "replicator.s3.endpoint");
        works(SANDBOX.properties());
    }

    @Test
    void aBucketThatDoesNotExist() throws SQLException {
        deployment.set("replicator.s3.bucket", "no-such-bucket");
        refuses(1, "users", "no-such-bucket", "does not exist", "replicator.s3.bucket");
        works(SANDBOX.properties());
    }

    @Test
    void aBucketInAnotherRegion() throws SQLException {
        deployment.set("replicator.s3.region", "eu-west-3");
        assertThat(failure("replicate", "all"))
                .startsWith("users: COPY into users failed: ")
                .contains("must be addressed using the specified endpoint")
                .endsWith(". The bucket is in another region than eu-west-3: set replicator.s3.region to its own.");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBucketThatIsChangedBetweenUploadAndImport(boolean exists) throws SQLException {
        refusesNothing("export", "all");
        String other = "other-" + SANDBOX.schema().replace('_', '-');
        if (exists) {
            SANDBOX.s3().createBucket(request -> request.bucket(other));
        }
        deployment.set("replicator.s3.bucket", other);
        assertThat(failure("import", "all"))
                .startsWith("users: ")
                .endsWith(". What was uploaded is not in the bucket " + other + ": set replicator.s3.bucket to the one"
                        + " where it is, or 'cancel users' has the window exported anew.");
        if (exists) {
            refusesNothing("cancel", "users");
            refusesNothing("replicate", "all");
            assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
            SANDBOX.s3().deleteBucket(request -> request.bucket(other));
        }
    }

    /** The one line that is printed of a failure, which may hold Redshift's own S3ServiceException. */
    private String failure(String... arguments) {
        Deployment.Result result = deployment.run(arguments);
        assertThat(result.code()).as(result.toString()).isEqualTo(1);
        assertThat(result.err().lines()).hasSize(1);
        return result.err().strip();
    }

    private void refusesNothing(String... arguments) {
        Deployment.Result result = deployment.run(arguments);
        assertThat(result.code()).as(result.toString()).isZero();
    }

    @Test
    void theDoctorSaysOnceThatADatabaseIsAway() {
        deployment.table("users2", "timed", "sourceTable", "users", "targetTable", "users2");
        deployment.set("replicator.redshift.url", "jdbc:redshift://127.0.0.1:1/warehouse?ssl=false");
        Deployment.Result result = deployment.run("doctor");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out().lines().filter(line -> line.contains("127.0.0.1:1/")))
                .as(result.out())
                .hasSize(1);
        assertThat(result.out()).contains("warn  tables: none is checked while Redshift cannot be reached");
    }

    @ParameterizedTest
    @CsvSource({"access-key,AKIAWRONGWRONGWRONG", "secret-key,wrong-secret-wrong"})
    void theWrongKeysOfS3(String key, String value) throws SQLException {
        deployment.set("replicator.s3." + key, value);
        refuses(1, "users", "S3", "replicator.s3.access-key");
        works(SANDBOX.properties());
    }

    @Test
    void aTargetThatIsMissing() throws SQLException {
        deployment.table("users", "timed", "targetTable", "people");
        refuses(1, "users", "couldn't find table people on Redshift", "Create it");
        nothingIsDone();
    }

    @Test
    void aSourceTableThatIsMissing() throws SQLException {
        deployment.table("users", "timed", "sourceTable", "usres", "targetTable", "users");
        refuses(1, "users", "usres", "not found", "nearest");
        nothingIsDone();
    }

    @ParameterizedTest
    @CsvSource({"replicationField,changed_at", "keys,number"})
    void aColumnThatIsMissing(String parameter, String column) throws SQLException {
        deployment.table("users", "timed", parameter, column);
        refuses(1, "users", "'" + column + "'", "is not a column");
        nothingIsDone();
    }

    @Test
    void aConditionThatIsNoSql() throws SQLException {
        deployment.table("users", "timed", "where", "nope = 1");
        refuses(1, "users", "while looking at", "users where nope = 1", "column \"nope\" does not exist");
        nothingIsDone();
    }

    @Test
    void anUnknownStrategy() throws SQLException {
        deployment.table("users", "tmied");
        refuses(1, "routes/tables/users.camel.yaml", "tmied", "full, identity, timed");
        nothingIsDone();
    }

    @Test
    void anUnknownParameter() throws SQLException {
        deployment.table("users", "timed", "replicationfield", "updated_at");
        refuses(1, "routes/tables/users.camel.yaml", "'replicationfield'", "did you mean 'replicationField'");
        nothingIsDone();
    }

    @Test
    void anotherStrategysParameter() throws SQLException {
        deployment.table("users", "timed", "overlap", "5");
        refuses(1, "routes/tables/users.camel.yaml", "the parameter 'overlap' is another strategy's: remove it");
        nothingIsDone();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "schedule|hourly|Quartz cron expression",
                "reader|fast|auto, copy, sql",
                "deleteTracking|yes|true, false",
                "timeZone|Paris|Europe/Paris",
                "sourceTable|a.b.c|schema.name",
                "schedule|0 0 0 1 1 ? 2020|no time to come",
                "parallelism|0|from 1 to 64",
                "parallelism|65|from 1 to 64",
                "historyCap|some|a whole number",
                "lag|-60s|a duration such as 5s",
                "lag|PT-60S|a duration such as 5s",
                "lag|5x|a duration such as 5s",
            })
    void aParameterThatCannotBeMeant(String parameter, String value, String remedy) throws SQLException {
        deployment.table("users", "timed", parameter, value);
        refuses(1, "routes/tables/users.camel.yaml", value, remedy);
        nothingIsDone();
    }

    @Test
    void aFileThatDoesNotParseLeavesTheOthersToRun() throws SQLException {
        deployment.file("routes/tables/broken.camel.yaml", "- templatedRoute:\n    routeId: 'broken\n");
        refuses(1, "routes/tables/broken.camel.yaml cannot be used: line 3, column 1: found unexpected end of stream.");
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- templatedRoute:\n",
                "- templatedRoute:\n    routeId: x\n",
                "- templatedRoute:\n    routeTemplateRef: timed\n    routeId: x\n    parameters:\n      - { name: sourceTable }\n",
            })
    void aFileThatIsNoListOfTables(String text) throws SQLException {
        deployment.file("routes/tables/broken.camel.yaml", text);
        refuses(1, "routes/tables/broken.camel.yaml cannot be used: it is no list of templatedRoute");
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    @Test
    void aFileThatIsNotThereIsCalledThat() throws SQLException, IOException {
        Files.createSymbolicLink(directory.resolve("routes/tables/gone.camel.yaml"), Path.of("nowhere"));
        refuses(1, "routes/tables/gone.camel.yaml cannot be used: there is no such file");
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    @Test
    void aFileOfAnotherEndingIsNamed() throws SQLException, IOException {
        Path file = directory.resolve("routes/tables/users.camel.yaml");
        Files.copy(file, file.resolveSibling("people.yml"));
        try (Logs logs = Logs.capture(Level.WARN)) {
            deployment.run("replicate", "users");
            assertThat(logs.text()).contains("routes/tables/people.yml is left out", ".camel.yaml");
        }
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    @Test
    void aNameWithADotIsAFileName() throws SQLException, IOException {
        Path file = directory.resolve("routes/tables/users.camel.yaml");
        Files.move(file, file.resolveSibling("public.users.camel.yaml"));
        assertThat(deployment.run("replicate", "users").code()).isZero();
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    @Test
    void aTargetThatIsGone() throws SQLException {
        assertThat(deployment.run("replicate", "users").code()).isZero();
        SANDBOX.redshift("DROP TABLE users");
        SANDBOX.source("UPDATE users SET updated_at = now()");
        assertThat(deployment.run("replicate", "users").toString())
                .contains("couldn't find table users on Redshift", "'reset users'");
    }

    @Test
    void metricsThatCannotListen() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            deployment.set("replicator.management.port", String.valueOf(taken.getLocalPort()));
            assertThatThrownBy(() -> deployment.service().close())
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("replicator.management.port");
        }
    }

    @Test
    void oneRouteIdTwiceInAFile() throws SQLException, IOException {
        Path file = directory.resolve("routes/tables/users.camel.yaml");
        Files.writeString(file, Files.readString(file) + Files.readString(file));
        refuses(1, "routes/tables/users.camel.yaml cannot be used: it has the routeId 'users' twice");
        nothingIsDone();
    }

    @Test
    void twoFilesWithOneRouteId() throws SQLException, IOException {
        Files.createDirectories(directory.resolve("routes/tables"));
        Files.copy(
                directory.resolve("routes/tables/users.camel.yaml"),
                directory.resolve("routes/tables/users2.camel.yaml"));
        refuses(1, "routes/tables/users2.camel.yaml", "'users'", "routeId");
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    @Test
    void twoFilesForOneTable() throws SQLException, IOException {
        deployment.file(
                "routes/tables/users2.camel.yaml",
                Files.readString(directory.resolve("routes/tables/users.camel.yaml"))
                        .replaceAll("(routeId|prefixId): *['\"]?users['\"]?", "$1: users2"));
        refuses(1, "routes/tables/users2.camel.yaml", "another file replicates the same source table", "targetTable");
    }

    private static final String[] BOTH_FILES = {
        "routes/tables/people.camel.yaml and routes/tables/users.camel.yaml replicate into", "its own targetTable"
    };

    private void people() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE people (id int PRIMARY KEY, name text, updated_at timestamptz DEFAULT now())",
                "INSERT INTO people SELECT g, 'person ' || g FROM generate_series(5, 20) g",
                "CREATE TABLE visits (id int)",
                "INSERT INTO visits VALUES (1)");
        SANDBOX.redshift(
                "CREATE TABLE people (id int, name varchar(100), updated_at timestamptz)",
                "CREATE TABLE visits (id int)");
    }

    /** An append would double rows and a replacement empty the target: whatever the strategies are, one undoes the other. */
    @ParameterizedTest
    @CsvSource({"identity,identity", "timed,timed", "identity,full"})
    void twoTablesWithOneTarget(String one, String other) throws SQLException {
        people();
        deployment
                .table("users", one, "keys", "id")
                .table("people", other, "keys", "id", "targetTable", "USERS")
                .table("visits", "full");

        refuses(1, BOTH_FILES);

        assertThat(SANDBOX.redshiftRows(ROWS)).isEmpty();
        assertThat(SANDBOX.sourceRows("SELECT processorName, state FROM replicator_replications"))
                .containsExactly(List.of("visits", "imported"));
        assertThat(SANDBOX.redshiftRows("SELECT id FROM visits")).containsExactly(List.of("1"));

        deployment.table("people", other, "keys", "id");
        assertThat(deployment.run("replicate", "all").code()).isZero();
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
        String people = ROWS.replace("users", "people");
        assertThat(SANDBOX.redshiftRows(people)).isEqualTo(SANDBOX.sourceRows(people));
    }

    @Test
    void twoTablesWithOneTargetThatIsWrittenInTwoWays() throws SQLException {
        people();
        deployment.table("users", "identity").table("people", "identity", "targetTable", SANDBOX.schema() + ".users");

        refuses(1, BOTH_FILES);
        refuses(1, List.of(BOTH_FILES), "doctor");
        refuses(1, List.of(BOTH_FILES), "resync", "people");

        nothingIsDone();
        deployment.table("people", "identity", "targetTable", "elsewhere.users");
        assertThat(deployment.run("replicate", "users").code()).isZero();
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    @Test
    void aTableNameWithSqlInIt() throws SQLException {
        String name = "users\"; DROP TABLE users; --";
        deployment.table("users", "timed", "sourceTable", "\"" + name.replace("\"", "\"\"") + "\"");
        refuses(1, "users", "DROP TABLE users", "not found");
        deployment.table("users", "timed", "targetTable", "\"" + name.replace("\"", "\"\"") + "\"");
        refuses(1, "users", "DROP TABLE users", "couldn't find table");
        nothingIsDone();
        assertThat(SANDBOX.sourceRows(ROWS)).hasSize(10);
    }

    @Test
    void anUnknownKey() throws SQLException {
        deployment.set("replicator.sorce.url", "x");
        refuses(2, "'replicator.sorce.url'", "did you mean 'replicator.source.url'");
        nothingIsDone();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replicator.redshift.slices|many|whole number",
                "replicator.format|zip|gzip, csv or zstd",
                "replicator.part-size|1|64KB",
                "replicator.lease|soon|30s",
                "replicator.source.time-zone|Paris|Europe/Paris",
                "replicator.source.url|postgres://localhost/shop|jdbc:postgresql:",
                "replicator.redshift.url|redshift://localhost/dev|jdbc:redshift:",
                "replicator.s3.endpoint|localhost 9000|http",
            })
    void aValueThatCannotBeMeant(String key, String value, String remedy) {
        deployment.set(key, value);
        refuses(2, key, value, remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "replicator.redshift.url,REPLICATOR_REDSHIFT_URL",
        "replicator.s3.bucket,REPLICATOR_S3_BUCKET",
        "replicator.source.url,REPLICATOR_SOURCE_URL"
    })
    void aKeyThatIsMissing(String key, String variable) {
        deployment.unset(key);
        refuses(2, key, variable);
    }

    @Test
    void noRoutesAtAll() {
        Deployment empty = new Deployment(directory.resolve("other"), SANDBOX.properties());
        Deployment.Result result = empty.run("replicate", "all");
        assertThat(result.code()).as(result.toString()).isEqualTo(2);
        assertThat(result.err()).contains("routes/tables").contains("no table").contains("'replicator add-table NAME'");
    }

    @Test
    void aDirectoryThatDoesNotExist() {
        String nowhere = directory.resolve("nowhere").toString();
        StringWriter err = new StringWriter();
        int code =
                Replicator.commandLine().setErr(new PrintWriter(err, true)).execute("-d", nowhere, "replicate", "all");
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains(nowhere, "-d");
    }

    @Test
    void aCommandLineThatNamesNothing() {
        refuses(2, List.of("TABLE"), "replicate");
        refuses(2, List.of("replciate"), "replciate", "all");
    }

    @Test
    void ofFewerReplicationsThanOneNothingCanBeSaid() {
        refuses(2, List.of("--limit is 0", "a number from 1"), "history", "-n", "0");
        refuses(2, List.of("--limit is -5"), "history", "--limit", "-5");
    }

    @Test
    void aTableOfTheNameAllDoesNotHideTheOthers() throws SQLException {
        SANDBOX.source("CREATE TABLE \"all\" (id int PRIMARY KEY)");
        SANDBOX.redshift("CREATE TABLE \"all\" (id int)");
        deployment.table("all", "identity");
        for (String command : List.of("replicate all", "verify", "analyze", "status")) {
            Deployment.Result result = deployment.run(command.split(" "));
            assertThat(result.out()).as(result.toString()).contains("all", "users");
        }
    }

    /** Each run says so, and the first that finds them again makes up for what it missed. */
    @Test
    void aServiceStartsWhileItsDatabasesAreAway() throws Exception {
        deployment
                .set("replicator.source.url", "jdbc:postgresql://127.0.0.1:1/shop")
                .table("users", "timed", "schedule", "0 0 0 * * ?", "reconcile", "0 0 1 * * ?");
        try (Service service = deployment.service()) {
            service.schedule();
            assertThat(service.context().getRoutes())
                    .extracting(route -> route.getRouteId())
                    .contains("users-schedule", "users-reconcile");
        }
    }
}
