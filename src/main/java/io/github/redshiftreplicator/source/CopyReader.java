package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.JsonNumbers;
import io.github.redshiftreplicator.table.RowBlock;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Reads rows by PostgreSQL's COPY protocol, which sends each row as one message of ready CSV: nothing is parsed. One
 * thread a connection reads ahead of the caller by a few blocks, so memory is constant. The iterator is for one thread;
 * {@link #close} may come from any.
 */
public final class CopyReader implements Iterator<RowBlock>, AutoCloseable {
    private static final int BLOCKS_AHEAD = 8;
    private static final long END_OF_THREAD_SECONDS = 20;

    private final BlockingQueue<Optional<RowBlock>> blocks;
    private final Queue<String> statements;
    private final List<Connection> connections;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger running;
    private final Progress progress;
    private final RowBlock.Pool pool;
    private final int[] documents;
    private volatile boolean closed;
    private volatile Throwable failure;
    private RowBlock next;
    private boolean ended;

    /**
     * Starts to read.
     *
     * @param name for the threads
     * @param connections one a thread, all in one snapshot; they stay open
     * @param statements COPY statements that together yield the rows
     * @param documents the positions of the fields that a SUPER takes, ascending
     */
    CopyReader(
            String name,
            List<Connection> connections,
            List<String> statements,
            Progress progress,
            int blockSize,
            int[] documents) {
        this.connections = connections;
        this.statements = new ConcurrentLinkedQueue<>(statements);
        this.progress = progress;
        this.pool = new RowBlock.Pool(blockSize);
        this.documents = documents;
        int readers = Math.min(connections.size(), statements.size());
        this.blocks = new ArrayBlockingQueue<>(BLOCKS_AHEAD + readers);
        this.running = new AtomicInteger(readers);
        for (int i = 0; i < readers; i++) {
            Connection connection = connections.get(i);
            Thread thread = new Thread(() -> readAll(connection), "reader " + name + " " + (i + 1));
            thread.setDaemon(true);
            threads.add(thread);
        }
        ended = readers == 0;
        threads.forEach(Thread::start);
    }

    private void readAll(Connection connection) {
        try {
            RowBlock.Builder block = new RowBlock.Builder(pool);
            for (String sql = statements.poll(); sql != null && !closed; sql = statements.poll()) {
                read(connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql), block);
            }
            if (!block.isEmpty()) {
                put(Optional.of(block.take()));
            }
        } catch (SQLException | InterruptedException | RuntimeException | OutOfMemoryError e) {
            if (!closed && failure == null) {
                failure = e;
            }
            statements.clear();
        } finally {
            end();
        }
    }

    private void read(CopyOut copy, RowBlock.Builder block) throws SQLException, InterruptedException {
        try {
            for (byte[] row = copy.readFromCopy();
                    row != null && !closed && failure == null;
                    row = copy.readFromCopy()) {
                if (NullMarker.isField(row)) {
                    throw NullMarker.refusal();
                }
                if (JsonNumbers.isInField(row, documents)) {
                    throw ValueRefusedException.numberBeyondSuper();
                }
                if (!block.hasRoomFor(row)) {
                    put(Optional.of(block.take()));
                }
                block.add(row);
            }
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void put(Optional<RowBlock> block) throws InterruptedException {
        while (!closed && !blocks.offer(block, 100, TimeUnit.MILLISECONDS)) {
            // asks again whether the caller is still there
        }
        block.ifPresent(b -> progress.add(b.rows(), b.length()));
    }

    private void end() {
        if (running.decrementAndGet() == 0) {
            try {
                put(Optional.empty());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits for the next block.
     *
     * @throws SourceException if reading failed; the statement's cause is attached
     */
    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            if (closed) {
                throw new SourceException("The reader is closed.");
            }
            next = take().orElse(null);
            ended = next == null;
            if (ended && failure != null) {
                Throwable cause = failure;
                if (cause instanceof ValueRefusedException refused) {
                    throw refused;
                }
                throw new SourceException("Reading the source failed: " + cause.getMessage(), cause);
            }
        }
        return next != null;
    }

    private Optional<RowBlock> take() {
        try {
            Optional<RowBlock> block;
            do {
                block = blocks.poll(100, TimeUnit.MILLISECONDS);
            } while (block == null && !closed);
            return block == null ? Optional.empty() : block;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new SourceException("Reading the source was interrupted.", e);
        }
    }

    @Override
    public RowBlock next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        RowBlock block = next;
        next = null;
        return block;
    }

    /** Whether every statement has run to its end, so that the connections are in order. */
    boolean isComplete() {
        return running.get() == 0 && !closed && failure == null;
    }

    /** Ends reading, early if need be: the statements that still run are cancelled. Does nothing the second time. */
    @Override
    public void close() {
        if (isComplete() || closed) {
            return;
        }
        closed = true;
        statements.clear();
        for (int i = 0; i < threads.size(); i++) {
            end(threads.get(i), connections.get(i));
        }
        blocks.clear();
    }

    private static void end(Thread thread, Connection connection) {
        try {
            if (thread.isAlive()) {
                connection.unwrap(PGConnection.class).cancelQuery();
            }
            thread.join(TimeUnit.SECONDS.toMillis(END_OF_THREAD_SECONDS));
        } catch (SQLException e) {
            thread.interrupt();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
