package io.github.redshiftreplicator.sandbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.redshiftreplicator.sandbox.CsvRows.Slice;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * A column that COPY loads: checks a field as Redshift does and writes it for PostgreSQL. Works on bytes. Used by one thread.
 *
 * <p>Amazon Redshift Database Developer Guide, "Data types", "Data conversion parameters", "Multibyte character load errors".
 */
abstract class CopyColumn {

    /** A column as the catalog has it. */
    record Definition(String name, String type, int modifier, boolean notNull, boolean hasDefault, boolean identity) {

        boolean isNeeded() {
            return notNull && !hasDefault && !identity;
        }

        /** The declared length or precision as STL_LOAD_ERRORS shows it. */
        String length() {
            return switch (type) {
                case "varchar", "bpchar", "varbyte" -> modifier < 0 ? "" : String.valueOf(modifier - 4);
                case "numeric" -> modifier < 0 ? "" : precision() + ", " + scale();
                default -> "0";
            };
        }

        int bytes() {
            return modifier < 0 ? RedshiftType.LONGEST_VARCHAR : modifier - 4;
        }

        int precision() {
            return modifier < 0 ? 38 : (modifier - 4) >> 16 & 0xffff;
        }

        int scale() {
            return modifier < 0 ? 37 : (modifier - 4) & 0x7ff;
        }

        /** The type's name as STL_LOAD_ERRORS shows it. */
        String shownType() {
            return type.equals("bpchar") ? "char" : type;
        }
    }

    private final Definition definition;

    CopyColumn(Definition definition) {
        this.definition = definition;
    }

    static CopyColumn of(Definition definition, CopyStatement copy) {
        return switch (definition.type()) {
            case "varchar", "text", "name" -> new Text(definition, copy, false);
            case "bpchar" -> new Text(definition, copy, true);
            case "int2" -> new Whole(definition, Short.MIN_VALUE, Short.MAX_VALUE, "Short");
            case "int4" -> new Whole(definition, Integer.MIN_VALUE, Integer.MAX_VALUE, "Integer");
            case "int8" -> new Whole(definition, Long.MIN_VALUE, Long.MAX_VALUE, "Long");
            case "numeric" -> new Decimal(definition, copy.roundDecimals());
            case "float4", "float8" -> new Floating(definition);
            case "bool" -> new Bool(definition);
            case "date", "timestamp", "timestamptz", "time", "timetz" -> new Temporal(definition, copy);
            case "varbyte" -> new Bytes(definition);
            case "super" -> new Super(definition);
            default ->
                throw SqlError.unsupported("COPY into column \"" + definition.name() + "\" of type " + definition.type()
                        + " is not supported by the sandbox");
        };
    }

    Definition definition() {
        return definition;
    }

    /** Whether an empty field is an empty string and not NULL. */
    boolean isText() {
        return false;
    }

    abstract void write(Slice field, RowBuffer row) throws FieldError;

    private static String shown(Slice field) {
        return field.text();
    }

    /** VARCHAR and CHAR: lengths count bytes of UTF-8. */
    private static final class Text extends CopyColumn {

        private final int longest;
        private final boolean ascii;
        private final boolean truncate;
        private final boolean trim;
        private final Character replacement;

        Text(Definition definition, CopyStatement copy, boolean ascii) {
            super(definition);
            this.longest = definition.bytes();
            this.ascii = ascii;
            this.truncate = copy.truncateColumns();
            this.trim = copy.trimBlanks() && !ascii;
            // "ACCEPTINVCHARS is valid only for VARCHAR columns"
            this.replacement = ascii ? null : copy.invalidCharacter();
        }

        @Override
        boolean isText() {
            return true;
        }

        @Override
        void write(Slice field, RowBuffer row) throws FieldError {
            byte[] bytes = field.bytes();
            int from = field.from();
            int to = field.to();
            if (trim) {
                while (to > from && isBlank(bytes[to - 1])) {
                    to--;
                }
            }
            for (int i = from; i < to; i++) {
                if (bytes[i] <= 0) {
                    if (replacement != null) {
                        bytes = replaceInvalid(Arrays.copyOfRange(bytes, from, to));
                        from = 0;
                        to = bytes.length;
                        check(bytes, from, from, to);
                    } else {
                        check(bytes, from, i, to);
                    }
                    break;
                }
            }
            if (to - from > longest) {
                to = shorten(bytes, from, to);
            }
            row.quoted(bytes, from, to);
        }

        private void check(byte[] bytes, int from, int start, int to) throws FieldError {
            int i = start;
            while (i < to) {
                byte b = bytes[i];
                if (b > 0) {
                    i++;
                    continue;
                }
                if (b == 0) {
                    throw new FieldError(
                            FieldError.LINE,
                            i - from,
                            "Missing newline: Unexpected character 0x0 found at location " + (i - from));
                }
                int length = Utf8.sequence(bytes, i, to);
                if (ascii) {
                    throw new FieldError(
                            FieldError.CHARACTERS,
                            i - from,
                            "Multibyte character not supported for CHAR (Hint: try using VARCHAR). Invalid char: "
                                    + Utf8.hex(bytes, i, Math.min(to, i + Math.max(1, length))));
                }
                if (length <= 0) {
                    throw new FieldError(
                            FieldError.CHARACTERS,
                            i - from,
                            "String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: "
                                    + Utf8.hex(bytes, i, Math.min(to, i + Utf8.expected(bytes[i]))) + " (error "
                                    + -length + ")");
                }
                i += length;
            }
        }

