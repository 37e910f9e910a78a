package io.github.redshiftreplicator.redshift;

import static io.github.redshiftreplicator.redshift.RedshiftContext.load;
import static io.github.redshiftreplicator.redshift.RedshiftContext.loaded;
import static io.github.redshiftreplicator.redshift.RedshiftContext.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.sandbox.GatewayFaults;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Given a target with all that can hang on a table, when it is swapped, then that is as before or nothing is changed. */
class SwapIT {
    private static final String SWAP = "redshift:replace?swap=true&table=users";
    private static final String REFUSED = " was refused, and nothing was changed: ";

    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @RegisterExtension
    final RedshiftContext redshift = new RedshiftContext(sandbox);

    private String owner;

    @BeforeEach
    void createTarget() throws Exception {
        owner = sandbox.schema() + "_owner";
        sandbox.redshift("CREATE USER " + owner + " PASSWORD 'Secret12'");
        redshift.asSuperuser();
        superuser(
                "CREATE TABLE cities (id INT PRIMARY KEY)",
                """
                CREATE TABLE users (
                    id BIGINT NOT NULL DISTKEY,
                    boss BIGINT,
                    city INT REFERENCES cities,
                    name VARCHAR(20) DEFAULT 'none' UNIQUE,
                    PRIMARY KEY (id),
                    CONSTRAINT bosses FOREIGN KEY (boss) REFERENCES users (id)) SORTKEY (name)""",
                "INSERT INTO users VALUES (1, NULL, 10, 'one'), (2, 1, 20, 'two')",
                "GRANT SELECT ON users TO replicator",
                "GRANT SELECT ON cities TO replicator",
                "GRANT ALL ON SCHEMA " + sandbox.schema() + " TO " + owner,
                "ALTER TABLE users OWNER TO " + owner);
    }

    @AfterEach
    void dropOwner() throws SQLException {
        try (Connection connection = sandbox.sandbox().backingConnection()) {
            SandboxExtension.execute(connection, "DROP OWNED BY " + owner + " CASCADE");
            SandboxExtension.execute(connection, "DROP USER " + owner);
        }
    }

    @Test
    void theNewTableIsAsTheOldOneWas() throws Exception {
        superuser(
                "CREATE GROUP " + owner + "_g",
                "CREATE ROLE " + owner + "_r",
                "GRANT SELECT, INSERT ON users TO GROUP " + owner + "_g",
                "GRANT DELETE ON users TO ROLE " + owner + "_r",
                "GRANT UPDATE ON users TO replicator WITH GRANT OPTION",
                "GRANT REFERENCES ON users TO PUBLIC",
                "GRANT SELECT (id, name) ON users TO replicator",
                "COMMENT ON TABLE users IS 'they''re people'",
                "COMMENT ON COLUMN users.name IS 'a \\\\ b'");
        Map<String, List<List<String>>> before = definition();
        assertThat(before.values()).noneMatch(List::isEmpty);
        String manifest = redshift.manifest(row("7", null, "70", "seven"), row("8", "7", null, ""));

        assertThat(redshift.load(SWAP, manifest, 2)).isEqualTo(2);

        assertThat(users()).containsExactly(Arrays.asList("7", null, "70", "seven"), Arrays.asList("8", "7", null, ""));
        assertThat(definition()).isEqualTo(before);
        assertThat(tables()).containsExactly("cities", "users");
        superuser("DROP OWNED BY " + owner + "_g", "DROP GROUP " + owner + "_g");
        superuser("DROP OWNED BY " + owner + "_r", "DROP ROLE " + owner + "_r");
    }

