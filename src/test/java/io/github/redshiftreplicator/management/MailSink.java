package io.github.redshiftreplicator.management;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mail server on loopback that takes every mail, one client at a time. */
final class MailSink implements AutoCloseable {
    private final ServerSocket server;
    private final List<MimeMessage> received = new CopyOnWriteArrayList<>();

    MailSink() {
        try {
            server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::serve, "mail-sink");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    /** The mails that were taken, each before its sender was told so. */
    List<MimeMessage> received() {
        return received;
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                talk(
                        new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1)),
                        client.getOutputStream());
            } catch (IOException | MessagingException e) {
                // the next client tries again, or the server is closed
            }
        }
    }

    /** RFC 5321, as much of it as a client needs that has nothing to prove. */
    private void talk(BufferedReader in, OutputStream out) throws IOException, MessagingException {
        answer(out, "220 sink");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String command = line.split(" ")[0].toUpperCase(Locale.ROOT);
            if (command.equals("DATA")) {
                answer(out, "354 go on");
                received.add(message(in));
            }
            answer(out, command.equals("QUIT") ? "221 bye" : "250 sink");
        }
    }

    private static MimeMessage message(BufferedReader in) throws IOException, MessagingException {
        StringBuilder text = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
            text.append(line).append("\r\n");
        }
        return new MimeMessage(null, new ByteArrayInputStream(text.toString().getBytes(ISO_8859_1)));
    }

    private static void answer(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