        /** ACCEPTINVCHARS replaces an invalid sequence by as many replacement characters as it has bytes. */
        private byte[] replaceInvalid(byte[] bytes) {
            int i = 0;
            while (i < bytes.length) {
                int length = Utf8.sequence(bytes, i, bytes.length);
                if (length <= 0) {
                    int count = Math.max(1, length);
                    Arrays.fill(bytes, i, i + count, (byte) replacement.charValue());
                    i += count;
                } else {
                    i += length;
                }
            }
            return bytes;
        }

        private int shorten(byte[] bytes, int from, int to) throws FieldError {
            if (!truncate) {
                throw new FieldError(FieldError.OUT_OF_RANGE, 0, "String length exceeds DDL length");
            }
            int end = from + longest;
            while (end > from && (bytes[end] & 0xc0) == 0x80) {
                end--;
            }
            return end;
        }
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == 0x0b || b == '\f';
    }

    private static final class Whole extends CopyColumn {

        private final long least;
        private final long most;
        private final String shownType;

        Whole(Definition definition, long least, long most, String shownType) {
            super(definition);
            this.least = least;
            this.most = most;
            this.shownType = shownType;
        }

        @Override
        void write(Slice field, RowBuffer row) throws FieldError {
            byte[] bytes = field.bytes();
            int to = field.to();
            int i = field.from();
            boolean negative = bytes[i] == '-';
            if (negative || bytes[i] == '+') {
                i++;
            }
            if (i == to) {
                throw invalid(field, 0);
            }
            long value = 0;
            for (; i < to; i++) {
                int digit = bytes[i] - '0';
                if (digit < 0 || digit > 9) {
                    throw invalid(field, i - field.from());
                }
                // gathered as a negative number, whose range is the larger one
                if (value < Long.MIN_VALUE / 10 || value * 10 < Long.MIN_VALUE + digit) {
                    throw overflow(field);
                }
                value = value * 10 - digit;
            }
            if (negative ? value < least : value < -most || value == Long.MIN_VALUE) {
                throw overflow(field);
            }
            row.put(bytes, field.from(), to);
        }

        private FieldError invalid(Slice field, int position) {
            return new FieldError(
                    FieldError.DIGIT,
                    position,
                    "Invalid digit, Value '" + character(field, position) + "', Pos " + position + ", Type: "
                            + shownType);
        }

        private FieldError overflow(Slice field) {
            return new FieldError(FieldError.OVERFLOW, 0, "Overflow, Column type: " + shownType);
        }
    }

    /** A NUL is shown as STL_LOAD_ERRORS shows it in a raw value, since no text holds one. */
    private static char character(Slice field, int position) {
        char c = position < field.length() ? (char) (field.at(position) & 0xff) : ' ';
        return c == 0 ? '.' : c;
    }

    private static final class Decimal extends CopyColumn {

        private final int precision;
        private final int scale;
        private final boolean round;

        Decimal(Definition definition, boolean round) {
            super(definition);
            this.precision = definition.precision();
            this.scale = definition.scale();
            this.round = round;
        }

        @Override
        void write(Slice field, RowBuffer row) throws FieldError {
            byte[] bytes = field.bytes();
            int from = field.from();
            int to = field.to();
            int i = from;
            if (bytes[i] == '-' || bytes[i] == '+') {
                i++;
            }
            int whole = 0;
            int digits = 0;
            int point = -1;
            int end = to;
            for (; i < to; i++) {
                byte b = bytes[i];
                if (b >= '0' && b <= '9') {
                    digits++;
                    if (point < 0) {
                        if (b != '0' || whole > 0) {
                            whole++;
                        }
                    } else if (i - point > scale && end == to) {
                        end = i;
                    }
                } else if (b == '.' && point < 0) {
                    point = i;
                } else {
                    throw invalid(field, i - from);
                }
            }
            if (digits == 0) {
                throw invalid(field, 0);
            }
            if (whole > precision - scale) {
                throw overflow(field);
            }
            if (end < to && round) {
                BigDecimal rounded = new BigDecimal(field.ascii()).setScale(scale, RoundingMode.HALF_UP);
                if (rounded.precision() > precision) {
                    throw overflow(field);
                }
                row.put(rounded.toPlainString());
                return;
            }
            row.put(bytes, from, end);
        }

        private static FieldError invalid(Slice field, int position) {
            return new FieldError(
                    FieldError.DIGIT,
                    position,
                    "Invalid digit, Value '" + character(field, position) + "', Pos " + position + ", Type: Decimal");
        }

