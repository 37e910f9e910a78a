package io.github.redshiftreplicator.export;

import com.intel.gkl.compression.IntelDeflater;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes one gzip member (RFC 1952) into a buffer. Level 1 runs on Intel's ISA-L where its library loads, several times as
 * fast as zlib.
 */
final class GzipStream extends OutputStream {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
    /** An empty last block of deflate (RFC 1951). */
    private static final byte[] NO_DATA = {3, 0};
    /** Input given to the deflater at once: ISA-L must find room for all its output. */
    private static final int STEP = 1 << 18;

    private final Compressor.Buffer buffer;
    private final byte[] input = new byte[STEP];
    private int inputLength;
    private final byte[] output = new byte[STEP + STEP / 2];
    private final CRC32 checksum = new CRC32();
    private final Deflater deflater;
    private final boolean intel;
    private long length;
    private boolean closed;

    GzipStream(Compressor.Buffer buffer, int level) {
        this.buffer = buffer;
        this.intel = level == 1 && IntelLibrary.LOADED;
        this.deflater = intel ? new IntelDeflater(level, true) : new Deflater(level, true);
        buffer.write(HEADER, 0, HEADER.length);
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
        for (int done = 0; done < count; ) {
            if (inputLength == input.length) {
                deflate();
            }
            int step = Math.min(input.length - inputLength, count - done);
            System.arraycopy(bytes, offset + done, input, inputLength, step);
            inputLength += step;
            done += step;
        }
    }

    // ISA-L takes each input in one call, wants its last with finish(), and writes from an array's start only.
    private void deflate() {
        deflater.setInput(input, 0, inputLength);
        inputLength = 0;
        int written;
        do {
            written = deflater.deflate(output, 0, output.length);
            buffer.write(output, 0, written);
        } while (!intel && written > 0);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (length == 0) {
            buffer.write(NO_DATA, 0, NO_DATA.length);
        } else {
            deflater.finish();
            deflate();
        }
        deflater.end();
        littleEndian(checksum.getValue());
        littleEndian(length);
    }

    private void littleEndian(long value) {
        for (int shift = 0; shift < 32; shift += 8) {
            buffer.write((int) (value >> shift));
        }
    }
}
