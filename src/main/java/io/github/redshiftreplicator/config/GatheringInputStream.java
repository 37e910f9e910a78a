package io.github.redshiftreplicator.config;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets what a quick sender sends gather before it is read. PostgreSQL sends a result in pieces of 8 KB. A reader that keeps
 * up is woken for each of them, and the sender pays for that as well: it hands out its rows in three quarters of the time if
 * it finds nobody waiting. So after a piece of that size the next read waits for a fraction of a millisecond, unless much is
 * there already. A sender that is slow, or waits for an answer, is read at once. For one thread, as the drivers' locks see
 * to.
 */
final class GatheringInputStream extends FilterInputStream {
    /** Of one read, in bytes: Java takes no more from a socket at once. */
    static final int MOST = 128 * 1024;

    private static final int PIECE = 8 * 1024;
    private static final int MUCH = MOST / 2;
    /** In which a sender of 250 MB a second fills half of what a socket holds by default. */
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(250);
    /** Windows makes any pause as long as a tick of its clock, up to 16 ms. */
    private static final boolean PAUSES_ARE_SHORT =
            !System.getProperty("os.name").startsWith("Windows");

    private final Runnable pause;
    private boolean quick;

    GatheringInputStream(InputStream in) {
        this(in, PAUSES_ARE_SHORT ? () -> LockSupport.parkNanos(PAUSE_NANOS) : () -> {});
    }

    /** With another pause, for tests. */
    GatheringInputStream(InputStream in, Runnable pause) {
        super(in);
        this.pause = pause;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (quick && in.available() < MUCH) {
            pause.run();
        }
        int read = in.read(bytes, offset, length);
        quick = read >= PIECE;
        return read;
    }
}