        private FieldError overflow(Slice field) {
            return new FieldError(
                    FieldError.DECIMAL,
                    0,
                    "Numeric overflow: " + shown(field) + " exceeds DECIMAL(" + precision + "," + scale + ")");
        }
    }

    private static final class Floating extends CopyColumn {

        Floating(Definition definition) {
            super(definition);
        }

        @Override
        void write(Slice field, RowBuffer row) throws FieldError {
            String text = field.ascii();
            boolean special = text.equalsIgnoreCase("nan")
                    || text.equalsIgnoreCase("infinity")
                    || text.equalsIgnoreCase("-infinity");
            if (!special) {
                check(field, text);
            }
            row.put(field.bytes(), field.from(), field.to());
        }

        private void check(Slice field, String text) throws FieldError {
            for (int i = 0; i < text.length(); i++) {
                if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
                    throw new FieldError(
                            FieldError.DIGIT,
                            i,
                            "Invalid digit, Value '" + character(field, i) + "', Pos " + i + ", Type: Double");
                }
            }
            try {
                double value = Double.parseDouble(text);
                boolean single = definition().type().equals("float4");
                double size = Math.abs(single ? (float) value : value);
                boolean tooLarge = size > (single ? Float.MAX_VALUE : Double.MAX_VALUE);
                boolean tooSmall = size < (single ? Float.MIN_NORMAL : Double.MIN_NORMAL) && hasDigits(text);
                if (tooLarge || tooSmall) {
                    throw new FieldError(
                            FieldError.FLOAT, 0, "Overflow (Float8 valid range 2.225074e-308 to 1.797693e+308)");
                }
            } catch (NumberFormatException e) {
                throw new FieldError(FieldError.FLOAT, 0, "Invalid float format: " + text);
            }
        }

        /** Whether a number is not zero, however close it is. */
        private static boolean hasDigits(String text) {
            String digits = text.toLowerCase(java.util.Locale.ROOT).replaceFirst("e.*", "");
            return digits.chars().anyMatch(c -> c >= '1' && c <= '9');
        }
    }

    private static final class Bool extends CopyColumn {

        Bool(Definition definition) {
            super(definition);
        }

        @Override
        void write(Slice field, RowBuffer row) throws FieldError {
            String text = field.ascii().toLowerCase(java.util.Locale.ROOT);
            switch (text) {
                case "t", "true", "y", "yes", "1" -> row.put((byte) 't');
                case "f", "false", "n", "no", "0" -> row.put((byte) 'f');
                default -> throw new FieldError(FieldError.BOOLEAN, 0, "Unknown boolean format");
            }
        }
    }

    private static final class Temporal extends CopyColumn {

        private final TemporalText reader;

        Temporal(Definition definition, CopyStatement copy) {
            super(definition);
            reader = TemporalText.of(definition.type(), copy);
        }

        @Override
        void write(Slice field, RowBuffer row) throws FieldError {
            reader.write(field, row);
        }
    }

    /** VARBYTE: two hexadecimal digits a byte. */
    private static final class Bytes extends CopyColumn {

        Bytes(Definition definition) {
            super(definition);
        }

        @Override
        void write(Slice field, RowBuffer row) throws FieldError {
            for (int i = 0; i < field.length(); i++) {
                if (Character.digit(field.at(i), 16) < 0) {
                    throw new FieldError(
                            FieldError.DIGIT,
                            i,
                            "Invalid digit, Value '" + character(field, i) + "', Pos " + i + ", Type: Varbyte");
                }
            }
            if (field.length() % 2 != 0) {
                throw new FieldError(FieldError.DIGIT, field.length(), "Invalid hex: odd number of digits");
            }
            if (definition().modifier() >= 0
                    && field.length() / 2 > definition().bytes()) {
                throw new FieldError(FieldError.OUT_OF_RANGE, 0, "Varbyte length exceeds DDL length");
            }
            row.put((byte) '\\');
            row.put((byte) 'x');
            row.put(field.bytes(), field.from(), field.to());
        }
    }

    /** SUPER: one JSON document of at most 16 MB. */
    private static final class Super extends CopyColumn {

        private static final int LONGEST = 16 * 1024 * 1024;
        private static final JsonFactory JSON = new JsonFactory();

        Super(Definition definition) {
            super(definition);
        }

        @Override
        void write(Slice field, RowBuffer row) throws FieldError {
            if (field.length() > LONGEST) {
                throw new FieldError(FieldError.OUT_OF_RANGE, 0, "SUPER value exceeds 16 MB");
            }
            try (JsonParser parser = JSON.createParser(field.bytes(), field.from(), field.length())) {
                if (parser.nextToken() == null) {
                    throw malformed("no JSON document");
                }
                parser.skipChildren();
                if (parser.nextToken() != null) {
                    throw malformed("more than one JSON document");
                }
            } catch (IOException e) {
                throw malformed(e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.getMessage());
            }
            row.quoted(field.bytes(), field.from(), field.to());
        }

        private static FieldError malformed(String reason) {
            return new FieldError(FieldError.JSON, 0, "Invalid JSON format for type SUPER: " + reason);
        }
    }
}
