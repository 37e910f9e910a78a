package io.github.redshiftreplicator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between clients and a server on this machine and hands on what they send each other. */
public final class Relay implements AutoCloseable {
    /** Hands on one direction of a connection until it ends. */
    public interface Direction {
        void run(InputStream from, OutputStream to) throws IOException;
    }

    private final int serverPort;
    private final Direction toServer;
    private final Direction toClient;
    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    public Relay(int serverPort, Direction toServer, Direction toClient) throws IOException {
        this.serverPort = serverPort;
        this.toServer = toServer;
        this.toClient = toClient;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** Where clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // one of the two has ended the connection
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (!listener.isClosed()) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
            sockets.addAll(List.of(client, server));
            start(() -> handOn(server, client, toClient));
            start(() -> handOn(client, server, toServer));
        }
    }

    private static void handOn(Socket from, Socket to, Direction direction) throws IOException {
        try (from;
                to) {
            direction.run(from.getInputStream(), to.getOutputStream());
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
