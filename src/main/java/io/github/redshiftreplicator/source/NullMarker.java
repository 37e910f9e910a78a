package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.CsvFormat;
import java.nio.charset.StandardCharsets;

/**
 * Finds the value that equals the text for NULL. Redshift does not document whether it would load as NULL although it is
 * quoted, so it must not get there.
 */
final class NullMarker {
    private static final byte[] QUOTED =
            (CsvFormat.QUOTE + CsvFormat.NULL_MARKER + CsvFormat.QUOTE).getBytes(StandardCharsets.US_ASCII);

    // Boyer-Moore-Horspool: how far a byte at the pattern's end lets it move on
    private static final int[] SHIFTS = new int[256];

    static {
        java.util.Arrays.fill(SHIFTS, QUOTED.length);
        for (int i = 0; i < QUOTED.length - 1; i++) {
            SHIFTS[QUOTED[i] & 0xff] = QUOTED.length - 1 - i;
        }
    }

    private NullMarker() {}

    /** Whether a row of CSV has the marker as a quoted field. */
    static boolean isField(byte[] row) {
        int last = QUOTED.length - 1;
        int at = last;
        while (at < row.length) {
            if (row[at] == QUOTED[last] && matches(row, at - last)) {
                return true;
            }
            at += SHIFTS[row[at] & 0xff];
        }
        return false;
    }

    /** Inside a field a quote is doubled, so one alone after a delimiter begins a field. */
    private static boolean matches(byte[] row, int start) {
        int end = start + QUOTED.length;
        if (start > 0 && row[start - 1] != CsvFormat.DELIMITER
                || end < row.length && row[end] != CsvFormat.DELIMITER && row[end] != '\n' && row[end] != '\r') {
            return false;
        }
        for (int i = 0; i < QUOTED.length; i++) {
            if (row[start + i] != QUOTED[i]) {
                return false;
            }
        }
        return true;
    }

    static ValueRefusedException refusal() {
        return new ValueRefusedException("a column holds the text " + CsvFormat.NULL_MARKER
                + ", which stands for NULL in the parts: change the value, or set onInvalid to replace or null.");
    }
}
