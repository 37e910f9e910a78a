package io.github.redshiftreplicator.bench;

import io.github.redshiftreplicator.Relay;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server as if it were far away: each connection is sent so many bytes a second. */
final class SlowSource implements AutoCloseable {
    private static final int PIECE = 1 << 16;
    private static final long MOST_BEHIND = TimeUnit.MILLISECONDS.toNanos(10);

    private final Relay relay;
    private final double bytesASecond;

    SlowSource(int serverPort, double bytesASecond) throws IOException {
        this.bytesASecond = bytesASecond;
        this.relay = new Relay(serverPort, InputStream::transferTo, this::slowly);
    }

    int port() {
        return relay.port();
    }

    private void slowly(InputStream from, OutputStream to) throws IOException {
        byte[] piece = new byte[PIECE];
        long due = System.nanoTime();
        for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
            to.write(piece, 0, count);
            // a pause of the server's is not made up for
            due = Math.max(due, System.nanoTime() - MOST_BEHIND) + Math.round(count / bytesASecond * 1e9);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    @Override
    public void close() {
        relay.close();
    }
}
