package io.github.redshiftreplicator.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class StrategyTest {
    @Test
    void aStrategyIsFoundByItsWord() {
        assertThat(Strategy.of("identity")).isEqualTo(Strategy.IDENTITY);
        assertThat(Strategy.of(" Timed ")).isEqualTo(Strategy.TIMED);
    }

    @Test
    void anUnknownOneIsRefusedNamingTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Strategy.of("snapshot"))
                .withMessage("Unknown strategy 'snapshot': use one of identity, timed, full.");
    }
}
