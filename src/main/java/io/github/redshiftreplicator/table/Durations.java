package io.github.redshiftreplicator.table;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations as people write them; Camel's own reader takes 5x for some. */
public final class Durations {
    private static final Pattern PARTS = Pattern.compile("(\\d{1,9}(ms|d|h|m|s)\\s*)+");
    private static final Pattern PART = Pattern.compile("(\\d+)(ms|d|h|m|s)");

    private Durations() {}

    /**
     * Reads 500ms, 5s, 2m, 1h30m or 1d, ISO 8601's PT5S, and a bare number as milliseconds.
     *
     * @throws IllegalArgumentException if it is none, or less than zero
     */
    public static Duration parse(String text) {
        String plain = text.strip().toLowerCase(Locale.ROOT);
        if (plain.matches("\\d{1,15}")) {
            return Duration.ofMillis(Long.parseLong(plain));
        }
        if (!PARTS.matcher(plain).matches()) {
            return iso(plain);
        }
        Duration duration = Duration.ZERO;
        Matcher part = PART.matcher(plain);
        while (part.find()) {
            long number = Long.parseLong(part.group(1));
            duration = duration.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        default -> Duration.ofDays(number);
                    });
        }
        return duration;
    }

    private static Duration iso(String text) {
        try {
            Duration duration = Duration.parse(text);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // said below
        }
        throw new IllegalArgumentException("'" + text + "' is not a duration such as 5s or 2m.");
    }
}