    @Test
    void defaultPrivilegesDoNotWidenWhoMayReadIt() throws Exception {
        superuser("ALTER DEFAULT PRIVILEGES IN SCHEMA " + sandbox.schema() + " GRANT SELECT ON TABLES TO PUBLIC");
        Map<String, List<List<String>>> before = definition();
        String manifest = redshift.manifest(row("7", null, "70", "seven"));
        GatewayFaults.Fault waiting = sandbox.faults().pause("svv_transactions", GatewayFaults.When.BEFORE);
        CompletableFuture<Exchange> swap = CompletableFuture.supplyAsync(() -> redshift.send(SWAP, load(manifest, 1)));

        waiting.awaitMet();
        assertThat(rows("SELECT relation_name FROM svv_relation_privileges WHERE identity_type = 'public' AND"
                        + " namespace_name = '" + sandbox.schema() + "' AND relation_name NOT LIKE '%ledger%'"))
                .isEmpty();
        waiting.release();

        assertThat(loaded(swap.get(1, TimeUnit.MINUTES))).isEqualTo(1);
        assertThat(definition()).isEqualTo(before);
    }

    @Test
    void aSwapIsDoneOnceAndByNothingEmptiesTheTarget() throws Exception {
        Map<String, Object> nothing = Map.of(RedshiftConstants.LOAD_ID, "a");

        assertThat(loaded(redshift.send(SWAP, nothing))).isZero();
        assertThat(users()).isEmpty();
        superuser("INSERT INTO users VALUES (3, NULL, NULL, 'three')");
        assertThat(RedshiftContext.alreadyLoaded(redshift.send(SWAP, nothing))).isTrue();

        assertThat(users()).containsExactly(Arrays.asList("3", null, null, "three"));
    }

    @Test
    void readersSeeTheOldRowsUntilASwapIsCommitted() throws Exception {
        List<List<String>> old = users();
        String manifest = redshift.manifest(row("7", null, "70", "seven"));
        GatewayFaults.Fault committed = sandbox.faults().pause("^COMMIT", GatewayFaults.When.BEFORE);
        CompletableFuture<Exchange> swap = CompletableFuture.supplyAsync(() -> redshift.send(SWAP, load(manifest, 1)));

        committed.awaitMet();
        GatewayFaults.Fault swapped = sandbox.faults().pause("^INSERT INTO .*ledger", GatewayFaults.When.AFTER);
        assertThat(users()).isEqualTo(old);
        committed.release();
        swapped.awaitMet();
        // it waits for the lock, and began before the COMMIT
        CompletableFuture<List<List<String>>> reader = CompletableFuture.supplyAsync(this::users);
        awaitWaiting();
        assertThat(reader).isNotDone();
        swapped.release();

        assertThat(loaded(swap.get(1, TimeUnit.MINUTES))).isEqualTo(1);
        assertThat(reader.get(1, TimeUnit.MINUTES)).containsExactly(Arrays.asList("7", null, "70", "seven"));
    }

    private void awaitWaiting() throws SQLException {
        try (Connection connection = sandbox.sandbox().backingConnection()) {
            await().until(
                            () -> SandboxExtension.rows(connection, "SELECT 1 FROM pg_locks WHERE NOT granted"),
                            found -> !found.isEmpty());
        }
    }

    @Test
    void aTransactionThatIsOlderThanTheNewRowsIsWaitedFor() throws Exception {
        List<List<String>> old = users();
        String manifest = redshift.manifest(row("7", null, "70", "seven"));
        try (Connection reader = sandbox.redshift()) {
            reader.setAutoCommit(false);
            SandboxExtension.rows(reader, "SELECT * FROM cities");
            GatewayFaults.Fault waiting = sandbox.faults().pause("svv_transactions", GatewayFaults.When.AFTER);
            CompletableFuture<Exchange> swap =
                    CompletableFuture.supplyAsync(() -> redshift.send(SWAP, load(manifest, 1)));
            waiting.awaitMet();
            GatewayFaults.Fault again = sandbox.faults().pause("svv_transactions", GatewayFaults.When.BEFORE);
            waiting.release();
            again.awaitMet();

            // a swap now would show it an empty table
            assertThat(SandboxExtension.rows(reader, "SELECT * FROM users ORDER BY id"))
                    .isEqualTo(old);
            reader.commit();
            again.release();

            assertThat(loaded(swap.get(1, TimeUnit.MINUTES))).isEqualTo(1);
        }
        assertThat(users()).containsExactly(Arrays.asList("7", null, "70", "seven"));
    }

