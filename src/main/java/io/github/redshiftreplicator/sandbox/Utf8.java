package io.github.redshiftreplicator.sandbox;

/** UTF-8 as VARCHAR accepts it; error numbers as in "Multibyte character load errors". */
final class Utf8 {

    private static final int TOO_LONG = -1;
    private static final int INCOMPLETE = -2;
    private static final int BAD_START = -3;
    private static final int BAD_CONTINUATION = -4;
    private static final int SURROGATE = -5;

    private Utf8() {}

    /** How many bytes a sequence has by its first byte. */
    static int expected(byte first) {
        int b = first & 0xff;
        if (b < 0xc0) {
            return 1;
        }
        return b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
    }

    /** The length of the sequence at a place, or minus the error's number. */
    static int sequence(byte[] bytes, int at, int to) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        if (first < 0xc2 || first == 0xfe || first == 0xff) {
            return BAD_START;
        }
        if (first > 0xf4) {
            return TOO_LONG;
        }
        int length = expected(bytes[at]);
        if (at + length > to) {
            return INCOMPLETE;
        }
        int code = first & (0x7f >> length);
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return BAD_CONTINUATION;
            }
            code = code << 6 | bytes[at + i] & 0x3f;
        }
        if (length == 3 && code < 0x800 || length == 4 && code < 0x10000) {
            return BAD_START;
        }
        if (code >= 0xd800 && code <= 0xdfff) {
            return SURROGATE;
        }
        return code > 0x10ffff ? TOO_LONG : length;
    }

    static String hex(byte[] bytes, int from, int to) {
        StringBuilder hex = new StringBuilder();
        for (int i = from; i < to; i++) {
            hex.append(i > from ? " " : "").append(String.format("%02x", bytes[i]));
        }
        return hex.toString();
    }
}
