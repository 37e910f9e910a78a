package io.github.redshiftreplicator.sandbox;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One end of a connection that speaks PostgreSQL's protocol 3.0: typed messages with a length. Used by one thread. */
final class Wire implements Closeable {

    private static final int BUFFER = 64 * 1024;
    private static final int LONGEST = 1 << 30;

    /** A typed message; the body does not include the length. */
    record Message(char type, byte[] body) {

        Reader reader() {
            return new Reader(body);
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), BUFFER));
    }

    /** The next message, or null at the end of the stream. */
    Message read() throws IOException {
        int type = in.read();
        if (type < 0) {
            return null;
        }
        return new Message((char) type, body(in.readInt()));
    }

    /** A startup packet's body: it has a length and no type. */
    byte[] readStartup() throws IOException {
        return body(in.readInt());
    }

    private byte[] body(int length) throws IOException {
        if (length < 4 || length > LONGEST) {
            throw new IOException("message of length " + length + " is not PostgreSQL's protocol");
        }
        byte[] body = in.readNBytes(length - 4);
        if (body.length < length - 4) {
            throw new EOFException("connection closed within a message");
        }
        return body;
    }

    void write(Message message) throws IOException {
        write(message.type(), message.body());
    }

    void write(char type, byte[] body) throws IOException {
        write(type, body, body.length);
    }

    void write(char type, byte[] body, int length) throws IOException {
        out.writeByte(type);
        out.writeInt(length + 4);
        out.write(body, 0, length);
    }

    void writeStartup(byte[] body) throws IOException {
        out.writeInt(body.length + 4);
        out.write(body);
    }

    void writeByte(char value) throws IOException {
        out.writeByte(value);
    }

    void flush() throws IOException {
        out.flush();
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // nothing is left to be done with it
        }
    }

    /** Takes a message's body apart. */
    static final class Reader {

        private final byte[] body;
        private int at;

        Reader(byte[] body) {
            this.body = body;
        }

        int int16() {
            int value = (body[at] & 0xff) << 8 | body[at + 1] & 0xff;
            at += 2;
            return value;
        }

        int int32() {
            return int16() << 16 | int16();
        }

        int int8() {
            return body[at++];
        }

        String string() {
            int end = at;
            while (body[end] != 0) {
                end++;
            }
            String value = new String(body, at, end - at, StandardCharsets.UTF_8);
            at = end + 1;
            return value;
        }

        byte[] bytes(int length) {
            byte[] value = Arrays.copyOfRange(body, at, at + length);
            at += length;
            return value;
        }

        void skip(int length) {
            at += length;
        }

        int position() {
            return at;
        }

        int remaining() {
            return body.length - at;
        }
    }

    /** Puts a message's body together. */
    static final class Body {

        private byte[] bytes = new byte[256];
        private int length;

        Body int16(int value) {
            room(2);
            bytes[length++] = (byte) (value >> 8);
            bytes[length++] = (byte) value;
            return this;
        }

        Body int32(int value) {
            return int16(value >> 16).int16(value);
        }

        Body int8(int value) {
            room(1);
            bytes[length++] = (byte) value;
            return this;
        }

        Body string(String value) {
            return raw(value.getBytes(StandardCharsets.UTF_8)).int8(0);
        }

        Body raw(byte[] value) {
            return raw(value, 0, value.length);
        }

        Body raw(byte[] value, int from, int count) {
            room(count);
            System.arraycopy(value, from, bytes, length, count);
            length += count;
            return this;
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes, length);
        }

        private void room(int count) {
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
            }
        }
    }
}
