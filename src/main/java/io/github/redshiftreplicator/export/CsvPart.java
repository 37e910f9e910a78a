package io.github.redshiftreplicator.export;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collections;
import java.util.List;

/**
 * A part's CSV before compression: whole rows in slices of the reader's blocks, not copied. Immutable as long as no one
 * changes the blocks.
 */
public final class CsvPart {
    /** A stretch of a block. */
    public record Slice(byte[] bytes, int offset, int length) {}

    private final List<Slice> slices;
    private final long rows;
    private final long bytes;

    public CsvPart(List<Slice> slices, long rows) {
        this.slices = List.copyOf(slices);
        this.rows = rows;
        this.bytes = slices.stream().mapToLong(Slice::length).sum();
    }

    public List<Slice> slices() {
        return slices;
    }

    /** The rows in it, at least 1. */
    public long rows() {
        return rows;
    }

    /** Its size, uncompressed. */
    public long bytes() {
        return bytes;
    }

    /** Reads it from its start; may be asked for again. */
    public InputStream inputStream() {
        return new SequenceInputStream(Collections.enumeration(slices.stream()
                .map(s -> (InputStream) new ByteArrayInputStream(s.bytes(), s.offset(), s.length()))
                .toList()));
    }

    /** What logs show: its size, none of its rows. */
    @Override
    public String toString() {
        return "CsvPart[" + rows + " rows, " + bytes + " bytes]";
    }
}
