package io.github.redshiftreplicator.source;

import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/** How far an export has read. Thread-safe; may be read while the export runs. */
public final class Progress {
    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final long estimatedRows;

    /** @param estimatedRows the table's rows as the database estimates them, negative if it does not */
    public Progress(long estimatedRows) {
        this.estimatedRows = estimatedRows;
    }

    public void add(long moreRows, long moreBytes) {
        rows.add(moreRows);
        bytes.add(moreBytes);
    }

    /** Rows read so far. */
    public long rows() {
        return rows.sum();
    }

    /** Bytes of CSV read so far; where rows are read through JDBC, the characters of their values. */
    public long bytes() {
        return bytes.sum();
    }

    /** The rows of the whole table by the database's own statistics, which may be far off; a window may hold fewer. */
    public OptionalLong estimatedRows() {
        return estimatedRows < 0 ? OptionalLong.empty() : OptionalLong.of(estimatedRows);
    }
}
