package io.github.redshiftreplicator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.SelfSigned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverSocketsTest {
    private static final int BYTES = 5_000_000;

    private final byte[] sent = new byte[BYTES];

    DriverSocketsTest() {
        new Random(1).nextBytes(sent);
    }

    @Test
    void aHostThatIsGoneIsNoticedWithinTwoMinutes() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new DriverSockets().createSocket(server.getInetAddress(), server.getLocalPort())) {
            assertThat(socket.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            int idle = socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE);
            int between = socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL);
            int probes = socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT);
            assertThat(idle + between * probes).isLessThanOrEqualTo(120);
        }
    }

    @Test
    void bytesArriveAsTheyWereSent() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new DriverSockets().createSocket(server.getInetAddress(), server.getLocalPort())) {
            CompletableFuture<Void> sending = send(server);

            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
            sending.get(10, TimeUnit.SECONDS);
        }
    }

    /** As PostgreSQL does it: one byte says that TLS follows. */
    @Test
    void theyDoUnderTls(@TempDir Path folder) throws Exception {
        SSLContext tls = tls(folder.resolve("key.p12"));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket plain = new DriverSockets().createSocket(server.getInetAddress(), server.getLocalPort())) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try (Socket accepted = server.accept()) {
                    accepted.getOutputStream().write('S');
                    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(accepted, "", 0, true);
                    socket.setUseClientMode(false);
                    socket.getOutputStream().write(sent);
                    socket.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });

            assertThat(plain.getInputStream().read()).isEqualTo('S');
            try (Socket socket = tls.getSocketFactory().createSocket(plain, "localhost", 0, true)) {
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
            }
            sending.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aReadTimesOutAndTheNextGoesOn() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new DriverSockets().createSocket(server.getInetAddress(), server.getLocalPort())) {
            socket.setSoTimeout(1);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            socket.setSoTimeout(10_000);
            CompletableFuture<Void> sending = send(server);
            assertThat(socket.getInputStream().readNBytes(BYTES)).isEqualTo(sent);
            sending.get(10, TimeUnit.SECONDS);
        }
    }

    private CompletableFuture<Void> send(ServerSocket server) {
        return CompletableFuture.runAsync(() -> {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(sent);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static SSLContext tls(Path file) throws Exception {
        KeyStore keys = SelfSigned.make(file);
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, SelfSigned.PASSWORD.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }
}
