package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.Sandbox;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rails_redshift_replicator did, from the command line to the target's rows, and none of its bugs. */
class ParityIT {
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
                "INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 100) g");
        SANDBOX.redshift("CREATE TABLE users (id int, name varchar(100), updated_at timestamptz)");
        deployment = new Deployment(directory, SANDBOX.properties());
    }

    private Deployment.Result runs(int code, String... arguments) {
        Deployment.Result result = deployment.run(arguments);
        assertThat(result.code()).as(result.toString()).isEqualTo(code);
        return result;
    }

    private void replicate(String... tables) {
        String[] arguments = new String[tables.length + 1];
        arguments[0] = "replicate";
        System.arraycopy(tables, 0, arguments, 1, tables.length);
        runs(0, arguments);
    }

    private void assertSame(String query) throws SQLException {
        assertSame(query, query);
    }

    private void assertSame(String sourceQuery, String targetQuery) throws SQLException {
        assertThat(SANDBOX.redshiftRows(targetQuery)).isNotEmpty().isEqualTo(SANDBOX.sourceRows(sourceQuery));
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

    private static byte[] object(String key) {
        return SANDBOX.s3()
                .getObjectAsBytes(request -> request.bucket(Sandbox.BUCKET).key(key))
                .asByteArray();
    }

    private static List<List<String>> states(String columns) throws SQLException {
        return SANDBOX.sourceRows("SELECT " + columns + " FROM replicator_replications ORDER BY id");
    }

    private static void insert(int from, int to) throws SQLException {
        SANDBOX.source("INSERT INTO users SELECT g, 'user ' || g, clock_timestamp() FROM generate_series(" + from + ", "
                + to + ") g");
    }

    // ---- registration

    @Test
    void aTargetMayHaveAnotherNameAndTheFieldAnother() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE visits (number bigint PRIMARY KEY, page text)",
                "INSERT INTO visits SELECT g, 'page ' || g FROM generate_series(1, 50) g");
        SANDBOX.redshift("CREATE TABLE page_visits (number bigint, page varchar(50))");
        deployment.table("visits", "identity", "targetTable", "page_visits", "replicationField", "number");
        replicate("visits");
        SANDBOX.source("INSERT INTO visits VALUES (77, 'later')");
        replicate("visits");
        assertSame("SELECT number, page FROM visits ORDER BY 1", "SELECT number, page FROM page_visits ORDER BY 1");
    }

    @Test
    void aJoinTableMergesByBothItsKeys() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE users_groups (user_id int, group_id int, role text, updated_at timestamptz DEFAULT now(),"
                        + " PRIMARY KEY (user_id, group_id))",
                "CREATE INDEX ON users_groups (updated_at)",
                "INSERT INTO users_groups SELECT g, g % 3, 'member' FROM generate_series(1, 30) g");
        SANDBOX.redshift(
                "CREATE TABLE users_groups (user_id int, group_id int, role varchar(20), updated_at timestamptz)");
        deployment.table("users_groups", "timed", "keys", "user_id,group_id");
        String rows = "SELECT user_id, group_id, role FROM users_groups ORDER BY 1, 2";
        replicate("all");
        assertSame(rows);
        SANDBOX.source(
                "UPDATE users_groups SET role = 'admin', updated_at = clock_timestamp() WHERE user_id = 7",
                "INSERT INTO users_groups VALUES (7, 99, 'guest', clock_timestamp())");
        replicate("all");
        assertSame(rows);
    }

    @Test
    void namesThatAreNotRegisteredAreReportedAndSkipped() throws SQLException {
        deployment.table("users", "identity");
        Deployment.Result result = runs(0, "replicate", "userz", "users");
        assertThat(result.err()).contains("'userz'").contains("did you mean 'users'?");
        assertSame(ROWS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"replicate", "import", "verify", "status", "reset", "deletes", "resync"})
    void namesOfNoTableAtAllAreAUsageError(String command) throws SQLException {
        deployment.table("users", "identity");
        assertThat(runs(2, command, "userz").err().strip())
                .isEqualTo("There is no table 'userz' in routes/tables: did you mean 'users'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"replicate", "export", "import", "reset", "cancel"})
    void noNameAtAllIsAUsageError(String command) throws SQLException {
        deployment.table("users", "identity");
        assertThat(runs(2, command).err()).contains("TABLE");
        assertThat(SANDBOX.redshiftRows(ROWS)).isEmpty();
    }

    // ---- export

    @Test
    void onlyTheTargetsColumnsInTheTargetsOrder() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE people (secret text, id int PRIMARY KEY, \"order\" int, \"Full Name\" text, \"select\" text)",
                "INSERT INTO people SELECT 'hidden', g, 100 - g, 'name ' || g, 'x' FROM generate_series(1, 20) g");
        SANDBOX.redshift("CREATE TABLE people (\"full name\" varchar(50), extra int, \"order\" int, id int)");
        deployment.table("people", "identity").set("replicator.format", "csv");
        runs(0, "export", "people");
        String part = objects().stream()
                .filter(key -> key.endsWith(".csv"))
                .findFirst()
                .orElseThrow();
        assertThat(new String(object(part), StandardCharsets.UTF_8)).startsWith("name 1,99,1\n");
        runs(0, "import", "people");
        assertSame(
                "SELECT id, \"order\", \"Full Name\", NULL FROM people ORDER BY id",
                "SELECT id, \"order\", \"full name\", extra FROM people ORDER BY id");
    }

    @Test
    void aMissingTargetIsAnErrorThatLeavesNothing() throws SQLException {
        deployment.table("users", "timed", "targetTable", "nobody");
        try (Logs logs = Logs.capture(Level.INFO)) {
            runs(1, "replicate", "all");
            assertThat(logs.text()).contains("ERROR users").contains("couldn't find table nobody on Redshift");
        }
        assertThat(objects()).isEmpty();
        assertThat(SANDBOX.sourceRows("SELECT to_regclass('replicator_replications')")
                        .get(0)
                        .get(0))
                .isNull();
    }

    @Test
    void aMissingIndexIsAWarningOnce() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE notes (id int PRIMARY KEY, author int, updated_at timestamptz DEFAULT now())",
                "CREATE INDEX ON notes (author, updated_at)",
                "INSERT INTO notes VALUES (1, 1)");
        SANDBOX.redshift("CREATE TABLE notes (id int, author int, updated_at timestamptz)");
        deployment.table("notes", "timed").table("users", "timed");
        try (Logs logs = Logs.capture(Level.INFO)) {
            replicate("all");
            assertThat(logs.lines().stream().filter(line -> line.level() == Level.WARN))
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(line.table()).isEqualTo("notes");
                        assertThat(line.message()).contains("index").contains("updated_at");
                    });
        }
        assertSame("SELECT id, author FROM notes");
    }

    @Test
    void noNewRowsLeaveNothing() throws SQLException {
        deployment.table("users", "timed").table("visits", "identity", "sourceTable", "users", "targetTable", "users2");
        SANDBOX.redshift("CREATE TABLE users2 (id int, name varchar(100))");
        replicate("all");
        List<List<String>> before = states("*");
        String statements = "SELECT count(*) FROM replicator_ledger_users";
        List<List<String>> ledger = SANDBOX.redshiftRows(statements);
        assertThat(runs(0, "replicate", "all").out()).contains("nothing to do");
        assertThat(states("*")).isEqualTo(before);
        assertThat(objects()).isEmpty();
        assertThat(SANDBOX.redshiftRows(statements)).isEqualTo(ledger);
    }

    @Test
    void anIdleRunAsksRedshiftNothing() throws SQLException {
        deployment.table("users", "timed");
        replicate("all");
        // nobody listens there any more, and nobody is asked
        deployment.set("replicator.redshift.url", "jdbc:redshift://127.0.0.1:1/warehouse?ssl=false");
        deployment.set("replicator.s3.endpoint", "http://127.0.0.1:1");
        assertThat(runs(0, "replicate", "all").out()).contains("nothing to do");
    }

    @ParameterizedTest
    @CsvSource({"gzip,.csv.gz", "csv,.csv", "zstd,.csv.zst"})
    void asManyNearEqualPartsAsSlices(String format, String extension) throws SQLException, IOException {
        SANDBOX.source("INSERT INTO users SELECT g, repeat('x', 50) FROM generate_series(101, 10000) g");
        deployment.table("users", "identity").set("replicator.format", format).set("replicator.redshift.slices", "4");
        runs(0, "export", "users");
        List<String> parts =
                objects().stream().filter(key -> key.endsWith(extension)).toList();
        assertThat(parts).hasSize(4).allMatch(key -> key.matches(".*/users/users-\\d{8}T\\d{6}Z-.*"));
        List<String> lines = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (String part : parts) {
            if (!format.equals("zstd")) {
                byte[] bytes = object(part);
                byte[] csv = format.equals("gzip")
                        ? new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes()
                        : bytes;
                sizes.add(csv.length);
                new String(csv, StandardCharsets.UTF_8).lines().forEach(lines::add);
            }
        }
        if (!format.equals("zstd")) {
            assertThat(lines).hasSize(10_000);
            assertThat(sizes.stream().mapToInt(size -> size).max().getAsInt()
                            - sizes.stream().mapToInt(size -> size).min().getAsInt())
                    .isLessThan(1_000);
        }
        String manifest = objects().stream()
                .filter(key -> key.endsWith(".manifest"))
                .findFirst()
                .orElseThrow();
        String json = new String(object(manifest), StandardCharsets.UTF_8);
        assertThat(parts).allMatch(part -> json.contains("s3://" + Sandbox.BUCKET + "/" + part));
        runs(0, "import", "users");
        assertSame(ROWS);
        assertThat(states("slices, parts, export_format, record_count"))
                .containsExactly(List.of("4", "4", format, "10000"));
    }

    // ---- import

    @Test
    void theS3ObjectsGoAfterTheImportUnlessTheyAreKept() throws SQLException {
        deployment.table("users", "timed").set("replicator.delete-s3-files-after-import", "false");
        replicate("all");
        assertThat(objects()).hasSize(2);
        List<String> kept = objects();
        insert(101, 110);
        replicate("all");
        assertThat(objects()).hasSize(4).containsAll(kept);
        deployment.set("replicator.delete-s3-files-after-import", "true");
        insert(111, 120);
        replicate("all");
        assertSame(ROWS);
    }

    @Test
    void oneTablesKeysAreNoPrefixOfAnothers() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE users_1 (id int PRIMARY KEY)",
                "CREATE TABLE users_10 (id int PRIMARY KEY)",
                "INSERT INTO users_1 VALUES (1), (2)",
                "INSERT INTO users_10 VALUES (10), (20)");
        SANDBOX.redshift("CREATE TABLE users_1 (id int)", "CREATE TABLE users_10 (id int)");
        deployment.table("users_1", "identity").table("users_10", "identity");
        runs(0, "export", "all");
        runs(0, "import", "users_1");
        assertThat(SANDBOX.redshiftRows("SELECT id FROM users_1 ORDER BY 1"))
                .containsExactly(List.of("1"), List.of("2"));
        assertThat(objects()).hasSize(2).allMatch(key -> key.contains("/users_10/"));
        runs(0, "import", "users_10");
        assertSame("SELECT id FROM users_10 ORDER BY 1");
    }

    @Test
    void copyOptionsAreAddedAndRemovedByName() throws SQLException {
        SANDBOX.redshift("CREATE TABLE names (id int, name varchar(4))");
        deployment
                .table("users", "identity", "targetTable", "names")
                .set("replicator.copy.truncate", "TRUNCATECOLUMNS");
        replicate("all");
        assertSame("SELECT id, left(name, 4) FROM users ORDER BY id", "SELECT id, name FROM names ORDER BY id");
        deployment.set("replicator.copy.truncate", "");
        insert(101, 101);
        runs(1, "replicate", "all");
        deployment.set("replicator.copy.preset", "rrr").unset("replicator.copy.truncate");
        replicate("all");
        assertSame("SELECT id, left(name, 4) FROM users ORDER BY id", "SELECT id, name FROM names ORDER BY id");
    }

    @Test
    void aLoadErrorIsKeptAndClearedByTheNextSuccess() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE words (id int PRIMARY KEY, word text, updated_at timestamptz DEFAULT now())",
                "CREATE INDEX ON words (updated_at)",
                "INSERT INTO words VALUES (1, 'short'), (2, 'much too long')");
        SANDBOX.redshift("CREATE TABLE words (id int, word varchar(5), updated_at timestamptz)");
        deployment.table("words", "timed");
        runs(1, "replicate", "all");
        assertThat(SANDBOX.redshiftRows("SELECT * FROM words")).isEmpty();
        assertThat(states("state, last_error").get(0).get(1))
                .contains("word")
                .contains("varchar")
                .contains("much too long")
                .contains(".csv.gz");
        assertThat(runs(0, "status").out()).contains("much too long");
        runs(1, "replicate", "all");
        assertThat(states("retries")).containsExactly(List.of("1"));
        SANDBOX.redshift("ALTER TABLE words ALTER COLUMN word TYPE varchar(50)");
        replicate("all");
        assertSame("SELECT id, word FROM words ORDER BY id");
        assertThat(states("state, last_error")).containsExactly(java.util.Arrays.asList("imported", null));
    }

    @Test
    void onlyTheNewestReplicationsAreKept() throws SQLException {
        deployment.table("users", "identity").set("replicator.history-cap", "3");
        for (int i = 1; i <= 6; i++) {
            insert(1000 * i, 1000 * i + 1);
            replicate("all");
        }
        assertThat(states("state")).hasSize(3).containsOnly(List.of("imported"));
        assertSame(ROWS);
    }

    // ---- states

    @Test
    void exportAndImportMayRunApart() throws SQLException {
        deployment.table("users", "identity");
        assertThat(runs(0, "import", "users").out()).contains("nothing to do");
        runs(0, "export", "users");
        assertThat(states("state")).containsExactly(List.of("uploaded"));
        assertThat(SANDBOX.redshiftRows(ROWS)).isEmpty();
        // what comes meanwhile waits for the next export
        insert(101, 110);
        runs(0, "export", "users");
        assertThat(states("state")).containsExactly(List.of("uploaded"));
        runs(0, "import", "users");
        assertThat(SANDBOX.redshiftRows(ROWS)).hasSize(100);
        replicate("users");
        assertSame(ROWS);
    }

    @Test
    void usedUpRetriesCancelAndTheNextTakesTheWindowAnew() throws SQLException {
        SANDBOX.redshift("CREATE TABLE narrow (id int, name varchar(3))");
        deployment.table("users", "identity", "targetTable", "narrow").set("replicator.max-retries", "5");
        for (int i = 0; i < 4; i++) {
            runs(1, "replicate", "all");
        }
        assertThat(states("state, retries")).containsExactly(List.of("importing", "3"));
        // a limit that is lowered later counts too
        deployment.set("replicator.max-retries", "1");
        runs(1, "replicate", "all");
        assertThat(states("state, retries")).hasSize(2);
        assertThat(states("state")).containsExactly(List.of("canceled"), List.of("importing"));
        SANDBOX.redshift("ALTER TABLE narrow ALTER COLUMN name TYPE varchar(100)");
        replicate("all");
        assertSame(ROWS, "SELECT id, name FROM narrow ORDER BY id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "timed", "full"})
    void afterAResetTheNextIsFullAndReplaces(String strategy) throws SQLException {
        deployment.table("users", strategy);
        replicate("all");
        SANDBOX.source("DELETE FROM users WHERE id <= 10", "UPDATE users SET name = 'silently' WHERE id = 50");
        runs(0, "reset", "users");
        replicate("all");
        assertSame(ROWS);
        insert(101, 103);
        replicate("all");
        assertSame(ROWS);
    }

    @Test
    void aCanceledReplicationsWindowIsTakenAnew() throws SQLException {
        deployment.table("users", "identity");
        runs(0, "export", "users");
        runs(0, "cancel", "users");
        assertThat(states("state")).containsExactly(List.of("canceled"));
        assertThat(runs(0, "import", "users").out()).contains("nothing to do");
        replicate("users");
        assertThat(states("state")).containsExactly(List.of("canceled"), List.of("imported"));
        assertSame(ROWS);
        assertThat(objects()).isEmpty();
    }

    @Test
    void everyColumnOfTheStateIsFilled() throws SQLException {
        deployment.table("users", "timed");
        replicate("all");
        List<String> row = states("replication_type, state, source_table, target_table, first_record, last_record,"
                        + " record_count, slices, parts, export_format, retries, last_error, export_duration >= 0,"
                        + " upload_duration >= 0, import_duration >= 0, created_at <= updated_at, bytes > 0, key")
                .get(0);
        assertThat(row).startsWith("timed", "imported", "users", "users", null);
        assertThat(row.get(5)).matches("\\d{4}-\\d\\d-\\d\\d .*");
        assertThat(row.subList(6, 17)).containsExactly("100", "1", "1", "gzip", "0", null, "t", "t", "t", "t", "t");
        assertThat(row.get(17)).startsWith(SANDBOX.prefix() + "/users/users-");
    }

    // ---- names

    @ParameterizedTest
    @ValueSource(strings = {"Visits", "user list", "it's", "50%", "a\\b", "select", "näme", "a\"b"})
    void aTableMayHaveAnyName(String name) throws SQLException {
        String sql = "\"" + name.replace("\"", "\"\"") + "\"";
        String target = "\"" + name.toLowerCase(java.util.Locale.ROOT).replace("\"", "\"\"") + "\"";
        SANDBOX.source(
                "CREATE TABLE " + sql + " (\"Id\" int PRIMARY KEY, \"the name\" text, \"Order\" timestamptz)",
                "INSERT INTO " + sql + " SELECT g, 'x' || g, now() FROM generate_series(1, 5) g");
        SANDBOX.redshift("CREATE TABLE " + target + " (id int, \"the name\" varchar(10), \"order\" timestamptz)");
        deployment.table(
                "it",
                "timed",
                "sourceTable",
                name.contains("\"") ? sql : name,
                "replicationField",
                "Order",
                "keys",
                "Id");
        replicate("it");
        SANDBOX.source("UPDATE " + sql + " SET \"the name\" = 'y', \"Order\" = clock_timestamp() WHERE \"Id\" = 2");
        replicate("it");
        assertSame(
                "SELECT \"Id\", \"the name\" FROM " + sql + " ORDER BY 1",
                "SELECT id, \"the name\" FROM " + target + " ORDER BY 1");
    }

    @Test
    void aLocalTimeIsInTheZoneThatIsConfigured() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE notes (id int PRIMARY KEY, body text, updated_at timestamp)",
                "CREATE INDEX ON notes (updated_at)",
                "INSERT INTO notes VALUES (1, 'a', now() AT TIME ZONE 'America/New_York')");
        SANDBOX.redshift("CREATE TABLE notes (id int, body varchar(10), updated_at timestamp)");
        deployment.table("notes", "timed").set("replicator.source.time-zone", "America/New_York");
        replicate("all");
        SANDBOX.source("INSERT INTO notes VALUES (2, 'b', clock_timestamp() AT TIME ZONE 'America/New_York')");
        replicate("all");
        assertSame("SELECT id, body, updated_at FROM notes ORDER BY id");
    }

    // ---- secrets

    @Test
    void noSecretIsWrittenAnywhere() throws SQLException {
        deployment.table("users", "timed").table("broken", "timed", "sourceTable", "users", "targetTable", "narrow");
        SANDBOX.redshift("CREATE TABLE narrow (id int, name varchar(3), updated_at timestamptz)");
        String text;
        try (Logs logs = Logs.capture(Level.TRACE)) {
            text = runs(1, "--debug", "replicate", "all").toString();
            text += runs(0, "doctor");
            text += runs(0, "history", "--json") + logs.text();
        }
        text += states("*").stream().flatMap(List::stream).map(String::valueOf).collect(Collectors.joining("\n"));
        for (var property : SANDBOX.properties().entrySet()) {
            if (property.getKey().matches(".*(password|secret-key|session-token)")) {
                assertThat(text).as(property.getKey()).doesNotContain(property.getValue());
            }
        }
        assertThat(text).contains("COPY");
    }
}
