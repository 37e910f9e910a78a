package io.github.redshiftreplicator.redshift;

import static io.github.redshiftreplicator.redshift.RedshiftContext.load;
import static io.github.redshiftreplicator.redshift.RedshiftContext.loaded;
import static io.github.redshiftreplicator.redshift.RedshiftContext.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.sandbox.GatewayFaults;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.table.Window;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Given a target with two rows, when an operation loads, then the target holds exactly what it should. */
class LoadIT {
    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @RegisterExtension
    final RedshiftContext redshift = new RedshiftContext(sandbox);

    @BeforeEach
    void createTarget() throws Exception {
        sandbox.redshift(
                "CREATE TABLE users (id BIGINT NOT NULL, \"order\" INT, name VARCHAR(20) DEFAULT 'none')",
                "INSERT INTO users VALUES (1, 10, 'one'), (2, 20, 'two')");
    }

    @Test
    void appendAddsRowsAndKeepsNullApartFromEmpty() throws Exception {
        String manifest = redshift.manifest(row("3", null, ""), row("4", "40", null), row("5", "50", "a\"b,\nc"));

        assertThat(redshift.load("redshift:append?table=users", manifest, 3)).isEqualTo(3);

        assertThat(users())
                .containsExactly(
                        List.of("1", "10", "one"),
                        List.of("2", "20", "two"),
                        Arrays.asList("3", null, ""),
                        Arrays.asList("4", "40", null),
                        List.of("5", "50", "a\"b,\nc"));
        assertThat(redshift.ledger("users")).containsExactly(Arrays.asList(manifest, "users", null, null, "3"));
    }

    @Test
    void columnsMayBeFewerAndInAnotherOrder() throws Exception {
        String manifest = redshift.manifest(row("30", "3"));

        redshift.load("redshift:append?table=users&columns=order,id", manifest, 1);

        assertThat(users()).contains(List.of("3", "30", "none"));
    }

    @Test
    void mergeReplacesRowsWithTheSameKeyAndAddsTheOthers() throws Exception {
        String manifest = redshift.manifest(row("2", "21", "zwei"), row("3", "30", "three"));

        assertThat(redshift.load("redshift:merge?table=users&keys=ID&columns=id,order,name", manifest, 2))
                .isEqualTo(2);

        assertThat(users())
                .containsExactly(List.of("1", "10", "one"), List.of("2", "21", "zwei"), List.of("3", "30", "three"));
        assertThat(stagingTables()).isEmpty();
    }

    @Test
    void mergeMatchesAllOfSeveralKeys() throws Exception {
        String manifest = redshift.manifest(row("1", "11", "other"), row("2", "20", "zwei"));

        redshift.load("redshift:merge?table=users&keys=id,order", manifest, 2);

        assertThat(users())
                .containsExactly(List.of("1", "10", "one"), List.of("1", "11", "other"), List.of("2", "20", "zwei"));
    }

    @Test
    void mergeRefusesAKeyThatComesTwice() throws Exception {
        String manifest = redshift.manifest(row("3", "1", "a"), row("3", "2", "b"));

        Exchange exchange = redshift.send("redshift:merge?table=users&keys=id", load(manifest, 2));

        assertThat(exchange.getException())
                .isInstanceOf(RedshiftLoadException.class)
                .hasMessage(
                        "merge into users: the key (id) is not unique in the exported rows, for example (3): nothing"
                                + " was loaded. Name the columns that identify a row as its keys.");
        assertUnchanged();
    }

