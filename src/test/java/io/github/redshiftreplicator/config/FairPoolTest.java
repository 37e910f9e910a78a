package io.github.redshiftreplicator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FairPoolTest {
    private final ExecutorService first = Executors.newSingleThreadExecutor();
    private final ExecutorService second = Executors.newSingleThreadExecutor();
    private final CountDownLatch passedOver = new CountDownLatch(1);
    private final CountDownLatch taken = new CountDownLatch(1);
    private volatile Thread waiter;
    private volatile Connection lent;
    private volatile Thread adder;

    /**
     * A connection comes back just when another one is to be opened for a thread that waits, so that none is; and a third
     * thread, which has had it before, takes it.
     */
    @Test
    @Timeout(60)
    void whoWaitsGetsAConnectionWhileThePoolIsNotFull() throws Exception {
        try (HikariDataSource pool = new FairPool()) {
            pool.setJdbcUrl("jdbc:h2:mem:");
            pool.setMinimumIdle(0);
            pool.setMaximumPoolSize(2);
            pool.setConnectionTimeout(5_000);
            pool.setThreadFactory(task -> new Adder(task, pool));
            pool.getConnection().close();
            lent = first.submit(() -> pool.getConnection()).get();
            // the pool's own time for it, five seconds: the waiter has to start another
            await().until(() -> !adder.isAlive());

            Future<Connection> awaited = second.submit(() -> {
                waiter = Thread.currentThread();
                return pool.getConnection();
            });
            assertThat(passedOver.await(30, TimeUnit.SECONDS)).isTrue();
            try (Connection again = pool.getConnection()) {
                taken.countDown();

                try (Connection other = awaited.get()) {
                    assertThat(other.unwrap(Connection.class)).isNotSameAs(again.unwrap(Connection.class));
                }
            }
        } finally {
            first.shutdownNow();
            second.shutdownNow();
        }
    }

    /** The pool's thread that opens connections; the waiter starts it, and is held here until it is passed over. */
    private final class Adder extends Thread {
        private final HikariDataSource pool;

        Adder(Runnable task, HikariDataSource pool) {
            super(task);
            this.pool = pool;
            setDaemon(true);
        }

        @Override
        public void start() {
            if (Thread.currentThread() != waiter || passedOver.getCount() == 0) {
                adder = this;
                super.start();
                return;
            }
            first.submit(() -> {
                lent.close();
                return null;
            });
            await().until(() -> pool.getHikariPoolMXBean().getIdleConnections() == 1);
            super.start();
            await().until(() -> getState() == State.TIMED_WAITING);
            passedOver.countDown();
            try {
                taken.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
