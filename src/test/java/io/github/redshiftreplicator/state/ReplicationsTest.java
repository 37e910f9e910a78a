package io.github.redshiftreplicator.state;

import static io.github.redshiftreplicator.state.Fixtures.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Window;
import java.time.Duration;
import java.util.Optional;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before the database is asked. */
class ReplicationsTest {
    private final JdbcDataSource nowhere = new JdbcDataSource();

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;drop table b", "a.b.c", "\"a\"", "1a"})
    void aNameThatWouldHaveToBeQuoted(String name) {
        assertThatThrownBy(() -> new Replications(nowhere, name, Replications.DEFAULT_LEASE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + name + "' can't be the state table's name: use letters, digits and underscores, with"
                        + " or without a schema.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT0.999S", "PT2M0.001S", "PT-1S"})
    void aLeaseThatIsTooShortOrTooLong(Duration lease) {
        assertThatThrownBy(() -> new Replications(nowhere, "ops.replications", lease))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("replicator.lease is " + lease.toMillis() + " ms");
    }

    @Test
    void aTableWhoseKeysWouldNotFit() {
        assertThatThrownBy(() -> new Replications(nowhere)
                        .open(
                                table("t".repeat(245), Strategy.FULL),
                                Optional.empty(),
                                Window.EVERYTHING,
                                PartFormat.GZIP,
                                1,
                                Owner.here()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("is longer than 255 characters: give the table a shorter name.");
    }

    @Test
    void theDefaults() {
        Replications replications = new Replications(nowhere);

        assertThat(replications.lease()).isEqualTo(Duration.ofSeconds(60));
        assertThat(Replications.DEFAULT_TABLE).isEqualTo("replicator_replications");
    }
}
