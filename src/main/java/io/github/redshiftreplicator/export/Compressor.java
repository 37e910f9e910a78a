package io.github.redshiftreplicator.export;

import com.github.luben.zstd.NoPool;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.github.redshiftreplicator.table.PartFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;

/** Compresses one part at a time into memory, and keeps its buffers for the next. Not thread-safe. */
final class Compressor extends OutputStream {
    private final Buffer buffer = new Buffer();
    private final Buffer gathered = new Buffer();
    private final Buffer deflated = new Buffer();
    private OutputStream stream;

    void start(PartFormat format, int level) throws IOException {
        buffer.clear();
        stream = switch (format) {
            case GZIP -> new GzipStream(buffer, gathered, deflated, level);
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
        return buffer.toByteArray();
    }

    static InputStream decompress(InputStream stored, PartFormat format) throws IOException {
        return switch (format) {
            case GZIP -> new GZIPInputStream(stored, 1 << 16);
            case ZSTD -> new ZstdInputStream(stored);
            case CSV -> stored;
        };
    }
}
