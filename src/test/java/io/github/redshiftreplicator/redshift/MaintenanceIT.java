package io.github.redshiftreplicator.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.GatewayFaults;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceIT {
    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @RegisterExtension
    final RedshiftContext redshift = new RedshiftContext(sandbox);

    @BeforeEach
    void createTables() throws Exception {
        sandbox.redshift(
                "CREATE TABLE \"order\" (a INT) SORTKEY (a)",
                "INSERT INTO \"order\" VALUES (2), (1)",
                "CREATE TABLE interleaved (a INT, b INT) INTERLEAVED SORTKEY (a, b)",
                "INSERT INTO interleaved VALUES (2, 1), (1, 2)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vacuum?table=order | ^VACUUM FULL \"order\"$",
                "vacuum?table=interleaved | ^VACUUM REINDEX \"interleaved\"$",
                "vacuum?table=interleaved&mode=sort only | ^VACUUM SORT ONLY \"interleaved\"$",
                "vacuum?table=order&mode=delete-only&boost=true | ^VACUUM DELETE ONLY \"order\" BOOST$",
                "vacuum | ^VACUUM FULL$",
                "vacuum?table=order&mode=full | ^VACUUM FULL \"order\"$",
                "analyze?table=order&mode=full | ^ANALYZE \"order\"$",
                "analyze?table=order | ^ANALYZE \"order\"$",
                "analyze | ^ANALYZE$"
            })
    void runsOneStatementOutsideATransaction(String endpoint, String statement) {
        GatewayFaults.Fault seen = sandbox.faults().pause(statement, GatewayFaults.When.BEFORE);
        seen.release();

        assertThat(redshift.send("redshift:" + endpoint, Map.of()).getException())
                .isNull();
        assertThat(seen.isMet()).isTrue();
    }

    @Test
    void autoLeavesAloneWhatIsInOrder() {
        assertThat(said("redshift:vacuum?table=order")).matches("VACUUM FULL took \\d+\\.\\d s\\.");
        assertThat(said("redshift:analyze?table=order")).matches("ANALYZE took \\d+\\.\\d s\\.");
        GatewayFaults.Fault more = sandbox.faults().pause("^(VACUUM|ANALYZE)", GatewayFaults.When.BEFORE);
        more.release();

        assertThat(said("redshift:vacuum?table=order"))
                .isEqualTo("no VACUUM needed: 0.0 % of its rows are unsorted, 0.0 % deleted.");
        assertThat(said("redshift:analyze?table=order")).isEqualTo("no ANALYZE needed: its statistics are 0.0 % off.");
        assertThat(more.isMet()).isFalse();
    }

    @Test
    void autoLeavesATableWithoutRowsAlone() throws Exception {
        sandbox.redshift("CREATE TABLE nothing (a INT) SORTKEY (a)");

        assertThat(said("redshift:vacuum?table=nothing")).isEqualTo("no VACUUM needed: it has no rows.");
        assertThat(said("redshift:analyze?table=nothing")).isEqualTo("no ANALYZE needed: it has no rows.");
    }

    /** The view of the tables' order is a superuser's until it is granted. */
    @Test
    void withoutTheRightToSeeTheOrderItVacuums() {
        said("redshift:vacuum?table=order");
        sandbox.faults().fail("svv_table_info", 1, "42501", "permission denied for relation svv_table_info");

        assertThat(said("redshift:vacuum?table=order")).startsWith("VACUUM FULL took ");
    }

    @Test
    void autoMissesATableThatIsNotThere() {
        assertThat(redshift.send("redshift:vacuum?table=nowhere", Map.of()).getException())
                .hasMessage("vacuum of nowhere failed: there is no table nowhere in Redshift.");
        assertThat(redshift.send("redshift:analyze?table=nowhere", Map.of()).getException())
                .hasMessage("analyze of nowhere failed: there is no table nowhere in Redshift.");
    }

    @Test
    void twoProcessesDoNotVacuumAtOnce() throws Exception {
        GatewayFaults.Fault running = sandbox.faults().pause("^VACUUM", GatewayFaults.When.DURING);
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> said("redshift:vacuum?table=order"));
        running.awaitMet();
        RedshiftContext other = new RedshiftContext(sandbox);
        other.beforeEach(null);
        try {
            assertThat(other.send("redshift:vacuum?table=interleaved", Map.of()).getException())
                    .isInstanceOf(RedshiftLoadException.class)
                    .hasMessage("vacuum of interleaved was not begun: another VACUUM is running in this cluster, which"
                            + " allows one at a time. Repeat it when that one has ended.");
        } finally {
            running.release();
            other.afterEach(null);
        }
        assertThat(first.get()).startsWith("VACUUM FULL took ");
    }

    private String said(String endpoint) {
        Exchange exchange = redshift.send(endpoint, Map.of());
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getHeader(RedshiftConstants.MAINTENANCE, String.class);
    }

    @Test
    void boostCannotGoWithReindex() {
        assertThat(redshift.send("redshift:vacuum?table=interleaved&boost=true", Map.of())
                        .getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "vacuum of interleaved: BOOST cannot go with REINDEX. Remove boost, or choose another mode.");
        assertThat(redshift.send("redshift:vacuum?mode=reindex", Map.of()).getException())
                .hasMessage("vacuum of all tables: REINDEX must name a table. Set table, or choose another mode.");
    }

    @Test
    void aFailureNamesTheTable() {
        assertThat(redshift.send("redshift:vacuum?table=nowhere&mode=full", Map.of())
                        .getException())
                .isInstanceOf(RedshiftLoadException.class)
                .hasMessageStartingWith("vacuum of nowhere failed: ")
                .hasMessageContaining("nowhere");
    }
}
