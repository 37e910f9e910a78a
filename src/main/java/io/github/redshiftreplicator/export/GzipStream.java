package io.github.redshiftreplicator.export;

import com.intel.gkl.compression.IntelDeflater;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Makes one gzip member (RFC 1952). Level 1 runs on Intel's ISA-L where its library loads, several times as fast as zlib.
 * ISA-L takes its input whole and must find room for its whole output; beyond {@value #MOST_AT_ONCE} bytes, and for what
 * hardly compresses, zlib does it.
 */
final class GzipStream extends OutputStream {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
    private static final int TRAILER_LENGTH = 8;
    private static final int MOST_AT_ONCE = 40 << 20;
    private static final int STEP = 1 << 16;

    private final Buffer gathered;
    private final Buffer deflated;
    private final int level;
    private final CRC32 checksum = new CRC32();
    private Deflater zlib;
    private long length;

    /** Uses both buffers until it is finished. */
    GzipStream(Buffer gathered, Buffer deflated, int level) {
        this.gathered = gathered;
        this.deflated = deflated;
        this.level = level;
        gathered.clear();
        deflated.clear();
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
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
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
            deflated.reserve(STEP);
            written = zlib.deflate(deflated.bytes(), deflated.length(), STEP);
            deflated.advance(written);
        } while (written > 0);
    }

    /** Returns false if the output found no room. */
    private boolean deflateAtOnce() {
        deflated.reserve(gathered.length() / 4 * 3 + STEP);
        Deflater intel = new IntelDeflater(level, true);
        try {
            intel.setInput(gathered.bytes(), 0, gathered.length());
            intel.finish();
            deflated.advance(intel.deflate(deflated.bytes(), 0, deflated.bytes().length));
            return true;
        } catch (RuntimeException e) {
            return false;
        } finally {
            intel.end();
        }
    }

    /** Ends the stream and returns the file. */
    byte[] finish() {
        if (zlib == null && (length == 0 || !deflateAtOnce())) {
            useZlib();
        }
        if (zlib != null) {
            zlib.finish();
            deflate();
            zlib.end();
        }
        return ByteBuffer.allocate(HEADER.length + deflated.length() + TRAILER_LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(HEADER)
                .put(deflated.bytes(), 0, deflated.length())
                .putInt((int) checksum.getValue())
                .putInt((int) length)
                .array();
    }
}