    @Test
    void aTransactionThatDoesNotEndIsNamed() throws Exception {
        List<List<String>> old = users();
        try (Connection reader = sandbox.redshift()) {
            reader.setAutoCommit(false);
            SandboxExtension.rows(reader, "SELECT * FROM users");

            Exchange exchange =
                    redshift.send(SWAP + "&lockTimeout=100", load(redshift.manifest(row("7", null, "70", "seven")), 1));

            assertThat(exchange.getException())
                    .hasMessageMatching(
                            "swap of users was not done: for 0 s transactions are open that began before its new"
                                    + " table was there and would find it empty \\(session \\d+ of the user replicator, since .* UTC\\)\\."
                                    + " The next run tries again; to end a session: SELECT pg_terminate_backend\\(its number\\)\\.");
        }
        assertThat(users()).isEqualTo(old);
        assertThat(tables()).containsExactly("cities", "users");
    }

    /** Those who come later wait behind the lock, so it gives way after a while. */
    @Test
    void aTargetThatIsReadForLongIsLeftToItsReaders() throws Exception {
        List<List<String>> old = users();
        GatewayFaults.Fault locking = sandbox.faults().pause("^LOCK TABLE \"users\"", GatewayFaults.When.BEFORE);
        String manifest = redshift.manifest(row("7", null, "70", "seven"));
        CompletableFuture<Exchange> swap =
                CompletableFuture.supplyAsync(() -> redshift.send(SWAP + "&lockTimeout=100", load(manifest, 1)));
        locking.awaitMet();
        try (Connection reader = sandbox.redshift()) {
            reader.setAutoCommit(false);
            SandboxExtension.rows(reader, "SELECT * FROM users");
            locking.release();

            assertThat(swap.get(1, TimeUnit.MINUTES).getException())
                    .hasMessageContaining("s it was never unused for a moment (session ");
        }
        assertThat(users()).isEqualTo(old);
        assertThat(tables()).containsExactly("cities", "users");
    }

    @ParameterizedTest(name = "{1} {0}")
    @CsvSource({
        "^COPY, BEFORE",
        "^COPY, AFTER",
        "^COMMIT, BEFORE",
        "^COMMIT, AFTER",
        "svv_transactions, BEFORE",
        "^LOCK TABLE \"users\", AFTER",
        "RENAME TO \"users\", AFTER",
        "^DROP TABLE, BEFORE",
        "^DROP TABLE, AFTER",
        "OWNER TO, AFTER",
        "^GRANT, AFTER",
        "^INSERT INTO, AFTER"
    })
    void aSwapThatLosesItsConnectionIsDoneOnceByTheNextAttempt(String statement, GatewayFaults.When when)
            throws Exception {
        Map<String, List<List<String>>> before = definition();
        sandbox.faults().drop(statement, when);

        assertThat(redshift.load(SWAP, redshift.manifest(row("7", null, "70", "seven")), 1))
                .isEqualTo(1);

        assertThat(users()).containsExactly(Arrays.asList("7", null, "70", "seven"));
        assertThat(definition()).isEqualTo(before);
        assertThat(tables()).containsExactly("cities", "users");
        assertThat(rows("SELECT row_count FROM replicator_ledger_users")).containsExactly(List.of("1"));
    }

    @Test
    void aSwapWhoseCommitIsNotAnsweredIsInTheLedger() throws Exception {
        String manifest = redshift.manifest(row("7", null, "70", "seven"));
        GatewayFaults.Fault recorded = sandbox.faults().pause("^INSERT INTO .*ledger", GatewayFaults.When.AFTER);
        CompletableFuture<Exchange> swap = CompletableFuture.supplyAsync(() -> redshift.send(SWAP, load(manifest, 1)));
        recorded.awaitMet();
        GatewayFaults.Fault lost = sandbox.faults().drop("^COMMIT", GatewayFaults.When.AFTER);
        recorded.release();

        assertThat(loaded(swap.get(1, TimeUnit.MINUTES))).isEqualTo(1);
        assertThat(lost.isMet()).isTrue();
        assertThat(users()).containsExactly(Arrays.asList("7", null, "70", "seven"));
        assertThat(tables()).containsExactly("cities", "users");
    }

