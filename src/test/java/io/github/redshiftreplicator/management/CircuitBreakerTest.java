package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final CircuitBreaker breaker = new CircuitBreaker(Duration.ofSeconds(3), () -> now);
    private final AtomicInteger asked = new AtomicInteger();

    private String fail() {
        asked.incrementAndGet();
        throw new IllegalStateException("away");
    }

    @Test
    void whatIsAwayIsAskedOnceWhileTheFailureIsFresh() {
        for (int gauge = 0; gauge < 4; gauge++) {
            assertThatThrownBy(() -> breaker.ask(this::fail)).hasMessage("away");
        }
        assertThat(asked).hasValue(1);

        now = now.plusSeconds(3);
        assertThatThrownBy(() -> breaker.ask(this::fail)).hasMessage("away");
        assertThat(asked).hasValue(2);
    }

    @Test
    void anAnswerIsNoneOfItsBusiness() {
        assertThat(breaker.ask(() -> "a")).isEqualTo("a");
        assertThatThrownBy(() -> breaker.ask(this::fail)).hasMessage("away");
        now = now.plusSeconds(3);
        assertThat(breaker.ask(() -> "b")).isEqualTo("b");
        assertThat(breaker.ask(() -> "c")).isEqualTo("c");
    }
}
