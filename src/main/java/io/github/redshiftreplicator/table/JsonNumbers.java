package io.github.redshiftreplicator.table;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Finds JSON numbers that Redshift may not keep as they are: an individual value within a SUPER is limited to what the
 * corresponding type holds ("Limitations" of the SUPER type), which is DECIMAL's 38 digits and, where there is an exponent,
 * DOUBLE PRECISION. The source would take long to look at each document, so those who read from it do.
 */
public final class JsonNumbers {
    /** Such a value, in words. */
    public static final String BEYOND = "a JSON number of more than 38 digits, or with an exponent and not exactly a"
            + " double, which SUPER may not keep";

    /**
     * Finds all that {@link #isBeyond} does, and numbers with an exponent that are near to those. A regular expression
     * that all databases know, its backslashes not doubled.
     */
    static final String PATTERN = "^[^\"]*(\"[^\"\\\\]*(\\\\.[^\"\\\\]*)*\"[^\"]*)*"
            + "([1-9]([0-9]{38}|[0-9.]{39})"
            + "|[1-9]([0-9]{15}|[0-9.]{16})[0-9.]*[eE]"
            + "|[0-9.][eE][+-]?0*(29[0-9]|[3-9][0-9]{2}|[1-9][0-9]{3,}))";

    private static final int RUN = 39;

    private JsonNumbers() {}

    /**
     * Whether one of some fields of a row of CSV has such a number.
     *
     * @param row in UTF-8
     * @param fields their positions, from 0, ascending
     */
    public static boolean isInField(byte[] row, int[] fields) {
        return fields.length > 0
                && (hasRun(row) || hasExponent(row))
                && isInField(new String(row, StandardCharsets.UTF_8), fields);
    }

    /** Whether there are enough digits and points in a row: every so many bytes one of them must stand. */
    private static boolean hasRun(byte[] row) {
        for (int at = RUN - 1; at < row.length; at += RUN) {
            if (isOfNumber(row[at])) {
                int start = start(row, at);
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

    /** Whether there is what may be a number with an exponent, and not a piece of a word or of a digest. */
    private static boolean hasExponent(byte[] row) {
        for (int at = 1; at + 1 < row.length; at++) {
            if ((row[at] | 0x20) == 'e' && isOfNumber(row[at - 1]) && row[at + 1] <= '9') {
                int start = start(row, at - 1);
                if (start > 0 && row[start - 1] == '-') {
                    start--;
                }
                boolean isString = start > 1 && row[start - 1] == '"' && row[start - 2] == '"';
                if (!isString
                        && (start == 0 || row[start - 1] <= ',' || row[start - 1] == ':' || row[start - 1] == '[')) {
                    return true;
                }
            }
        }
        return false;
    }

    private static int start(byte[] row, int at) {
        int start = at;
        while (start > 0 && isOfNumber(row[start - 1])) {
            start--;
        }
        return start;
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
                    if (isBeyond(value)) {
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
    public static boolean isBeyond(CharSequence json) {
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '"') {
                i = endOfString(json, i);
            } else if (isOfNumber(c)) {
                int end = endOfNumber(json, i);
                if (isBeyond(json, i, end)) {
                    return true;
                }
                i = end - 1;
            }
        }
        return false;
    }

    /** Where the closing quote stands. */
    private static int endOfString(CharSequence json, int start) {
        int end = start + 1;
        while (end < json.length() && json.charAt(end) != '"') {
            end += json.charAt(end) == '\\' ? 2 : 1;
        }
        return end;
    }

    private static int endOfNumber(CharSequence json, int start) {
        int end = start;
        while (end < json.length() && (isOfNumber(json.charAt(end)) || "eE+-".indexOf(json.charAt(end)) >= 0)) {
            end++;
        }
        return end;
    }

    private static boolean isBeyond(CharSequence json, int start, int end) {
        int digits = 0;
        for (int i = start; i < end; i++) {
            char c = json.charAt(i);
            if (c == 'e' || c == 'E') {
                return !isDouble(json.subSequence(start, end).toString());
            }
            if (c >= '1' && c <= '9' || c == '0' && digits > 0) {
                digits++;
            }
            if (digits == RUN) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a double is that, rounded to the digits that are written: of some doubles PostgreSQL writes more than the
     * shortest text has. Text that is no number is left to COPY.
     */
    private static boolean isDouble(String number) {
        double nearest;
        try {
            nearest = Double.parseDouble(number);
        } catch (NumberFormatException e) {
            return true;
        }
        if (Double.isInfinite(nearest) || nearest != 0 && Math.abs(nearest) < Double.MIN_NORMAL) {
            return false;
        }
        try {
            BigDecimal written = new BigDecimal(number).stripTrailingZeros();
            BigDecimal halfOfLastPlace = BigDecimal.valueOf(5, written.scale() + 1);
            return new BigDecimal(nearest).subtract(written).abs().compareTo(halfOfLastPlace) <= 0;
        } catch (NumberFormatException e) {
            // an exponent beyond an int's
            return false;
        }
    }
}