    /** A process that ends in between leaves its new table, and not the target without rows. */
    @Test
    void whatAnEarlierSwapLeftIsDropped() throws Exception {
        List<List<String>> old = users();
        sandbox.faults().drop("^LOCK TABLE.*\"users\"", GatewayFaults.When.BEFORE);
        String manifest = redshift.manifest(row("7", null, "70", "seven"));

        assertThat(redshift.send(SWAP + "&maxAttempts=1", load(manifest, 1)).getException())
                .hasMessageStartingWith("locking users failed: ");

        assertThat(users()).isEqualTo(old);
        assertThat(tables()).hasSize(3).anyMatch(name -> name.startsWith("replicator_next_"));
        assertThat(redshift.load(SWAP, manifest, 1)).isEqualTo(1);
        assertThat(users()).containsExactly(Arrays.asList("7", null, "70", "seven"));
        assertThat(tables()).containsExactly("cities", "users");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    CREATE VIEW names AS SELECT name FROM users                         | views are bound to it (SCHEMA.names)
                    CREATE VIEW more AS SELECT n.name FROM (SELECT * FROM users) n      | views are bound to it (SCHEMA.more)
                    CREATE TABLE orders (user_id BIGINT REFERENCES users)               | foreign keys refer to it from (SCHEMA.orders)
                    ALTER TABLE users ADD COLUMN n INT DEFAULT 1                        |
                    DROP TABLE users CASCADE; CREATE TABLE users (id BIGINT IDENTITY(1,1)) | Redshift numbers its IDENTITY columns itself (id)
                    DROP TABLE users CASCADE                                            | couldn't find table users on Redshift in the current schema: write targetTable as schema.name
                    """)
    void whatCannotBeCarriedOverIsRefused(String change, String why) throws Exception {
        superuser(change.split(";"));
        if (why == null) {
            redshift.load(SWAP + "&columns=id,boss,city,name", redshift.manifest(row("7", null, "70", "x")), 1);
            assertThat(rows("SELECT id, n FROM users")).containsExactly(List.of("7", "1"));
        } else {
            assertRefused(why.replace("SCHEMA", sandbox.schema()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    rls       | row-level security policies are attached to it (mine); its row-level security is on
                    masking   | masking policies are attached to it (mine)
                    datashare | it is in the datashares (mine)
                    """)
    void whatGuardsItsRowsIsNotLost(String kind, String why) throws Exception {
        superuser("INSERT INTO pg_internal.attachment VALUES ('" + kind + "', '" + sandbox.schema()
                + "', 'users', 'mine')");

        assertRefused(why);
    }

    @Test
    void aViewThatIsBoundWhileItLoadsCountsToo() throws Exception {
        String manifest = redshift.manifest(row("7", null, "70", "seven"));
        List<List<String>> old = users();
        GatewayFaults.Fault copied = sandbox.faults().pause("^COPY", GatewayFaults.When.AFTER);
        CompletableFuture<Exchange> swap = CompletableFuture.supplyAsync(() -> redshift.send(SWAP, load(manifest, 1)));
        copied.awaitMet();
        superuser("CREATE VIEW late AS SELECT id FROM users");
        copied.release();

        assertThat(swap.get(1, TimeUnit.MINUTES).getException())
                .hasMessage("swap of users" + REFUSED + "views are bound to it (" + sandbox.schema()
                        + ".late). Without 'swap' its rows are replaced, and the table stays.");
        assertThat(users()).isEqualTo(old);
        assertThat(tables()).containsExactly("cities", "users");
    }

