package io.github.redshiftreplicator.export;

import com.intel.gkl.compression.IntelDeflater;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes one gzip member (RFC 1952) into a buffer. Level 1 runs on Intel's ISA-L where its library loads, several times as
 * fast as zlib. ISA-L takes its input whole, so a file beyond {@value #MOST_AT_ONCE} bytes goes through zlib.
 */
final class GzipStream extends OutputStream {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
    private static final int MOST_AT_ONCE = 40 << 20;
    private static final int STEP = 1 << 16;

    private final Buffer output;
    private final Buffer gathered;
    private final Buffer deflated;
    private final int level;
    private final CRC32 checksum = new CRC32();
    private Deflater zlib;
    private long length;
    private boolean closed;

    /** The buffers {@code gathered} and {@code deflated} are used meanwhile. */
    GzipStream(Buffer output, Buffer gathered, Buffer deflated, int level) {
        this.output = output;
        this.gathered = gathered;
        this.level = level;
        this.deflated = deflated;
        gathered.clear();
        output.write(HEADER, 0, HEADER.length);
        if (level != 1 || !IntelLibrary.LOADED) {
            zlib = new Deflater(level, true);
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
            zlib = new Deflater(level, true);
            zlib.setInput(gathered.bytes(), 0, gathered.length());
            deflate();
        }
        if (zlib == null) {
            gathered.write(bytes, offset, count);
        } else {
            zlib.setInput(bytes, offset, count);
            deflate();
        }
    }

    private void deflate() {
        int written;
        do {
            output.reserve(STEP);
            written = zlib.deflate(output.bytes(), output.length(), STEP);
            output.advance(written);
        } while (written > 0);
    }

    private void deflateAtOnce() {
        // ISA-L writes from the start of an array, and no input may outgrow it.
        deflated.reserve(gathered.length() + gathered.length() / 8 + STEP);
        Deflater intel = new IntelDeflater(level, true);
        intel.setInput(gathered.bytes(), 0, gathered.length());
        intel.finish();
        output.write(deflated.bytes(), 0, intel.deflate(deflated.bytes(), 0, deflated.bytes().length));
        intel.end();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (zlib == null && length > 0) {
            deflateAtOnce();
        } else {
            zlib = zlib == null ? new Deflater(level, true) : zlib;
            zlib.finish();
            deflate();
            zlib.end();
        }
        littleEndian(checksum.getValue());
        littleEndian(length);
    }

    private void littleEndian(long value) {
        for (int shift = 0; shift < 32; shift += 8) {
            output.write((int) (value >> shift));
        }
    }
}
