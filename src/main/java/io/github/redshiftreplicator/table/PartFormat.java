package io.github.redshiftreplicator.table;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How a part is stored, and so how COPY must read it. */
public enum PartFormat {
    GZIP("gzip", ".csv.gz", "GZIP"),
    CSV("csv", ".csv", ""),
    ZSTD("zstd", ".csv.zst", "ZSTD");

    private final String word;
    private final String extension;
    private final String copyClause;

    PartFormat(String word, String extension, String copyClause) {
        this.word = word;
        this.extension = extension;
        this.copyClause = copyClause;
    }

    /** The word used in configuration and in the state table. */
    public String word() {
        return word;
    }

    /** The extension of a part's S3 key, with its dot. */
    public String extension() {
        return extension;
    }

    /** COPY's word for this compression, empty for none. */
    public String copyClause() {
        return copyClause;
    }

    /**
     * Finds a format by its word.
     *
     * @throws IllegalArgumentException if there is no such format; the message names the known ones
     */
    public static PartFormat of(String word) {
        for (PartFormat format : values()) {
            if (format.word.equalsIgnoreCase(word.strip())) {
                return format;
            }
        }
        throw new IllegalArgumentException("Unknown format '" + word + "': use one of "
                + Arrays.stream(values()).map(PartFormat::word).collect(Collectors.joining(", ")) + ".");
    }
}