    /** Which is looked for twice: the first time trailing blanks may be all that differs. */
    /** What is neither an exception of SQL nor one at all, as a class that is gone from under a running service. */
    @ParameterizedTest
    @ValueSource(strings = {"append", "merge", "replace"})
    void anErrorCommitsNothing(String operation) throws Exception {
        List<List<String>> before = sandbox.redshiftRows("SELECT * FROM users ORDER BY id");
        LoadFence.Claim claim = new LoadFence.Claim() {
            private boolean asked;

            @Override
            public void requireHeld() {
                if (asked) {
                    throw new NoClassDefFoundError("io/github/X");
                }
                asked = true;
            }
        };
        Map<String, Object> headers = new HashMap<>(load(redshift.manifest(row("1", "1", "x"), row("3", "2", "y")), 2));
        headers.put(RedshiftConstants.LOAD_ID, "1");
        headers.put(RedshiftConstants.FENCE, new LoadFence(claim, List.of(), List.of()));
        String uri = "redshift:" + operation + "?table=users&keys=id";

        assertThatThrownBy(() -> redshift.send(uri, headers)).isInstanceOf(NoClassDefFoundError.class);

        assertThat(sandbox.redshiftRows("SELECT * FROM users ORDER BY id")).isEqualTo(before);
        assertThat(redshift.ledger("users")).isEmpty();
    }

    @Test
    void mergeRefusesATextThatComesTwice() throws Exception {
        String manifest = redshift.manifest(row("3", "1", "a"), row("4", "2", "a"));

        Exchange exchange = redshift.send("redshift:merge?table=users&keys=name", load(manifest, 2));

        assertThat(exchange.getException()).hasMessageContaining("the key (name) is not unique", "for example (a)");
        assertUnchanged();
    }

    @Test
    void mergeRefusesANullKey() throws Exception {
        String manifest = redshift.manifest(row("3", null, "a"));

        Exchange exchange = redshift.send("redshift:merge?table=users&keys=id,order", load(manifest, 1));

        assertThat(exchange.getException()).hasMessageContaining("1 of the rows have NULL in the key (id, order)");
        assertUnchanged();
    }

    @Test
    void replaceKeepsGrantsOwnerKeysCommentsAndViews() throws Exception {
        sandbox.redshift(
                "CREATE VIEW names AS SELECT name FROM users",
                "GRANT SELECT ON users TO PUBLIC",
                "ALTER TABLE users ADD PRIMARY KEY (id)",
                "COMMENT ON COLUMN users.name IS 'a name'");
        String comments =
                "SELECT description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid JOIN pg_namespace n"
                        + " ON n.oid = c.relnamespace WHERE c.relname = 'users' AND n.nspname = '" + sandbox.schema()
                        + "'";
        String table = "SELECT oid, relowner, relacl FROM pg_class WHERE relname = 'users' AND relnamespace ="
                + " (SELECT oid FROM pg_namespace WHERE nspname = '" + sandbox.schema() + "')";
        List<List<String>> before = sandbox.redshiftRows(table);
        List<String> key = primaryKey();
        String manifest = redshift.manifest(row("7", "70", "seven"));

        assertThat(redshift.load("redshift:replace?table=users", manifest, 1)).isEqualTo(1);

        assertThat(users()).containsExactly(List.of("7", "70", "seven"));
        assertThat(sandbox.redshiftRows("SELECT * FROM names")).containsExactly(List.of("seven"));
        assertThat(sandbox.redshiftRows(table)).isEqualTo(before);
        assertThat(primaryKey()).isEqualTo(key).containsExactly("id");
        assertThat(sandbox.redshiftRows(comments)).containsExactly(List.of("a name"));
        assertThat(stagingTables()).isEmpty();
    }

    private static List<String> primaryKey() throws Exception {
        List<String> columns = new ArrayList<>();
        try (Connection connection = sandbox.redshift();
                ResultSet keys = connection.getMetaData().getPrimaryKeys(null, sandbox.schema(), "users")) {
            while (keys.next()) {
                columns.add(keys.getString("COLUMN_NAME"));
            }
        }
        return columns;
    }

    @Test
    void readersSeeTheOldRowsUntilAReplacementIsCommitted() throws Exception {
        List<List<String>> old = users();
        String manifest = redshift.manifest(row("7", "70", "seven"));
        GatewayFaults.Fault deleted = sandbox.faults().pause("^DELETE FROM", GatewayFaults.When.AFTER);
        CompletableFuture<Exchange> replacement =
                CompletableFuture.supplyAsync(() -> redshift.send("redshift:replace?table=users", load(manifest, 1)));

        deleted.awaitMet();
        GatewayFaults.Fault inserted = sandbox.faults().pause("^COMMIT", GatewayFaults.When.BEFORE);
        assertThat(users()).isEqualTo(old);
        deleted.release();
        inserted.awaitMet();
        assertThat(users()).isEqualTo(old);
        inserted.release();

        assertThat(loaded(replacement.get(1, TimeUnit.MINUTES))).isEqualTo(1);
        assertThat(users()).containsExactly(List.of("7", "70", "seven"));
    }

