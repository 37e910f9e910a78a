package io.github.redshiftreplicator.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Splits CSV as COPY's CSV parameter describes it: a field may stand in quotes, a quote in it is doubled, and only there may
 * delimiters, newlines and quotes stand. Works on bytes and holds one row at a time. Used by one thread.
 */
final class CsvRows {

    private static final int INITIAL = 1 << 18;
    /** "Limitations" of SUPER: a row must fit within the COPY scanner's buffer of 64 MB. */
    private static final int LONGEST_ROW = 1 << 26;

    private final InputStream in;
    private final byte delimiter;
    private final byte quote;
    private byte[] buffer = new byte[INITIAL];
    private int rowStart;
    private int at;
    private int limit;
    private boolean ended;
    private boolean skipLineFeed;
    private int fields;
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private boolean[] quoted = new boolean[64];
    private boolean[] doubled = new boolean[64];
    private byte[] scratch = new byte[1024];
    private int rowEnd;
    private long line;
    private long nextLine = 1;
    private String error;
    private int errorPosition;

    CsvRows(InputStream in, byte delimiter, byte quote) {
        this.in = in;
        this.delimiter = delimiter;
        this.quote = quote;
    }

    /** Moves to the next row; false at the end. */
    boolean next() throws IOException {
        rowStart = at;
        fields = 0;
        error = null;
        line = nextLine;
        if (skipLineFeed) {
            skipLineFeed = false;
            if (has() && buffer[at] == '\n') {
                at++;
                rowStart = at;
            }
        }
        if (!has()) {
            return false;
        }
        while (field()) {
            // until the row ends
        }
        return true;
    }

    /** Reads a field; true if another follows in the row. */
    private boolean field() throws IOException {
        room();
        if (has() && buffer[at] == quote) {
            return quotedField();
        }
        starts[fields] = at - rowStart;
        quoted[fields] = false;
        doubled[fields] = false;
        while (true) {
            byte[] bytes = buffer;
            int i = at;
            int to = limit;
            while (i < to) {
                byte b = bytes[i];
                if (b == delimiter || b == '\n' || b == '\r') {
                    at = i;
                    ends[fields++] = at - rowStart;
                    return endOfField();
                }
                if (b == quote) {
                    fail("Invalid quote formatting for CSV", i - rowStart);
                }
                i++;
            }
            at = i;
            if (!fill()) {
                ends[fields++] = at - rowStart;
                rowEnd = at - rowStart;
                return false;
            }
        }
    }

    private boolean quotedField() throws IOException {
        at++;
        starts[fields] = at - rowStart;
        quoted[fields] = true;
        boolean any = false;
        while (true) {
            if (!has()) {
                fail("Invalid quote formatting for CSV", at - rowStart);
                doubled[fields] = any;
                ends[fields++] = at - rowStart;
                rowEnd = at - rowStart;
                return false;
            }
            byte b = buffer[at];
            if (b == '\n') {
                nextLine++;
            }
            if (b != quote) {
                at++;
                continue;
            }
            at++;
            if (has() && buffer[at] == quote) {
                any = true;
                at++;
                continue;
            }
            break;
        }
        doubled[fields] = any;
        ends[fields++] = at - 1 - rowStart;
        if (!has()) {
            rowEnd = at - rowStart;
            return false;
        }
        byte b = buffer[at];
        if (b != delimiter && b != '\n' && b != '\r') {
            fail("Invalid quote formatting for CSV", at - rowStart);
            while (has() && buffer[at] != delimiter && buffer[at] != '\n' && buffer[at] != '\r') {
                at++;
            }
            if (!has()) {
                rowEnd = at - rowStart;
                return false;
            }
        }
        return endOfField();
    }

    private boolean endOfField() {
        byte b = buffer[at];
        if (b == delimiter) {
            at++;
            return true;
        }
        rowEnd = at - rowStart;
        at++;
        nextLine++;
        skipLineFeed = b == '\r';
        return false;
    }

    private void fail(String reason, int position) {
        if (error == null) {
            error = reason;
            errorPosition = position;
        }
    }

    private void room() {
        if (fields == starts.length) {
            starts = Arrays.copyOf(starts, fields * 2);
            ends = Arrays.copyOf(ends, fields * 2);
            quoted = Arrays.copyOf(quoted, fields * 2);
            doubled = Arrays.copyOf(doubled, fields * 2);
        }
    }

    private boolean has() throws IOException {
        return at < limit || fill();
    }

    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        if (rowStart > 0) {
            System.arraycopy(buffer, rowStart, buffer, 0, limit - rowStart);
            at -= rowStart;
            limit -= rowStart;
            rowStart = 0;
        }
        if (limit == buffer.length) {
            if (limit >= LONGEST_ROW) {
                throw new SqlError(SqlError.INTERNAL, "Input line is not valid: it has more than 64 MB");
            }
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int count = in.read(buffer, limit, buffer.length - limit);
        if (count < 0) {
            ended = true;
            return false;
        }
        limit += count;
        return count > 0 || fill();
    }

    int fields() {
        return fields;
    }

    boolean isBlank() {
        return fields == 1 && !quoted[0] && starts[0] == ends[0];
    }

    boolean quoted(int field) {
        return quoted[field];
    }

    /** Puts a field's value into the slice; valid until the next call of this or of {@link #next}. */
    void value(int field, Slice slice) {
        int from = rowStart + starts[field];
        int to = rowStart + ends[field];
        if (!doubled[field]) {
            slice.set(buffer, from, to);
            return;
        }
        if (scratch.length < to - from) {
            scratch = new byte[(to - from) * 2];
        }
        int length = 0;
        for (int i = from; i < to; i++) {
            scratch[length++] = buffer[i];
            if (buffer[i] == quote) {
                i++;
            }
        }
        slice.set(scratch, 0, length);
    }

    /** The row as it stands in the file, without its end of line. */
    void raw(Slice slice) {
        slice.set(buffer, rowStart, rowStart + rowEnd);
    }

    /** The row's bytes in the file, without its end of line. */
    int length() {
        return rowEnd;
    }

    /** The row's first line in the file, from 1. */
    long line() {
        return line;
    }

    /** What is wrong with the row's form, or null. */
    String error() {
        return error;
    }

    int errorPosition() {
        return errorPosition;
    }

    /** A stretch of bytes. */
    static final class Slice {

        private byte[] bytes = new byte[0];
        private int from;
        private int to;

        void set(byte[] newBytes, int newFrom, int newTo) {
            bytes = newBytes;
            from = newFrom;
            to = newTo;
        }

        byte[] bytes() {
            return bytes;
        }

        int from() {
            return from;
        }

        int to() {
            return to;
        }

        int length() {
            return to - from;
        }

        byte at(int index) {
            return bytes[from + index];
        }

        boolean is(byte[] other) {
            return Arrays.equals(bytes, from, to, other, 0, other.length);
        }

        String text() {
            return new String(bytes, from, to - from, java.nio.charset.StandardCharsets.UTF_8);
        }

        String ascii() {
            return new String(bytes, from, to - from, java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }
}
