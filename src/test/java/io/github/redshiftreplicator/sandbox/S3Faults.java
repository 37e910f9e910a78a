package io.github.redshiftreplicator.sandbox;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A proxy in front of the sandbox's S3 that fails on purpose: give {@link #endpoint} to the client under test. Signatures stay valid,
 * since the Host header is passed on as signed. Each request has a connection of its own.
 */
public final class S3Faults implements AutoCloseable {

    private static final int RESET_AFTER = 1024;

    private final URI target;
    private final ServerSocket server;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger resets = new AtomicInteger();
    private final AtomicInteger lostAnswers = new AtomicInteger();
    private final AtomicInteger puts = new AtomicInteger();
    private final List<Hold> holds = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch pause = new CountDownLatch(0);

    public S3Faults(URI target) throws IOException {
        this.target = target;
        server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** Where the proxy listens. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Answers the next PUTs with status 500. */
    public void failPuts(int count) {
        failures.set(count);
    }

    /** Resets the connection of the next PUTs after their first kilobyte. */
    public void resetPuts(int count) {
        resets.set(count);
    }

    /** Lets the next PUTs through and closes the connection instead of answering. */
    public void loseAnswersOfPuts(int count) {
        lostAnswers.set(count);
    }

    /** Holds all PUTs until {@link #resume}. */
    public void pausePuts() {
        pause = new CountDownLatch(1);
    }

    /** Lets held PUTs go on. */
    public void resume() {
        pause.countDown();
    }

    /**
     * Holds every request whose first line matches until {@link Hold#close}.
     *
     * @param regex found anywhere in a line such as {@code PUT /bucket/key HTTP/1.1}
     */
    public Hold hold(String regex) {
        Hold hold = new Hold(Pattern.compile(regex), Integer.MAX_VALUE);
        holds.add(hold);
        return hold;
    }

    /** Holds the first request whose first line matches; later ones pass. */
    public Hold holdFirst(String regex) {
        Hold hold = new Hold(Pattern.compile(regex), 1);
        holds.add(hold);
        return hold;
    }

    /** A place where requests wait. */
    public final class Hold implements AutoCloseable {
        private final Pattern pattern;
        private final AtomicInteger waiting = new AtomicInteger();
        private final CountDownLatch open = new CountDownLatch(1);

        private final int most;

        private Hold(Pattern pattern, int most) {
            this.pattern = pattern;
            this.most = most;
        }

        private void pass(String requestLine) throws InterruptedException {
            if (open.getCount() > 0 && pattern.matcher(requestLine).find() && waiting.get() < most) {
                waiting.incrementAndGet();
                open.await();
            }
        }

        /** How many requests have come here. */
        public int waiting() {
            return waiting.get();
        }

        /** Lets them go on, and later ones pass. */
        @Override
        public void close() {
            open.countDown();
            holds.remove(this);
        }
    }

    /** How many PUTs have come. */
    public int puts() {
        return puts.get();
    }

    @Override
    public void close() throws IOException {
        resume();
        holds.forEach(Hold::close);
        server.close();
    }

    private void accept() {
        try {
            while (!server.isClosed()) {
                Socket client = server.accept();
                start(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void start(Runnable runnable) {
        Thread thread = new Thread(runnable, "s3-faults");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            String head = head(in);
            String requestLine = head.lines().findFirst().orElse("");
            for (Hold hold : holds) {
                hold.pass(requestLine);
            }
            if (head.startsWith("PUT ")) {
                puts.incrementAndGet();
                pause.await();
                if (take(failures)) {
                    client.getOutputStream().write(serverError());
                    return;
                }
                if (take(resets)) {
                    in.readNBytes(Math.min(RESET_AFTER, length(head)));
                    client.setSoLinger(true, 0);
                    return;
                }
            }
            forward(client, in, head);
        } catch (IOException e) {
            // the client sees it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean take(AtomicInteger count) {
        return count.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    private void forward(Socket client, InputStream in, String head) throws IOException {
        try (Socket s3 = new Socket(target.getHost(), target.getPort())) {
            OutputStream out = s3.getOutputStream();
            String single = head.replaceAll("(?i)\r\nConnection:[^\r]*", "");
            out.write((single + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            start(() -> copyBody(in, out, length(head)));
            if (head.startsWith("PUT ") && take(lostAnswers)) {
                s3.getInputStream().transferTo(OutputStream.nullOutputStream());
                return;
            }
            s3.getInputStream().transferTo(client.getOutputStream());
        }
    }

    private static void copyBody(InputStream in, OutputStream out, int length) {
        try {
            byte[] buffer = new byte[8192];
            int left = length;
            while (left > 0) {
                int count = in.read(buffer, 0, Math.min(left, buffer.length));
                if (count < 0) {
                    return;
                }
                out.write(buffer, 0, count);
                out.flush();
                left -= count;
            }
        } catch (IOException e) {
            // the other direction ends too
        }
    }

    private static byte[] serverError() {
        String body = "<Error><Code>InternalError</Code><Message>failed on purpose</Message></Error>";
        return ("HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The request's head without the empty line at its end. */
    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) >= 0) {
            bytes.write(b);
            if (b == '\n' && bytes.size() >= 4) {
                String text = bytes.toString(StandardCharsets.ISO_8859_1);
                if (text.endsWith("\r\n\r\n")) {
                    return text.substring(0, text.length() - 4);
                }
            }
        }
        throw new IOException("no request");
    }

    private static int length(String head) {
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return Integer.parseInt(line.substring(15).strip());
            }
        }
        return 0;
    }
}
