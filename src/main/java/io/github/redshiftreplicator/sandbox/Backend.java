package io.github.redshiftreplicator.sandbox;

import io.github.redshiftreplicator.sandbox.Wire.Body;
import io.github.redshiftreplicator.sandbox.Wire.Message;
import io.github.redshiftreplicator.sandbox.Wire.Reader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A session's connection to the PostgreSQL behind it, for statements that the client does not see. Used by one thread. */
final class Backend implements Closeable {

    /** An error that PostgreSQL answered with, as it came. */
    static final class Failure extends Exception {

        private final transient Message message;

        Failure(Message message) {
            super(field(message, 'M').orElse("unknown error"));
            this.message = message;
        }

        Message response() {
            return message;
        }
    }

    private final Wire wire;
    private char status = 'I';
    private int processId;
    private String user = "";

    Backend(int port) throws IOException {
        wire = new Wire(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    Wire wire() {
        return wire;
    }

    /** The transaction's state at the last ReadyForQuery: I(dle), T(ransaction) or E(rror). */
    char status() {
        return status;
    }

    int processId() {
        return processId;
    }

    /** The database user that the session logged in as. */
    String user() {
        return user;
    }

    void loggedIn(String loginUser, int backendProcessId) {
        user = loginUser;
        processId = backendProcessId;
    }

    /** The next message; the end of the stream is an exception. */
    Message read() throws IOException {
        Message message = wire.read();
        if (message == null) {
            throw new EOFException("the database closed the connection");
        }
        if (message.type() == 'Z') {
            status = (char) message.body()[0];
        }
        return message;
    }

    /** Runs one or more statements by the simple protocol and gives all rows of all of them. */
    List<List<String>> query(String sql) throws IOException, Failure {
        wire.write('Q', new Body().string(sql).toBytes());
        wire.flush();
        List<List<String>> rows = new ArrayList<>();
        Message error = null;
        while (true) {
            Message message = read();
            switch (message.type()) {
                case 'D' -> rows.add(row(message.reader()));
                case 'E' -> error = message;
                case 'Z' -> {
                    if (error != null) {
                        throw new Failure(error);
                    }
                    return rows;
                }
                default -> {
                    // row descriptions, tags and notices are not for the client
                }
            }
        }
    }

    /** Starts a COPY FROM STDIN; data and {@link #endCopy} follow. */
    void startCopy(String sql) throws IOException, Failure {
        wire.write('Q', new Body().string(sql).toBytes());
        wire.flush();
        while (true) {
            Message message = read();
            if (message.type() == 'G') {
                return;
            }
            if (message.type() == 'E') {
                readyAfter(message);
            }
        }
    }

    /** Ends a COPY FROM STDIN, in success or, with a reason, in failure. */
    void endCopy(String reason) throws IOException, Failure {
        if (reason == null) {
            wire.write('c', new byte[0]);
        } else {
            wire.write('f', new Body().string(reason).toBytes());
        }
        wire.flush();
        while (true) {
            Message message = read();
            if (message.type() == 'E') {
                readyAfter(message);
            }
            if (message.type() == 'Z') {
                return;
            }
        }
    }

    private void readyAfter(Message error) throws IOException, Failure {
        while (read().type() != 'Z') {
            // up to ReadyForQuery
        }
        throw new Failure(error);
    }

    private static List<String> row(Reader reader) {
        int columns = reader.int16();
        List<String> row = new ArrayList<>(columns);
        for (int i = 0; i < columns; i++) {
            int length = reader.int32();
            row.add(length < 0 ? null : new String(reader.bytes(length), StandardCharsets.UTF_8));
        }
        return row;
    }

    /** A field of an ErrorResponse or NoticeResponse. */
    static Optional<String> field(Message message, char wanted) {
        Reader reader = message.reader();
        while (reader.remaining() > 1) {
            char type = (char) reader.int8();
            String value = reader.string();
            if (type == wanted) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        wire.close();
    }
}
