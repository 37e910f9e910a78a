package io.github.redshiftreplicator.export;

import com.github.luben.zstd.ZstdInputStream;
import io.github.redshiftreplicator.table.PartFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;

/** Compresses one part at a time into memory, and keeps its buffers for the next. Not thread-safe. */
final class Compressor extends OutputStream {
    private final Buffer input = new Buffer();
    private final Buffer output = new Buffer();
    private FileStream stream;

    /**
     * Begins a part.
     *
     * @param length the bytes that will be written, 0 if that is unknown
     */
    void start(PartFormat format, int level, long length) {
        stream = switch (format) {
            case GZIP -> {
                input.prepare(length);
                yield new GzipStream(input, output, level);
            }
            case ZSTD -> {
                input.prepare(length);
                yield new ZstdStream(input, output, level);
            }
            case CSV -> {
                output.prepare(length);
                yield new PlainStream(input, output);
            }
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
        return stream.finish();
    }

    private static final class PlainStream extends FileStream {
        PlainStream(Buffer gathered, Buffer file) {
            super(gathered, file, 0);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) {
            file.write(bytes, offset, count);
        }

        @Override
        byte[] finish() {
            return file.toByteArray();
        }
    }

    static InputStream decompress(InputStream stored, PartFormat format) throws IOException {
        return switch (format) {
            case GZIP -> new GZIPInputStream(stored, 1 << 16);
            case ZSTD -> new ZstdInputStream(stored);
            case CSV -> stored;
        };
    }
}
