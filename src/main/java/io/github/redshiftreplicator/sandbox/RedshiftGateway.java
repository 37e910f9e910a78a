package io.github.redshiftreplicator.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stand-in for a Redshift cluster: speaks PostgreSQL's wire protocol on a free port of the loopback interface, as Redshift does,
 * in front of a PostgreSQL database. It performs COPY from S3 itself, rewrites Redshift's words into PostgreSQL's and refuses what
 * Redshift's documentation refuses. One thread serves one connection. Thread-safe.
 */
public final class RedshiftGateway implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedshiftGateway.class);

    /** Where things are that the gateway stands in front of. */
    record Settings(int postgresPort, RedshiftCatalog catalog, LoadErrors loadErrors, S3Objects.Access s3) {}

    private final Settings settings;
    private final ServerSocket server;
    private final GatewayFaults faults = new GatewayFaults();
    private final Set<GatewaySession> sessions = ConcurrentHashMap.newKeySet();
    private final Map<Long, GatewaySession> keys = new ConcurrentHashMap<>();
    private final AtomicLong queryIds = new AtomicLong(100);
    private final Semaphore oneVacuum = new Semaphore(1);
    private final Thread acceptor;
    private volatile boolean closed;

    RedshiftGateway(Settings settings) throws IOException {
        this.settings = settings;
        server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        acceptor = new Thread(this::accept, "redshift-sandbox");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** The port it listens at. */
    public int port() {
        return server.getLocalPort();
    }

    /** What goes wrong on purpose, for tests. */
    public GatewayFaults faults() {
        return faults;
    }

    /** The number of connections that are open. */
    public int connections() {
        return sessions.size();
    }

    Settings settings() {
        return settings;
    }

    /** Held by the one VACUUM that may run. */
    Semaphore oneVacuum() {
        return oneVacuum;
    }

    long nextQueryId() {
        return queryIds.incrementAndGet();
    }

    void register(long key, GatewaySession session) {
        keys.put(key, session);
    }

    void cancelled(long key) {
        GatewaySession session = keys.get(key);
        if (session != null) {
            session.cancel();
        }
    }

    private void accept() {
        while (!closed) {
            try {
                serve(server.accept());
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("The Redshift stand-in could not accept a connection: {}", e.toString());
                }
            }
        }
    }

    private void serve(Socket client) throws IOException {
        GatewaySession session = new GatewaySession(this, client);
        sessions.add(session);
        Thread thread = new Thread(
                () -> {
                    try {
                        session.run();
                    } finally {
                        sessions.remove(session);
                        keys.values().remove(session);
                    }
                },
                "redshift-sandbox-" + client.getPort());
        thread.setDaemon(true);
        thread.start();
    }

    /** Closes every connection; what was not committed is undone. */
    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            sessions.forEach(GatewaySession::close);
        }
    }
}
