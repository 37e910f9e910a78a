package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.CsvFormat;
import io.github.redshiftreplicator.table.Hazard.Kind;
import io.github.redshiftreplicator.table.JsonNumbers;
import io.github.redshiftreplicator.table.Row;
import io.github.redshiftreplicator.table.ShortestDecimal;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TargetColumn;
import io.github.redshiftreplicator.table.ValuePolicy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.Types;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds rows to what their target's columns can hold, by the table's policies, where the source has no type mapping whose
 * SQL does so: SQLite, whose columns hold values of any type, H2, and every database that this project does not know.
 * What COPY itself refuses is left to it unless a policy alters it. Used by one thread at a time; {@link #altered} may be
 * asked from any.
 */
final class RowGuard {
    private static final int CHARACTER_BYTES = 3;
    private static final int MOST_DIGITS = 38;
    private static final int MOST_BYTES = 65_535;
    private static final int TIME_DECIMALS = 6;
    private static final String PLAIN_TIME = "0000-00-00 00:00:00.000000";
    private static final int LONGEST_DATE = "9999-12-31".length();
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");
    private static final Pattern TIME =
            Pattern.compile("([-+]?\\d+-\\d\\d-\\d\\d)?(?:[ T]?(\\d\\d:\\d\\d(?::\\d\\d(\\.\\d+)?)?)(.*))?");

    private static final int DATE = 1;
    private static final int TIME_OF_DAY = 2;
    private static final int FRACTION = 3;
    private static final int ZONE = 4;

    private static final String NUL = "the character NUL, which VARCHAR cannot hold";
    private static final String MARKER = "the text " + CsvFormat.NULL_MARKER + ", which stands for NULL in the parts";

    /** Makes a value fit. Gives back the same object if it does already. */
    private interface Check {
        String fit(String value);
    }

    private final ValuePolicy policy;
    private final List<ColumnPlan.Pair> columns;
    private final Check[] checks;
    private final List<String> keys;
    private final AtomicLong altered = new AtomicLong();

    /** The guard of an export, empty where the source's SQL does its work. */
    static Optional<RowGuard> of(Dialect dialect, Selection selection, ColumnPlan plan) {
        return dialect.types().isPresent()
                ? Optional.empty()
                : Optional.of(
                        new RowGuard(selection.table(), Values.keys(selection.table(), selection.source()), plan));
    }

    RowGuard(Table table, List<String> keys, ColumnPlan plan) {
        this.policy = ValuePolicy.of(table);
        this.columns = plan.columns();
        this.keys = keys;
        this.checks = columns.stream().map(this::check).toArray(Check[]::new);
    }

    /** The values that were altered so far. */
    long altered() {
        return altered.get();
    }

    /**
     * The row as the target can hold it.
     *
     * @throws ValueRefusedException if a value does not fit and its policy is to fail; the message names its row
     */
    Row fit(Row row) {
        String[] changed = null;
        for (int i = 0; i < checks.length; i++) {
            String value = row.get(i);
            if (value == null) {
                continue;
            }
            String fitting;
            try {
                fitting = checks[i].fit(value);
            } catch (Misfit misfit) {
                fitting = replacement(misfit, i, row);
            }
            if (fitting != value) {
                changed = changed == null ? row.toArray(new String[0]) : changed;
                changed[i] = fitting;
            }
        }
        return changed == null ? row : row.with(changed);
    }

    private String replacement(Misfit misfit, int column, Row row) {
        return switch (policy.of(misfit.kind, columns.get(column).source())) {
            case FAIL ->
                throw new ValueRefusedException("column "
                        + columns.get(column).source().name() + " holds " + misfit.getMessage() + " in the row "
                        + describe(row) + ": change the value or the target, or set "
                        + (misfit.kind == Kind.OVERFLOW ? "onOverflow" : "onInvalid") + ".");
            case NULL -> {
                altered.incrementAndGet();
                yield null;
            }
            case ALTER -> {
                altered.incrementAndGet();
                yield misfit.nearest == null ? null : again(misfit.nearest, column, row);
            }
        };
    }

    /** The nearest value may not fit for another reason, which counts as the same alteration. */
    private String again(String value, int column, Row row) {
        try {
            return checks[column].fit(value);
        } catch (Misfit misfit) {
            String next = replacement(misfit, column, row);
            altered.decrementAndGet();
            return next;
        }
    }

    private String describe(Row row) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            values.put(columns.get(i).source().name(), row.get(i));
        }
        List<String> named = new ArrayList<>();
        keys.stream().filter(values::containsKey).forEach(key -> named.add(key + "=" + values.get(key)));
        return named.isEmpty() ? "that was read (its key is not replicated)" : String.join(", ", named);
    }

    private Check check(ColumnPlan.Pair pair) {
        TargetColumn target = pair.target();
        boolean isExact =
                switch (pair.source().jdbcType()) {
                    case Types.FLOAT, Types.REAL, Types.DOUBLE -> false;
                    default -> true;
                };
        return switch (target.typeName()) {
            case "int2" -> value -> integer(value, Short.MIN_VALUE, Short.MAX_VALUE);
            case "int4" -> value -> integer(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "int8" -> value -> integer(value, Long.MIN_VALUE, Long.MAX_VALUE);
            case "numeric" -> {
                int digits = target.size() > 0 ? target.size() : MOST_DIGITS;
                yield value -> decimal(value, digits - target.scale(), target.scale());
            }
            case "float4" -> value -> normal(isExact ? exact(value, true) : single(value), true);
            case "float8" -> value -> normal(isExact ? exact(value, false) : value, false);
            case "varchar", "text" -> value -> text(value, length(target));
            case "bpchar" -> {
                // a CHAR's own blanks only fill it up
                boolean isPadded = pair.source().jdbcType() == Types.CHAR;
                yield value -> fixedText(isPadded ? withoutBlanks(value) : value, length(target));
            }
            case "date" -> RowGuard::date;
            case "timestamp" -> value -> time(value, false);
            case "timestamptz", "time", "timetz" -> value -> time(value, true);
            case "bool" -> RowGuard::bool;
            case "varbyte" -> {
                boolean isUuid = pair.source().typeName().equalsIgnoreCase("uuid");
                yield value -> bytes(isUuid ? value.replace("-", "") : value, length(target));
            }
            case "super" -> RowGuard::document;
            default -> value -> text(value, Integer.MAX_VALUE);
        };
    }

    private static int length(TargetColumn target) {
        return target.size() > 0 ? target.size() : MOST_BYTES;
    }

    private static String integer(String value, long min, long max) {
        if (value.length() < (max == Short.MAX_VALUE ? 5 : max == Integer.MAX_VALUE ? 10 : 19) && isDigits(value)) {
            return value;
        }
        if (value.equals("true") || value.equals("false")) {
            return value.equals("true") ? "1" : "0";
        }
        BigDecimal number = requireNumber(value);
        BigInteger whole = number.toBigInteger();
        if (whole.compareTo(BigInteger.valueOf(min)) < 0 || whole.compareTo(BigInteger.valueOf(max)) > 0) {
            throw new Misfit(
                    Kind.OVERFLOW,
                    "a number outside of " + min + " to " + max,
                    String.valueOf(whole.signum() < 0 ? min : max));
        }
        if (number.compareTo(new BigDecimal(whole)) != 0) {
            throw new Misfit(Kind.OVERFLOW, "decimals", whole.toString());
        }
        return whole.toString();
    }

    private static String decimal(String value, int wholeDigits, int scale) {
        int point = value.indexOf('.');
        int whole = point < 0 ? value.length() : point;
        if (whole <= wholeDigits
                && isDigits(value, 0, whole)
                && (point < 0 || value.length() - whole - 1 <= scale && isDigits(value, whole + 1, value.length()))) {
            return value;
        }
        BigDecimal number = requireNumber(value);
        BigDecimal cut = number.setScale(scale, RoundingMode.DOWN);
        if (cut.precision() - cut.scale() > wholeDigits && cut.signum() != 0) {
            BigDecimal most = BigDecimal.TEN.pow(wholeDigits).subtract(BigDecimal.ONE.movePointLeft(scale));
            throw new Misfit(
                    Kind.OVERFLOW,
                    "more than " + wholeDigits + " digits before the decimal point",
                    (cut.signum() < 0 ? most.negate() : most).toPlainString());
        }
        if (cut.compareTo(number) != 0) {
            throw new Misfit(Kind.OVERFLOW, "more than " + scale + " decimals", cut.toPlainString());
        }
        boolean isPlain = value.indexOf('E') < 0 && value.indexOf('e') < 0;
        return isPlain ? value.strip() : cut.toPlainString();
    }

    /** A number of a type that is exact. A float keeps what its shortest text says, and what it is exactly. */
    private static String exact(String value, boolean single) {
        if (value.length() <= (single ? 6 : 15)) {
            return value;
        }
        BigDecimal number = number(value);
        if (number != null) {
            double nearest = single ? number.floatValue() : number.doubleValue();
            String shortest = single ? ShortestDecimal.of(number.floatValue()) : ShortestDecimal.of(nearest);
            boolean keeps = Double.isFinite(nearest)
                    && (new BigDecimal(shortest).compareTo(number) == 0
                            || new BigDecimal(nearest).compareTo(number) == 0);
            if (!keeps) {
                throw new Misfit(Kind.OVERFLOW, "more digits than the float keeps", shortest);
            }
        }
        return value;
    }

    private static String single(String value) {
        BigDecimal number = number(value);
        if (number != null) {
            float nearest = number.floatValue();
            String shortest = ShortestDecimal.of(nearest);
            boolean keeps = (double) nearest == number.doubleValue()
                    || shortest.equals(ShortestDecimal.of(number.doubleValue()))
                    // how H2 tells a float
                    || value.equals(Float.toString(nearest));
            if (!keeps) {
                throw new Misfit(Kind.OVERFLOW, "more digits than the float keeps", shortest);
            }
        }
        return value;
    }

    /** COPY knows no number that is closer to zero than the least of normal precision. */
    private static String normal(String value, boolean single) {
        boolean mayBeTiny = value.indexOf('E') >= 0 || value.indexOf('e') >= 0 || value.length() > MOST_DIGITS;
        BigDecimal number = mayBeTiny ? number(value) : null;
        if (number != null && number.signum() != 0) {
            boolean isTiny = single
                    ? Math.abs(number.floatValue()) < Float.MIN_NORMAL
                    : Math.abs(number.doubleValue()) < Double.MIN_NORMAL;
            if (isTiny) {
                // as they are usually written, whichever digits this Java takes for the shortest
                String least = single ? "1.17549435E-38" : "2.2250738585072014E-308";
                throw new Misfit(Kind.OVERFLOW, "a number closer to zero than " + least, "0");
            }
        }
        return value;
    }

    /** An empty field would become NULL ("Data conversion parameters" of COPY). */
    private static BigDecimal requireNumber(String value) {
        BigDecimal number = number(value.strip());
        if (number == null) {
            throw new Misfit(Kind.INVALID, "no number but '" + value + "'", null);
        }
        return number;
    }

    private static String bool(String value) {
        if (value.isEmpty()) {
            throw new Misfit(Kind.INVALID, "no boolean but an empty text", null);
        }
        BigDecimal number = number(value);
        if (number == null) {
            return value;
        }
        if (number.signum() != 0 && number.compareTo(BigDecimal.ONE) != 0) {
            throw new Misfit(Kind.OVERFLOW, "a number other than 0 and 1", "1");
        }
        return String.valueOf(number.signum());
    }

    private static BigDecimal number(String value) {
        try {
            return new BigDecimal(value);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean isDigits(String value) {
        return isDigits(value, 0, value.length());
    }

    private static boolean isDigits(String value, int start, int end) {
        for (int i = start; i < end; i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return end > start;
    }

    private static String document(String value) {
        if (value.isEmpty()) {
            throw new Misfit(Kind.INVALID, "no JSON, which COPY takes for NULL", null);
        }
        if (JsonNumbers.isBeyond(value)) {
            throw new Misfit(Kind.OVERFLOW, JsonNumbers.BEYOND, null);
        }
        return text(value, Integer.MAX_VALUE);
    }

    private static String text(String value, int bytes) {
        if (value.indexOf('\0') >= 0) {
            throw new Misfit(Kind.INVALID, NUL, value.replace("\0", ""));
        }
        if (value.equals(CsvFormat.NULL_MARKER)) {
            throw new Misfit(Kind.INVALID, MARKER, CsvFormat.NULL_MARKER.replaceAll(".$", "?"));
        }
        if (value.length() > bytes / CHARACTER_BYTES) {
            byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
            if (encoded.length > bytes) {
                int end = bytes;
                while (end > 0 && (encoded[end] & 0xc0) == 0x80) {
                    end--;
                }
                throw new Misfit(
                        Kind.OVERFLOW,
                        "more than " + bytes + " bytes",
                        new String(encoded, 0, end, StandardCharsets.UTF_8));
            }
        }
        return value;
    }

    private static String fixedText(String value, int bytes) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) > 127) {
                throw new Misfit(
                        Kind.INVALID,
                        "characters that CHAR cannot hold",
                        value.codePoints()
                                .map(c -> c > 127 ? '?' : c)
                                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                                .toString());
            }
        }
        if (value.endsWith(" ")) {
            throw new Misfit(Kind.INVALID, "trailing blanks, which CHAR forgets", withoutBlanks(value));
        }
        return text(value, bytes);
    }

    private static String withoutBlanks(String value) {
        int end = value.length();
        while (end > 0 && value.charAt(end - 1) == ' ') {
            end--;
        }
        return value.substring(0, end);
    }

    private static String date(String value) {
        if (value.length() == LONGEST_DATE && isPlainTime(value)) {
            return value;
        }
        Matcher parts = parts(value);
        if (parts.group(TIME_OF_DAY) == null) {
            return inRange(value, parts);
        }
        boolean isMidnight = parts.group(TIME_OF_DAY).chars().allMatch(c -> c == '0' || c == ':' || c == '.');
        if (!isMidnight) {
            throw new Misfit(Kind.OVERFLOW, "a time of day", parts.group(DATE));
        }
        return inRange(parts.group(DATE), parts);
    }

    /** @param zoned whether the target keeps what says a zone */
    private static String time(String value, boolean zoned) {
        if (value.length() == PLAIN_TIME.length() && isPlainTime(value)) {
            return value;
        }
        Matcher parts = parts(value);
        String fraction =
                parts.group(FRACTION) == null ? "" : parts.group(FRACTION).replaceAll("0+$", "");
        if (fraction.length() > TIME_DECIMALS + 1) {
            throw new Misfit(
                    Kind.OVERFLOW,
                    "more than " + TIME_DECIMALS + " decimals of a second",
                    value.substring(0, parts.start(FRACTION) + TIME_DECIMALS + 1) + parts.group(ZONE));
        }
        boolean hasZone = parts.group(ZONE) != null && !parts.group(ZONE).isEmpty();
        if (zoned || !hasZone) {
            return inRange(value, parts);
        }
        try {
            return inRange(TIMESTAMP.format(ColumnTime.parse(value)), parts);
        } catch (SourceException e) {
            throw new Misfit(Kind.INVALID, "no time but '" + value + "'", null);
        }
    }

    /** Whether it is a date or timestamp as nearly all are, which no pattern need take apart: the row mapper writes them so. */
    private static boolean isPlainTime(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            char wanted = PLAIN_TIME.charAt(i);
            if (wanted == '0' ? c < '0' || c > '9' : c != wanted) {
                return false;
            }
        }
        return !value.startsWith("0000");
    }

    /** An empty field would become NULL. */
    private static Matcher parts(String value) {
        Matcher parts = TIME.matcher(value);
        if (value.isEmpty() || !parts.matches()) {
            throw new Misfit(Kind.INVALID, "no time but '" + value + "'", null);
        }
        return parts;
    }

    private static String inRange(String value, Matcher parts) {
        String date = parts.group(DATE);
        if (date != null && (date.startsWith("-") || date.startsWith("0000-"))) {
            throw new Misfit(Kind.INVALID, "a date before the year 1", "0001-01-01");
        }
        if (date != null && date.length() > LONGEST_DATE) {
            throw new Misfit(Kind.INVALID, "a date after the year 9999", "9999-12-31");
        }
        return value;
    }

    private static String bytes(String value, int bytes) {
        if (value.isEmpty()) {
            throw new Misfit(Kind.INVALID, "no byte, which COPY takes for NULL", null);
        }
        if (value.length() > 2L * bytes) {
            throw new Misfit(Kind.OVERFLOW, "more than " + bytes + " bytes", value.substring(0, 2 * bytes));
        }
        return value.toLowerCase(Locale.ROOT);
    }

    /** A value that does not fit, and the nearest that does. */
    private static final class Misfit extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final Kind kind;
        private final String nearest;

        /** @param nearest null where there is none */
        Misfit(Kind kind, String what, String nearest) {
            super(what, null, false, false);
            this.kind = kind;
            this.nearest = nearest;
        }
    }
}
