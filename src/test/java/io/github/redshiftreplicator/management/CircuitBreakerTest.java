package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    /** As {@code System.nanoTime} may be: negative, and zero in between. */
    private long now = -Duration.ofSeconds(1).toNanos();

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

        now += Duration.ofSeconds(3).toNanos();
        assertThatThrownBy(() -> breaker.ask(this::fail)).hasMessage("away");
        assertThat(asked).hasValue(2);
    }

    @Test
    void anAnswerIsNoneOfItsBusiness() {
        assertThat(breaker.ask(() -> "a")).isEqualTo("a");
        assertThatThrownBy(() -> breaker.ask(this::fail)).hasMessage("away");
        now += Duration.ofSeconds(3).toNanos();
        assertThat(breaker.ask(() -> "b")).isEqualTo("b");
        assertThat(breaker.ask(() -> "c")).isEqualTo("c");
    }
}
