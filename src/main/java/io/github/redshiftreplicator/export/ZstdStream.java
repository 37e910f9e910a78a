package io.github.redshiftreplicator.export;

import com.github.luben.zstd.NoPool;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Makes one zstd frame (RFC 8878), at once, which is a fifth faster than piece by piece; beyond {@value #MOST_AT_ONCE} bytes
 * piece by piece.
 */
final class ZstdStream extends OutputStream {
    private static final int MOST_AT_ONCE = 40 << 20;

    private final Buffer gathered;
    private final Buffer compressed;
    private final int level;
    private OutputStream pieces;

    /** Uses both buffers until it is finished. */
    ZstdStream(Buffer gathered, Buffer compressed, int level) {
        this.gathered = gathered;
        this.compressed = compressed;
        this.level = level;
        gathered.clear();
        compressed.clear();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        if (pieces == null && gathered.length() + (long) count > MOST_AT_ONCE) {
            pieces = new ZstdOutputStreamNoFinalizer(compressed, NoPool.INSTANCE, level);
            pieces.write(gathered.bytes(), 0, gathered.length());
        }
        (pieces == null ? gathered : pieces).write(bytes, offset, count);
    }

    /** Ends the stream and returns the file. */
    byte[] finish() throws IOException {
        if (pieces != null) {
            pieces.close();
            return compressed.toByteArray();
        }
        compressed.reserve((int) Zstd.compressBound(gathered.length()));
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(level);
            compressed.advance(context.compressByteArray(
                    compressed.bytes(), 0, compressed.bytes().length, gathered.bytes(), 0, gathered.length()));
        }
        return compressed.toByteArray();
    }
}
