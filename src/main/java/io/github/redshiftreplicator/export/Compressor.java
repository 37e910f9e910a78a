package io.github.redshiftreplicator.export;

import com.github.luben.zstd.NoPool;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.github.redshiftreplicator.table.PartFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** Compresses one part at a time into memory, and keeps its buffer for the next. Not thread-safe. */
final class Compressor extends OutputStream {
    private static final int FIRST_CAPACITY = 1 << 20;

    private final Buffer buffer = new Buffer();
    private OutputStream stream;

    void start(PartFormat format, int level) throws IOException {
        buffer.length = 0;
        stream = switch (format) {
            case GZIP -> new GzipStream(buffer, level);
            case ZSTD -> new ZstdOutputStreamNoFinalizer(buffer, NoPool.INSTANCE, level);
            case CSV -> buffer;
        };
    }

    @Override
    public void write(int b) throws IOException {
        stream.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        stream.write(bytes, offset, length);
    }

    byte[] finish() throws IOException {
        stream.close();
        stream = null;
        return Arrays.copyOf(buffer.bytes, buffer.length);
    }

    static InputStream decompress(InputStream stored, PartFormat format) throws IOException {
        return switch (format) {
            case GZIP -> new GZIPInputStream(stored, 1 << 16);
            case ZSTD -> new ZstdInputStream(stored);
            case CSV -> stored;
        };
    }

    /** A byte array that grows and is written to in place. */
    static final class Buffer extends OutputStream {
        private byte[] bytes = new byte[FIRST_CAPACITY];
        private int length;

        private void reserve(int more) {
            if (bytes.length - length < more) {
                long wanted = Math.max(bytes.length * 2L, (long) length + more);
                if (length + (long) more > Integer.MAX_VALUE - 16) {
                    throw new IllegalStateException(
                            "A part of 2 GB and more cannot be stored: set a smaller part size.");
                }
                bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
            }
        }

        @Override
        public void write(int b) {
            reserve(1);
            bytes[length++] = (byte) b;
        }

        @Override
        public void write(byte[] source, int offset, int count) {
            reserve(count);
            System.arraycopy(source, offset, bytes, length, count);
            length += count;
        }
    }
}
