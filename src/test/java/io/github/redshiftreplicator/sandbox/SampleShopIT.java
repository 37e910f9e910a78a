package io.github.redshiftreplicator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SampleShopIT {

    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @Test
    void theShopOpensWithRowsInTheSourceAndEmptyTargets() throws SQLException {
        create(1);
        assertThat(counts()).containsExactly(200L, 2_000L, 20_000L, 40_001L, 100_000L);
        for (String table : SampleShop.tables()) {
            assertThat(sandbox.redshiftRows("SELECT * FROM " + table)).as(table).isEmpty();
        }
        assertThat(
                        sandbox.sourceRows(
                                "SELECT count(*) FROM customers WHERE note IS NULL OR note = '' OR note LIKE '%' || chr(10) || '%'"))
                .containsExactly(List.of("1200"));
    }

    @Test
    void theSameSeedMakesTheSameChanges() throws SQLException {
        create(7);
        SampleShop shop = new SampleShop(7);
        try (Connection source = sandbox.source()) {
            for (int i = 0; i < 20; i++) {
                shop.changeSomething(source);
            }
        }
        assertThat(counts().get(4)).isGreaterThan(100_000L);
        assertThat(counts().get(2)).isBetween(19_990L, 20_020L);
    }

    private static void create(long seed) throws SQLException {
        SampleShop shop = new SampleShop(seed);
        try (Connection source = sandbox.source();
                Connection redshift = sandbox.redshift()) {
            shop.createSource(source);
            shop.createTargets(redshift);
        }
    }

    private static List<Long> counts() throws SQLException {
        try (Connection source = sandbox.source()) {
            return SampleShop.tables().stream()
                    .map(table -> {
                        try {
                            return Long.valueOf(SandboxExtension.rows(source, "SELECT count(*) FROM " + table)
                                    .get(0)
                                    .get(0));
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();
        }
    }
}
