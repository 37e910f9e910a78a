package io.github.redshiftreplicator.table;

import java.nio.charset.StandardCharsets;

/**
 * Finds JSON numbers with more digits than Redshift's types keep: an individual value within a SUPER is limited to what the
 * corresponding type holds ("Limitations" of the SUPER type). The source would take long to look at each document, so those
 * who read from it do.
 */
public final class JsonNumbers {
    /** What such a value holds, in words. */
    public static final String LONG = "a JSON number of more than 38 digits, which SUPER may not keep";

    /** The same as {@link #isLong} as a regular expression that all databases know, its backslashes not doubled. */
    static final String PATTERN = "^[^\"]*(\"[^\"\\\\]*(\\\\.[^\"\\\\]*)*\"[^\"]*)*[1-9]([0-9]{38}|[0-9.]{39})";

    private static final int RUN = 39;

    private JsonNumbers() {}

    /**
     * Whether one of some fields of a row of CSV has such a number.
     *
     * @param row in UTF-8
     * @param fields their positions, from 0, ascending
     */
    public static boolean isInField(byte[] row, int[] fields) {
        return fields.length > 0 && hasRun(row) && isInField(new String(row, StandardCharsets.UTF_8), fields);
    }

    /** Whether there are enough digits and points in a row: every so many bytes one of them must stand. */
    private static boolean hasRun(byte[] row) {
        for (int at = RUN - 1; at < row.length; at += RUN) {
            if (isOfNumber(row[at])) {
                int start = at;
                while (start > 0 && isOfNumber(row[start - 1])) {
                    start--;
                }
                int end = at;
                while (end < row.length && isOfNumber(row[end])) {
                    end++;
                }
                if (end - start >= RUN) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isOfNumber(int c) {
        return c >= '0' && c <= '9' || c == '.';
    }

    private static boolean isInField(String row, int[] fields) {
        int field = 0;
        int next = 0;
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i <= row.length() && next < fields.length; i++) {
            char c = i < row.length() ? row.charAt(i) : CsvFormat.DELIMITER;
            if (c == CsvFormat.QUOTE) {
                boolean isDoubled = quoted && i + 1 < row.length() && row.charAt(i + 1) == CsvFormat.QUOTE;
                if (isDoubled) {
                    value.append(c);
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == CsvFormat.DELIMITER && !quoted) {
                if (field == fields[next]) {
                    if (isLong(value)) {
                        return true;
                    }
                    next++;
                }
                field++;
                value.setLength(0);
            } else {
                value.append(c);
            }
        }
        return false;
    }

    /** Whether a JSON document has such a number. Zeros before the first other digit count for nothing. */
    public static boolean isLong(CharSequence json) {
        boolean inString = false;
        int digits = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (inString) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    inString = false;
                }
            } else if (c >= '1' && c <= '9' || c == '0' && digits > 0) {
                if (++digits == RUN) {
                    return true;
                }
            } else if (c != '.') {
                inString = c == '"';
                digits = c == '0' ? digits : 0;
            }
        }
        return false;
    }
}
