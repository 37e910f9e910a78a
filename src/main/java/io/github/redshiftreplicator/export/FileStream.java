package io.github.redshiftreplicator.export;

import java.io.IOException;
import java.io.OutputStream;

/** Makes one file of a part in memory. Not thread-safe. */
abstract class FileStream extends OutputStream {
    /** The most bytes that are gathered to be compressed at once. */
    static final int MOST_AT_ONCE = 40 << 20;

    final Buffer gathered;
    final Buffer file;
    final int level;

    /** Uses both buffers until it is finished. */
    FileStream(Buffer gathered, Buffer file, int level) {
        this.gathered = gathered;
        this.file = file;
        this.level = level;
        gathered.clear();
        file.clear();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public abstract void write(byte[] bytes, int offset, int count) throws IOException;

    /** Ends the stream and returns the file. */
    abstract byte[] finish() throws IOException;
}
