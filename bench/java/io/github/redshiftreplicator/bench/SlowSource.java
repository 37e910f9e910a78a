package io.github.redshiftreplicator.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Stands before a server and hands on what each connection is sent at a given rate, as a server far away does. */
final class SlowSource implements AutoCloseable {
    private static final int PIECE = 1 << 16;

    private final ServerSocket listener;
    private final int serverPort;
    private final double bytesASecond;

    SlowSource(int serverPort, double bytesASecond) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.serverPort = serverPort;
        this.bytesASecond = bytesASecond;
        start(this::accept);
    }

    int port() {
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
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
            start(() -> {
                try (client) {
                    slowly(server.getInputStream(), client.getOutputStream());
                }
            });
            start(() -> {
                try (server) {
                    client.getInputStream().transferTo(server.getOutputStream());
                }
            });
        }
    }

    private void slowly(InputStream from, OutputStream to) throws IOException {
        byte[] piece = new byte[PIECE];
        long due = System.nanoTime();
        for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
            to.write(piece, 0, count);
            // what was not sent while nothing was there to send is not made up for
            due = Math.max(due, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(10))
                    + Math.round(count / bytesASecond * 1e9);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