    @Test
    void anOrdinaryUserDoesNotSeeEnoughToSwap() throws Exception {
        redshift.asOrdinaryUser();
        sandbox.redshift("CREATE TABLE own (id INT)");

        assertThat(redshift.send("redshift:replace?swap=true&table=own", Map.of())
                        .getException())
                .hasMessageContaining(
                        REFUSED + "the user replicator is no superuser, and others do not see every grant and policy");
        redshift.load("redshift:replace?table=own", redshift.manifest(row("7")), 1);
    }

    private void assertRefused(String why) throws Exception {
        Map<String, List<List<String>>> before = definition();
        List<String> tables = tables();

        Exchange exchange = redshift.send(SWAP, load(redshift.manifest(row("7", null, "70", "seven")), 1));

        assertThat(exchange.getException())
                .isInstanceOf(RedshiftLoadException.class)
                .hasMessage("swap of users" + REFUSED + why
                        + ". Without 'swap' its rows are replaced, and the table stays.");
        assertThat(definition()).isEqualTo(before);
        assertThat(tables()).isEqualTo(tables);
    }

    private void superuser(String... statements) throws SQLException {
        try (Connection connection = redshift.dataSource().getConnection()) {
            for (String statement : statements) {
                SandboxExtension.execute(connection, statement);
            }
        }
    }

    private List<List<String>> rows(String sql) {
        try (Connection connection = redshift.dataSource().getConnection()) {
            return SandboxExtension.rows(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<List<String>> users() {
        return rows("SELECT * FROM users ORDER BY id");
    }

    private List<String> tables() {
        return rows(
                        "SELECT table_name FROM svv_redshift_tables WHERE table_type = 'TABLE' AND table_name NOT LIKE '%ledger%'"
                                + " AND schema_name = '" + sandbox.schema() + "' ORDER BY 1")
                .stream()
                .map(row -> row.get(0))
                .toList();
    }

    /** All that the catalog says of the target. */
    private Map<String, List<List<String>>> definition() throws SQLException {
        String table = " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace %s WHERE n.nspname = '"
                + sandbox.schema() + "' AND c.relname = 'users' ORDER BY 1, 2";
        String grants =
                " WHERE namespace_name = '" + sandbox.schema() + "' AND relation_name = 'users' ORDER BY 1, 2, 3";
        Map<String, List<List<String>>> definition = new LinkedHashMap<>();
        definition.put(
                "owner",
                rows("SELECT u.usename, c.relkind" + table.formatted("JOIN pg_user u ON u.usesysid = c.relowner")));
        definition.put(
                "keys",
                rows("SELECT conname, pg_get_constraintdef(k.oid)"
                        + table.formatted("JOIN pg_constraint k ON k.conrelid = c.oid")));
        definition.put(
                "comments",
                rows("SELECT objsubid, description" + table.formatted("JOIN pg_description d ON d.objoid = c.oid")));
        definition.put(
                "grants",
                rows("SELECT identity_type, identity_name, privilege_type, admin_option FROM svv_relation_privileges"
                        + grants));
        definition.put(
                "column grants",
                rows("SELECT identity_name, column_name, privilege_type FROM svv_column_privileges" + grants));
        definition.put(
                "columns",
                rows(
                        "SELECT \"column\", type, encoding, distkey, sortkey, \"notnull\" FROM pg_table_def WHERE schemaname = '"
                                + sandbox.schema() + "' AND tablename = 'users' ORDER BY 1"));
        definition.put("key", primaryKey());
        return definition;
    }

    private List<List<String>> primaryKey() throws SQLException {
        List<List<String>> columns = new ArrayList<>();
        try (Connection connection = redshift.dataSource().getConnection();
                ResultSet keys = connection.getMetaData().getPrimaryKeys(null, sandbox.schema(), "users")) {
            while (keys.next()) {
                columns.add(List.of(keys.getString("COLUMN_NAME"), keys.getString("PK_NAME")));
            }
        }
        return columns;
    }
}
