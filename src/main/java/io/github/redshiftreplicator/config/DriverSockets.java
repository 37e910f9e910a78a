package io.github.redshiftreplicator.config;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Map;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * The sockets of the JDBC drivers, which make this factory by its class name (parameter {@code socketFactory} of PostgreSQL's
 * and Redshift's). They notice within two minutes that the other host is gone without a word, however long a
 * statement may be silent: the drivers' own keep-alive leaves the times to the operating system, which waits for two hours.
 * And they read large results in large pieces, see {@link GatheringInputStream}; under TLS too, as that reads from this
 * socket. Thread-safe.
 */
public final class DriverSockets extends SocketFactory {
    private static final int SECONDS_IDLE = 60;
    private static final int SECONDS_BETWEEN = 15;
    private static final int PROBES = 4;

    /** The driver properties that bring this about for a JDBC URL; none for a driver that has no such. */
    public static Map<String, String> properties(String url) {
        if (url.startsWith("jdbc:postgresql:") || url.startsWith("jdbc:redshift:")) {
            return Map.of("tcpKeepAlive", "true", "socketFactory", DriverSockets.class.getName());
        }
        if (url.startsWith("jdbc:mariadb:")) {
            return Map.of(
                    "tcpKeepAlive",
                    "true",
                    "tcpKeepIdle",
                    String.valueOf(SECONDS_IDLE),
                    "tcpKeepInterval",
                    String.valueOf(SECONDS_BETWEEN),
                    "tcpKeepCount",
                    String.valueOf(PROBES));
        }
        return Map.of();
    }

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new GatheringSocket();
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, SECONDS_IDLE);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, SECONDS_BETWEEN);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
        }
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(InetAddress.getByName(host), port, null, 0);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return connected(InetAddress.getByName(host), port, from, fromPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(host, port, null, 0);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return connected(host, port, from, fromPort);
    }

    private Socket connected(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        Socket socket = createSocket();
        try {
            if (from != null) {
                socket.bind(new InetSocketAddress(from, fromPort));
            }
            socket.connect(new InetSocketAddress(host, port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static final class GatheringSocket extends Socket {
        private InputStream input;

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            InputStream own = super.getInputStream();
            if (input == null) {
                input = new BufferedInputStream(new GatheringInputStream(own), GatheringInputStream.MOST);
            }
            return input;
        }
    }
}
