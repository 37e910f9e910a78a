package io.github.redshiftreplicator.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedQueryTest {
    private final SharedQuery<Integer> shared = new SharedQuery<>();
    private final AtomicInteger queries = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);

    /** Asks on a thread of its own, and returns when it waits. */
    private FutureTask<Integer> ask(SharedQuery.Query<Integer> query) {
        FutureTask<Integer> task = new FutureTask<>(() -> shared.result(query));
        Thread thread = new Thread(task);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        return task;
    }

    private int held() throws SQLException {
        int number = queries.incrementAndGet();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new SQLException(e);
        }
        return number;
    }

    @Test
    void whoAskedBeforeItBeganSharesIt() throws Exception {
        FutureTask<Integer> first = ask(this::held);
        List<FutureTask<Integer>> others = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            others.add(ask(queries::incrementAndGet));
        }

        release.countDown();

        assertThat(first.get()).isOne();
        for (FutureTask<Integer> other : others) {
            // not the first's, which began before they asked
            assertThat(other.get()).isEqualTo(2);
        }
        assertThat(shared.result(queries::incrementAndGet)).isEqualTo(3);
    }

    @Test
    void anErrorIsItsOwn() throws Exception {
        FutureTask<Integer> first = ask(() -> {
            held();
            throw new SQLException("lost");
        });
        FutureTask<Integer> other = ask(queries::incrementAndGet);

        release.countDown();

        assertThatThrownBy(first::get).hasRootCauseMessage("lost");
        assertThat(other.get()).isEqualTo(2);
    }

    @Test
    void whoWaitsCanBeInterrupted() throws Exception {
        FutureTask<Integer> first = ask(this::held);
        List<Throwable> caught = new ArrayList<>();
        Thread waiting = new Thread(() -> {
            try {
                shared.result(queries::incrementAndGet);
            } catch (SQLException | SourceException e) {
                caught.add(e);
            }
        });
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.WAITING);

        waiting.interrupt();
        waiting.join();
        release.countDown();

        assertThat(caught).singleElement().isInstanceOf(SourceException.class);
        assertThat(first.get()).isOne();
        assertThat(shared.result(queries::incrementAndGet)).isEqualTo(2);
    }
}