    @Test
    void replaceByNothingEmptiesTheTarget() throws Exception {
        assertThat(loaded(redshift.send("redshift:replace?table=users", Map.of(RedshiftConstants.LOAD_ID, "a"))))
                .isZero();

        assertThat(users()).isEmpty();
        assertThat(redshift.ledger("users")).containsExactly(Arrays.asList("a", "users", null, null, "0"));
    }

    @Test
    void aHeaderMakesAnAppendReplace() throws Exception {
        String manifest = redshift.manifest(row("7", "70", "seven"));

        redshift.send(
                "redshift:append?table=other",
                Map.of(
                        RedshiftConstants.TABLE,
                        sandbox.schema() + ".users",
                        RedshiftConstants.MANIFEST,
                        manifest,
                        RedshiftConstants.REPLACE,
                        true,
                        RedshiftConstants.LOAD_ID,
                        "users/1",
                        RedshiftConstants.WINDOW,
                        new Window(Optional.of("1"), Optional.of("7"))));

        assertThat(users()).containsExactly(List.of("7", "70", "seven"));
        assertThat(redshift.ledger("users"))
                .containsExactly(List.of("users/1", sandbox.schema() + ".users", "1", "7", "1"));
    }

    @Test
    void aCountThatDiffersKeepsNothing() throws Exception {
        String manifest = redshift.manifest(row("3", "30", "three"));

        Exchange exchange = redshift.send("redshift:append?table=users", load(manifest, 2));

        assertThat(exchange.getException())
                .isInstanceOf(RedshiftLoadException.class)
                .hasMessageStartingWith("COPY into users loaded 1 rows where 2 were exported (" + manifest
                        + "): nothing of it was kept.");
        assertUnchanged();
    }

    @Test
    void noloadOnlyValidates() throws Exception {
        String good = redshift.manifest(row("1", "30", "three"));
        String bad = redshift.manifest(row("x", "30", "three"));

        for (String operation : List.of("append", "merge", "replace")) {
            String uri = "redshift:" + operation + "?table=users&keys=id&copy.noload=NOLOAD";
            assertThat(redshift.load(uri, good, 1)).isZero();
            assertThat(redshift.send(uri, load(bad, 1)).getException())
                    .hasMessageStartingWith("COPY into users failed");
        }

        assertThat(users()).containsExactly(List.of("1", "10", "one"), List.of("2", "20", "two"));
    }

    @Test
    void aLoadOfNothingIsRefused() throws Exception {
        for (String operation : List.of("append", "merge")) {
            for (String clause : List.of("", "&copy.noload=NOLOAD")) {
                Exchange exchange = redshift.send(
                        "redshift:" + operation + "?table=users&keys=id" + clause,
                        Map.of(RedshiftConstants.LOAD_ID, "not-loaded"));

                assertThat(exchange.getException())
                        .hasMessageContaining(operation + " has no manifest of parts for users");
            }
        }
        assertUnchanged();
    }

    @Test
    void aMissingTargetIsNamed() {
        Exchange exchange = redshift.send("redshift:merge?table=nowhere&keys=id", load(redshift.manifest(row("1")), 1));

        assertThat(exchange.getException()).hasMessageContaining("nowhere");
    }

    private List<List<String>> users() throws Exception {
        return sandbox.redshiftRows("SELECT id, \"order\", name FROM users ORDER BY 1, 2");
    }

    private void assertUnchanged() throws Exception {
        assertThat(users()).containsExactly(List.of("1", "10", "one"), List.of("2", "20", "two"));
        assertThat(redshift.ledger("users")).isEmpty();
        assertThat(stagingTables()).isEmpty();
    }

    private List<List<String>> stagingTables() throws Exception {
        return sandbox.redshiftRows("SELECT relname FROM pg_class WHERE relname LIKE 'replicator_stage%'");
    }
}
