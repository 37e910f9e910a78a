package io.github.redshiftreplicator.sandbox;

import io.github.redshiftreplicator.sandbox.CsvRows.Slice;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates and times as COPY reads them by DATEFORMAT and TIMEFORMAT (Amazon Redshift Database Developer Guide, "DATEFORMAT and
 * TIMEFORMAT strings"). Without TIMEFORMAT only {@code YYYY-MM-DD HH:MI:SS} is a timestamp, a fraction of the second allowed; the
 * ISO forms with T, Z and offsets need {@code 'auto'}.
 */
final class TemporalText {

    /** "The seconds (SS) field also supports fractional seconds up to a microsecond level of detail." */
    private static final int MOST_FRACTION_DIGITS = 6;

    private static final String TIME =
            "([01]\\d|2[0-3]):([0-5]\\d)(?::([0-5]\\d)(\\.\\d{1," + MOST_FRACTION_DIGITS + "})?)?";
    private static final String OFFSET = "\\s?(Z|z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)";
    private static final Pattern AUTO_TIMESTAMP =
            Pattern.compile("(\\d{4})([-/.]?)(\\d{2})\\2(\\d{2})(?:[ T]" + TIME + "(?:" + OFFSET + ")?)?");
    private static final int MOST_OFFSET_HOURS = 15;
    private static final Pattern END_OF_DAY = Pattern.compile("24:00(:00(\\.0{1,6})?)?");
    private static final Pattern TIME_OF_DAY = Pattern.compile(TIME + "(?:" + OFFSET + ")?");

    private static final List<String[]> FORMAT_PARTS = List.of(
            new String[] {"YYYY", "uuuu"},
            new String[] {"YY", "uu"},
            new String[] {"MON", "MMM"},
            new String[] {"MM", "MM"},
            new String[] {"DD", "dd"},
            new String[] {"HH24", "HH"},
            new String[] {"HH12", "hh"},
            new String[] {"HH", "HH"},
            new String[] {"MI", "mm"},
            new String[] {"SSSSSS", "SSSSSS"},
            new String[] {"SSS", "SSS"},
            new String[] {"SS", "ss"},
            new String[] {"AM", "a"},
            new String[] {"PM", "a"});

    private final String type;
    private final String format;
    private final boolean auto;
    private final boolean epochSeconds;
    private final boolean epochMillis;
    private final boolean anyDate;
    private final DateTimeFormatter formatter;

    private TemporalText(String type, String format, boolean anyDate) {
        this.type = type;
        this.format = format;
        this.anyDate = anyDate;
        auto = "auto".equals(format);
        epochSeconds = "epochsecs".equals(format);
        epochMillis = "epochmillisecs".equals(format);
        boolean own = format != null && !auto && !epochSeconds && !epochMillis;
        formatter = own ? formatter(format) : null;
    }

    static TemporalText of(String type, CopyStatement copy) {
        String format = type.equals("date") ? copy.dateFormat() : copy.timeFormat();
        if (type.equals("date") && format != null && format.startsWith("epoch")) {
            throw SqlError.syntax("Invalid DATEFORMAT '" + format + "'");
        }
        return new TemporalText(type, format, copy.acceptAnyDate());
    }

    private static DateTimeFormatter formatter(String format) {
        StringBuilder pattern = new StringBuilder();
        String upper = format.toUpperCase(Locale.ROOT);
        int at = 0;
        while (at < format.length()) {
            int from = at;
            for (String[] part : FORMAT_PARTS) {
                if (upper.startsWith(part[0], at)) {
                    pattern.append(part[1]);
                    at += part[0].length();
                    break;
                }
            }
            if (at == from) {
                char c = format.charAt(at++);
                if (Character.isLetter(c) && c != 'T') {
                    throw SqlError.syntax("Invalid date or time format '" + format + "'");
                }
                pattern.append('\'').append(c == '\'' ? "''" : c).append('\'');
            }
        }
        return DateTimeFormatter.ofPattern(pattern.toString(), Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    }

    void write(Slice field, RowBuffer row) throws FieldError {
        switch (type) {
            case "date" -> date(field, row);
            case "time", "timetz" -> time(field, row);
            default -> timestamp(field, row);
        }
    }

    private void date(Slice field, RowBuffer row) throws FieldError {
        if (format == null) {
            if (field.length() == 10 && isDate(field)) {
                row.put(field.bytes(), field.from(), field.to());
                return;
            }
            if (field.length() < 10 && !anyDate) {
                throw new FieldError(FieldError.DATE, 0, "Invalid Date Format - length must be 10 or more");
            }
        } else if (auto) {
            Matcher matcher = AUTO_TIMESTAMP.matcher(field.ascii());
            if (matcher.matches()) {
                LocalDate date = localDate(matcher);
                if (date != null) {
                    row.put(date.toString());
                    return;
                }
            }
        } else {
            try {
                row.put(requireYear(LocalDate.parse(field.text(), formatter)).toString());
                return;
            } catch (DateTimeException e) {
                // refused below
            }
        }
        if (!anyDate) {
            throw new FieldError(
                    FieldError.DATE,
                    0,
                    "Invalid Date Format or Value [" + (format == null ? "YYYY-MM-DD" : format) + "]");
        }
    }

    private static LocalDate localDate(Matcher matcher) {
        try {
            int year = Integer.parseInt(matcher.group(1));
            return year == 0
                    ? null
                    : LocalDate.of(year, Integer.parseInt(matcher.group(3)), Integer.parseInt(matcher.group(4)));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static boolean isDate(Slice field) {
        if (field.at(4) != '-' || field.at(7) != '-') {
            return false;
        }
        int year = digits(field, 0, 4);
        int month = digits(field, 5, 7);
        int day = digits(field, 8, 10);
        return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
    }

    private static int daysOf(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    private static int digits(Slice field, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = field.at(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private void timestamp(Slice field, RowBuffer row) throws FieldError {
        if (format == null) {
            if (isTimestamp(field)) {
                row.put(field.bytes(), field.from(), field.to());
                return;
            }
        } else if (auto && isTimestamp(field)) {
            row.put(field.bytes(), field.from(), field.to());
            return;
        } else if (auto) {
            if (autoTimestamp(field, row)) {
                return;
            }
        } else if (epochSeconds || epochMillis) {
            if (epoch(field, row)) {
                return;
            }
        } else {
            try {
                put(LocalDateTime.parse(field.text(), formatter), row);
                return;
            } catch (DateTimeException e) {
                // refused below
            }
        }
        if (!anyDate) {
            throw new FieldError(
                    FieldError.TIMESTAMP,
                    0,
                    "Invalid timestamp format or value [" + (format == null ? "YYYY-MM-DD HH24:MI:SS" : format) + "]");
        }
    }

    /** YYYY-MM-DD HH:MI:SS with an optional fraction and, for TIMESTAMPTZ, an optional offset. */
    private boolean isTimestamp(Slice field) {
        int length = field.length();
        if (length < 19 || !isDate(field) || field.at(10) != ' ' || field.at(13) != ':' || field.at(16) != ':') {
            return false;
        }
        int hour = digits(field, 11, 13);
        int minute = digits(field, 14, 16);
        int second = digits(field, 17, 19);
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
            return false;
        }
        int i = 19;
        if (i < length && field.at(i) == '.') {
            i++;
            int from = i;
            while (i < length && field.at(i) >= '0' && field.at(i) <= '9') {
                i++;
            }
            if (i == from || i - from > MOST_FRACTION_DIGITS) {
                return false;
            }
        }
        return i == length || type.equals("timestamptz") && isOffset(field, i);
    }

    private static boolean isWithin(int number, int most) {
        return number >= 0 && number <= most;
    }

    private static boolean isOffset(Slice field, int from) {
        int length = field.length() - from;
        if (field.at(from) != '+' && field.at(from) != '-') {
            return false;
        }
        boolean hours = length >= 3 && isWithin(digits(field, from + 1, from + 3), MOST_OFFSET_HOURS);
        return hours
                && (length == 3
                        || length == 5 && isWithin(digits(field, from + 3, from + 5), 59)
                        || length == 6 && field.at(from + 3) == ':' && isWithin(digits(field, from + 4, from + 6), 59));
    }

    private boolean autoTimestamp(Slice field, RowBuffer row) {
        Matcher matcher = AUTO_TIMESTAMP.matcher(field.ascii());
        if (!matcher.matches()) {
            return false;
        }
        LocalDate date = localDate(matcher);
        if (date == null) {
            return false;
        }
        if (matcher.group(5) == null) {
            put(date.atStartOfDay(), row);
            return true;
        }
        int second = matcher.group(7) == null ? 0 : Integer.parseInt(matcher.group(7));
        LocalDateTime local = date.atTime(
                Integer.parseInt(matcher.group(5)),
                Integer.parseInt(matcher.group(6)),
                second,
                nanos(matcher.group(8)));
        String offset = matcher.group(9);
        if (offset == null) {
            put(local, row);
            return true;
        }
        try {
            put(
                    local.atOffset(offset(offset))
                            .withOffsetSameInstant(ZoneOffset.UTC)
                            .toLocalDateTime(),
                    row);
            if (type.equals("timestamptz")) {
                row.put("+00");
            }
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static int nanos(String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction.substring(1) + "000000000").substring(0, 9));
    }

    private static ZoneOffset offset(String text) {
        return Character.isLetter(text.charAt(0)) ? ZoneOffset.UTC : ZoneOffset.of(text);
    }

    private static LocalDate requireYear(LocalDate date) {
        if (date.getYear() < 1 || date.getYear() > 9999) {
            throw new DateTimeException("year out of range");
        }
        return date;
    }

    private static void put(LocalDateTime value, RowBuffer row) {
        requireYear(value.toLocalDate());
        row.put(String.format(
                Locale.ROOT,
                "%04d-%02d-%02d %02d:%02d:%02d.%06d",
                value.getYear(),
                value.getMonthValue(),
                value.getDayOfMonth(),
                value.getHour(),
                value.getMinute(),
                value.getSecond(),
                value.getNano() / 1000));
    }

    private boolean epoch(Slice field, RowBuffer row) {
        try {
            long value = Long.parseLong(field.ascii());
            Instant instant = epochSeconds ? Instant.ofEpochSecond(value) : Instant.ofEpochMilli(value);
            put(LocalDateTime.ofInstant(instant, ZoneOffset.UTC), row);
            return true;
        } catch (NumberFormatException | DateTimeException e) {
            return false;
        }
    }

    /** TIME ends with 24:00:00, TIMETZ before it ("Datetime types", storage and ranges). */
    private void time(Slice field, RowBuffer row) throws FieldError {
        if (type.equals("time") && END_OF_DAY.matcher(field.ascii()).matches()) {
            row.put(field.bytes(), field.from(), field.to());
            return;
        }
        Matcher matcher = TIME_OF_DAY.matcher(field.ascii());
        boolean zoned = matcher.matches() && matcher.group(5) != null;
        if (!matcher.matches() || zoned && type.equals("time") && !auto) {
            throw new FieldError(FieldError.TIMESTAMP, 0, "Invalid time format or value [HH:MI:SS]");
        }
        row.put(
                field.bytes(),
                field.from(),
                zoned && type.equals("time") ? field.from() + matcher.start(5) : field.to());
    }
}
