package io.github.redshiftreplicator.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(3, Duration.ofSeconds(1), new Random(1));

    @Test
    void doublesWithAJitterUpToAMinute() {
        assertThat(backoff.delayAfter(1)).isBetween(Duration.ofMillis(500), Duration.ofMillis(1000));
        assertThat(backoff.delayAfter(3)).isBetween(Duration.ofMillis(2000), Duration.ofMillis(4000));
        assertThat(backoff.delayAfter(60)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    @Test
    void endsWithItsAttemptsOrWhenStopped() {
        assertThat(backoff.allowsAfter(2)).isTrue();
        assertThat(backoff.allowsAfter(3)).isFalse();
        backoff.stop();
        assertThat(backoff.allowsAfter(1)).isFalse();
        assertThat(backoff.await(60)).isFalse();
    }

    @Test
    void refusesNoAttempt() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(0, Duration.ZERO, new Random()));
    }
}
