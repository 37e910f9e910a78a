package io.github.redshiftreplicator.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.GatewayFaults;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.util.Map;
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
                "CREATE TABLE interleaved (a INT, b INT) INTERLEAVED SORTKEY (a, b)");
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
