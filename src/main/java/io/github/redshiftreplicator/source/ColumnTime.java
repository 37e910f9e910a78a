package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.SourceColumn;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;

/** Converts between the database's clock and what a column stores, independent of the JVM's and the session's zone. */
final class ColumnTime {
    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuu-MM-dd");
    private static final DateTimeFormatter LENIENT = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd")
            .optionalStart()
            .appendPattern("['T'][' ']HH:mm[:ss]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .optionalEnd()
            .optionalStart()
            .appendLiteral(' ')
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HH:mm", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HH", "Z")
            .optionalEnd()
            .optionalStart()
            .appendLiteral("UTC")
            .optionalEnd()
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
            .toFormatter();

    private static final double JULIAN_DAY_OF_1970 = 2_440_587.5;

    private ColumnTime() {}

    /**
     * The local time in a zone such that no later moment has an earlier one: in the hour that a zone repeats when its
     * summer ends, and in the hour before, that is the hour's start.
     */
    static LocalDateTime of(Instant instant, ZoneId zone) {
        LocalDateTime local = LocalDateTime.ofInstant(instant, zone);
        ZoneOffsetTransition next = zone.getRules().nextTransition(instant);
        if (next != null && next.isOverlap() && next.getDateTimeAfter().isBefore(local)) {
            return next.getDateTimeAfter();
        }
        return local;
    }

    /** Rounds down to what the column, and what those who write whole seconds, can hold. */
    static LocalDateTime floor(LocalDateTime time, SourceColumn column) {
        return time.truncatedTo(column.jdbcType() == Types.DATE ? ChronoUnit.DAYS : ChronoUnit.SECONDS);
    }

    static String text(LocalDateTime time, SourceColumn column, String suffix) {
        return column.jdbcType() == Types.DATE ? DATE.format(time) : MICROSECONDS.format(time) + suffix;
    }

    /**
     * Reads the text of a bound; an offset in it is honoured.
     *
     * @throws SourceException if it is no time
     */
    static LocalDateTime parse(String text) {
        try {
            var parsed = LENIENT.parse(text.strip());
            LocalDateTime local = LocalDateTime.from(parsed);
            return parsed.isSupported(ChronoField.OFFSET_SECONDS)
                    ? local.minusSeconds(parsed.get(ChronoField.OFFSET_SECONDS))
                    : local;
        } catch (DateTimeParseException e) {
            throw new SourceException(
                    "The last record '" + text + "' of the replication before is no time: reset the table.", e);
        }
    }

    /** Seconds or milliseconds since 1970, as SQLite's programs store them. */
    static LocalDateTime ofEpoch(long number) {
        boolean isSeconds = Math.abs(number) < 100_000_000_000L;
        return utc(isSeconds ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number));
    }

    /** Days since noon in Greenwich on November 24, 4714 BC, to the millisecond ("Date And Time Functions" of SQLite). */
    static LocalDateTime ofJulianDay(double day) {
        return utc(Instant.ofEpochMilli(
                Math.round((day - JULIAN_DAY_OF_1970) * Duration.ofDays(1).toMillis())));
    }

    /** A value of a driver's, as the column stores it. */
    static LocalDateTime ofValue(Object value) {
        if (value instanceof LocalDateTime time) {
            return time;
        } else if (value instanceof OffsetDateTime time) {
            return utc(time.toInstant());
        } else if (value instanceof java.sql.Timestamp time) {
            return time.toLocalDateTime();
        } else if (value instanceof java.sql.Date date) {
            return date.toLocalDate().atStartOfDay();
        }
        return parse(value.toString());
    }

    static LocalDateTime utc(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
}
