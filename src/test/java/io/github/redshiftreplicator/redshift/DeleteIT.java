package io.github.redshiftreplicator.redshift;

import static io.github.redshiftreplicator.redshift.RedshiftContext.load;
import static io.github.redshiftreplicator.redshift.RedshiftContext.loaded;
import static io.github.redshiftreplicator.redshift.RedshiftContext.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeleteIT {
    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @RegisterExtension
    final RedshiftContext redshift = new RedshiftContext(sandbox);

    @BeforeEach
    void createTarget() throws Exception {
        sandbox.redshift(
                "CREATE TABLE users (id BIGINT NOT NULL, code VARCHAR(300), day DATE, price DECIMAL(8, 2))",
                "INSERT INTO users VALUES (1, 'a', '2024-01-01', 1.50), (2, 'b', '2024-01-02', 2.50),"
                        + " (3, 'it''s', '2024-01-03', 3.50)");
    }

    @Test
    void aFewKeysOfTheBodyAreBound() throws Exception {
        assertThat(loaded(redshift.send("redshift:delete?table=USERS&keys=Id", Map.of(), List.of("1", 3L, 99))))
                .isEqualTo(2);
        assertThat(ids()).containsExactly(List.of("2"));
    }

    @Test
    void severalKeyColumnsOfAnyType() throws Exception {
        assertThat(loaded(redshift.send(
                        "redshift:delete?table=users&keys=code,day,price",
                        Map.of(),
                        List.of(List.of("it's", "2024-01-03", "3.5"), List.of("a", "2024-01-02", "1.5")))))
                .isEqualTo(1);
        assertThat(ids()).containsExactly(List.of("1"), List.of("2"));
    }

    @Test
    void rowsOfAQueryServe() throws Exception {
        redshift.send(
                "redshift:delete?table=users&keys=id",
                Map.of(),
                List.of(Map.of("ID", 2L, "other", "x")).iterator());
        assertThat(ids()).containsExactly(List.of("1"), List.of("3"));
    }

    @Test
    void manyKeysGoThroughAStagingTable() throws Exception {
        assertThat(loaded(redshift.send(
                        "redshift:delete?table=users&keys=id",
                        Map.of(),
                        LongStream.rangeClosed(2, 5_000).boxed().toList())))
                .isEqualTo(2);
        assertThat(ids()).containsExactly(List.of("1"));
    }

    @Test
    void aManifestOfKeysServes() throws Exception {
        assertThat(loaded(redshift.send(
                        "redshift:delete?table=users&keys=id", load(redshift.manifest(row("1"), row("2")), 2))))
                .isEqualTo(2);
        assertThat(ids()).containsExactly(List.of("3"));
    }

    @Test
    void noKeysDeleteNothing() throws Exception {
        assertThat(loaded(redshift.send("redshift:delete?table=users&keys=id", Map.of(), List.of())))
                .isZero();
        assertThat(ids()).hasSize(3);
    }

    @Test
    void aKeyWithoutAValueIsRefused() {
        assertThat(redshift.send("redshift:delete?table=users&keys=id", Map.of(), Arrays.asList(1, null))
                        .getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a key needs a value for each of (id)");
        assertThat(redshift.send("redshift:delete?table=users&keys=no", Map.of(), List.of(1))
                        .getException())
                .hasMessageContaining("the key column 'no' is missing in the target");
    }

    private List<List<String>> ids() throws Exception {
        return sandbox.redshiftRows("SELECT id FROM users ORDER BY id");
    }
}
