package io.github.redshiftreplicator.source;

import java.sql.SQLException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A query that runs once for all who asked before it began, and never twice at a time. Thread-safe.
 *
 * @param <T> what it finds
 */
final class SharedQuery<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private long begun;
    private boolean isRunning;
    private long number;
    private T found;

    /** The query, as it runs on one's own connection. */
    interface Query<T> {
        T run() throws SQLException;
    }

    /**
     * What the query finds that begins after this call, whoever runs it. Who runs it alone gets its error; the others run
     * it again.
     *
     * @throws SourceException if the thread is interrupted while it waits
     */
    T result(Query<T> query) throws SQLException {
        lock.lock();
        try {
            long needed = begun + 1;
            while (number < needed && isRunning) {
                ended.await();
            }
            if (number >= needed) {
                return found;
            }
            isRunning = true;
            begun++;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceException("The export was interrupted while it waited for running transactions.", e);
        } finally {
            lock.unlock();
        }
        return run(query);
    }

    private T run(Query<T> query) throws SQLException {
        T result = null;
        boolean isDone = false;
        try {
            result = query.run();
            isDone = true;
            return result;
        } finally {
            lock.lock();
            if (isDone) {
                // no other has begun meanwhile
                number = begun;
                found = result;
            }
            isRunning = false;
            ended.signalAll();
            lock.unlock();
        }
    }
}
