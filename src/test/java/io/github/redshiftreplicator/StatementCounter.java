package io.github.redshiftreplicator;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between a client and a PostgreSQL server, notes each statement that is executed and counts rows and round trips,
 * by PostgreSQL's
 * <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">message formats</a>. Thread-safe.
 */
final class StatementCounter implements AutoCloseable {
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;

    private final Relay relay;
    private final List<String> statements = new CopyOnWriteArrayList<>();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong roundTrips = new AtomicLong();

    StatementCounter(int serverPort) throws IOException {
        relay = new Relay(serverPort, this::forward, this::answer);
    }

    int port() {
        return relay.port();
    }

    /** The statements so far, in the order of their execution. */
    List<String> statements() {
        return List.copyOf(statements);
    }

    /** The rows that the server has sent so far. */
    long rows() {
        return rows.get();
    }

    /** How often the client has waited for the server so far. */
    long roundTrips() {
        return roundTrips.get();
    }

    void clear() {
        statements.clear();
        rows.set(0);
        roundTrips.set(0);
    }

    private void forward(InputStream from, OutputStream to) throws IOException {
        DataInputStream client = new DataInputStream(from);
        DataOutputStream server = new DataOutputStream(to);
        int code;
        do {
            byte[] body = client.readNBytes(client.readInt() - 4);
            server.writeInt(body.length + 4);
            server.write(body);
            server.flush();
            code = java.nio.ByteBuffer.wrap(body).getInt();
        } while (code == SSL_REQUEST || code == GSS_REQUEST);
        Map<String, String> prepared = new HashMap<>();
        Map<String, String> portals = new HashMap<>();
        while (true) {
            int type = client.readUnsignedByte();
            byte[] body = client.readNBytes(client.readInt() - 4);
            String first = text(body, 0);
            if (type == 'Q' || type == 'S') {
                roundTrips.incrementAndGet();
            }
            switch (type) {
                case 'Q' -> statements.add(first);
                case 'P' -> prepared.put(first, text(body, first.length() + 1));
                case 'B' -> portals.put(first, prepared.get(text(body, first.length() + 1)));
                case 'E' -> statements.add(portals.get(first));
                default -> {
                    // describes, syncs, passwords
                }
            }
            server.writeByte(type);
            server.writeInt(body.length + 4);
            server.write(body);
            server.flush();
        }
    }

    private void answer(InputStream from, OutputStream to) throws IOException {
        DataInputStream server = new DataInputStream(new BufferedInputStream(from));
        DataOutputStream client = new DataOutputStream(new BufferedOutputStream(to));
        boolean begun = false;
        while (true) {
            int type = server.readUnsignedByte();
            client.writeByte(type);
            // the refusal of TLS is this byte alone
            if (begun || type != 'N') {
                begun = true;
                byte[] body = server.readNBytes(server.readInt() - 4);
                client.writeInt(body.length + 4);
                client.write(body);
                if (type == 'D') {
                    rows.incrementAndGet();
                }
            }
            if (server.available() == 0) {
                client.flush();
            }
        }
    }

    /** The text from there to the next zero byte; names and these tests' statements are ASCII. */
    private static String text(byte[] body, int from) {
        int to = from;
        while (to < body.length && body[to] != 0) {
            to++;
        }
        return from >= body.length ? "" : new String(body, from, to - from, StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        relay.close();
    }
}
