package io.github.redshiftreplicator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private static final Duration LEASE = Duration.ofSeconds(60);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1);
    private final AtomicReference<Supplier<Boolean>> database = new AtomicReference<>(() -> true);
    private final Replication claim = NextStepTest.replication(State.EXPORTING, 0, Optional.of("me"), Optional.empty());
    private final Heartbeat heartbeat = new Heartbeat(claim, r -> database.get().get(), LEASE, clock::get);

    @Test
    void renewedInTimeTheClaimIsHeld() {
        for (int i = 0; i < 10; i++) {
            pass(LEASE.minusNanos(1));
            assertThat(heartbeat.lost()).isFalse();
            heartbeat.beat();
        }
        assertThatCode(heartbeat::requireHeld).doesNotThrowAnyException();
    }

    @Test
    void takenByAnotherItIsLostForGood() {
        database.set(() -> false);
        heartbeat.beat();
        database.set(() -> true);
        heartbeat.beat();

        assertThat(heartbeat.lost()).isTrue();
        assertThatThrownBy(heartbeat::requireHeld)
                .isInstanceOf(LostClaimException.class)
                .hasMessage("The lease of replication users-0000000001 is someone else's: this process stops working on"
                        + " it.");
    }

    @Test
    void notRenewedForOneLeaseItMustBeTakenForLost() {
        database.set(() -> {
            throw new IllegalStateException("No connection.");
        });
        pass(LEASE.dividedBy(2));
        heartbeat.beat();
        assertThat(heartbeat.lost()).isFalse();

        pass(LEASE.dividedBy(2));
        heartbeat.beat();
        assertThat(heartbeat.lost()).isTrue();
        assertThatThrownBy(heartbeat::requireHeld).hasMessageContaining("ran out without being renewed");
    }

    @Test
    void theLeaseCountsFromWhenItsRenewalWasAskedFor() {
        database.set(() -> {
            pass(LEASE.dividedBy(2));
            return true;
        });
        heartbeat.beat();
        pass(LEASE.dividedBy(2));

        assertThat(heartbeat.lost()).isTrue();
    }

    @Test
    void itBeatsByItselfUntilItIsClosed() throws Exception {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
        try {
            CountDownLatch beats = new CountDownLatch(3);
            Heartbeat fast = new Heartbeat(
                    claim,
                    r -> {
                        beats.countDown();
                        return true;
                    },
                    Duration.ofMillis(40),
                    System::nanoTime);
            fast.schedule(executor);
            assertThat(beats.await(1, TimeUnit.MINUTES)).isTrue();

            fast.close();
            executor.shutdown();
            assertThat(executor.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            executor.shutdownNow();
        }
    }

    private void pass(Duration duration) {
        clock.addAndGet(duration.toNanos());
    }
}
