package io.github.redshiftreplicator.export;

import com.intel.gkl.compression.IntelDeflater;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Makes one gzip member (RFC 1952). Level 1 runs on Intel's ISA-L where its library loads, several times as fast as zlib.
 * ISA-L takes its input whole and must find room for its whole output; beyond {@value FileStream#MOST_AT_ONCE} bytes, and for what
 * hardly compresses, zlib does it.
 */
final class GzipStream extends FileStream {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
    private static final int TRAILER_LENGTH = 8;
    private static final int STEP = 1 << 16;

    private final CRC32 checksum = new CRC32();
    private Deflater zlib;
    private long length;

    GzipStream(Buffer gathered, Buffer file, int level) {
        super(gathered, file, level);
        if (level != 1 || !IntelLibrary.LOADED) {
            useZlib();
        }
    }

    /** Loads ISA-L once, when gzip is first asked for. */
    private static final class IntelLibrary {
        static final boolean LOADED = load();

        private static boolean load() {
            try {
                return new IntelDeflater(1, true).load(null);
            } catch (RuntimeException | LinkageError e) {
                return false;
            }
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        checksum.update(bytes, offset, count);
        length += count;
        if (zlib == null && length > MOST_AT_ONCE) {
            useZlib();
        }
        if (zlib == null) {
            gathered.write(bytes, offset, count);
        } else {
            zlib.setInput(bytes, offset, count);
            deflate();
        }
    }

    private void useZlib() {
        zlib = new Deflater(level, true);
        zlib.setInput(gathered.bytes(), 0, gathered.length());
        deflate();
    }

    private void deflate() {
        int written;
        do {
            file.reserve(STEP);
            written = zlib.deflate(file.bytes(), file.length(), STEP);
            file.advance(written);
        } while (written > 0);
    }

    /** Returns false if the output found no room. */
    private boolean deflateAtOnce() {
        file.reserve(gathered.length() / 4 * 3 + STEP);
        Deflater intel = new IntelDeflater(level, true);
        try {
            intel.setInput(gathered.bytes(), 0, gathered.length());
            intel.finish();
            file.advance(intel.deflate(file.bytes(), 0, file.bytes().length));
            return true;
        } catch (RuntimeException e) {
            return false;
        } finally {
            intel.end();
        }
    }

    @Override
    byte[] finish() {
        if (zlib == null && (length == 0 || !deflateAtOnce())) {
            useZlib();
        }
        if (zlib != null) {
            zlib.finish();
            deflate();
            zlib.end();
        }
        return ByteBuffer.allocate(HEADER.length + file.length() + TRAILER_LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(HEADER)
                .put(file.bytes(), 0, file.length())
                .putInt((int) checksum.getValue())
                .putInt((int) length)
                .array();
    }
}
