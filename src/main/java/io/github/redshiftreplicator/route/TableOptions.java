package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Nearest;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.table.Durations;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.ValuePolicy;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.quartz.CronExpression;

/** Turns the parameters of {@code replicator:table} into a {@link Table}, refusing what cannot be meant. */
final class TableOptions {
    private static final List<String> KNOWN = List.of(
            "strategy",
            "sourceTable",
            "targetTable",
            "replicationField",
            "keys",
            "schedule",
            "deleteTracking",
            "deletedColumn",
            "maxDeleteRatio",
            "reconcile",
            "where",
            "reader",
            "parallelism",
            "partSize",
            "lag",
            "timeZone",
            "overlap",
            "onOverflow",
            "onInvalid",
            "schemaChanges",
            "swap",
            "historyCap",
            "maxRetries");

    private final String name;
    private final Map<String, String> options = new TreeMap<>();

    /**
     * @param name the table's name, for messages
     * @param parameters the endpoint's parameters
     * @throws IllegalArgumentException if one is unknown; the message names it and the nearest known one
     */
    TableOptions(String name, Map<String, ?> parameters) {
        this.name = name;
        parameters.forEach((key, value) -> {
            if (!KNOWN.contains(key)) {
                throw new IllegalArgumentException("Table " + name + ": unknown parameter '" + key + "', did you mean '"
                        + Nearest.to(key, KNOWN).orElseThrow() + "'?");
            }
            options.put(key, value == null ? "" : value.toString().strip());
        });
    }

    /** @throws IllegalArgumentException if a value is missing or cannot be meant; the message names it */
    Table table() {
        try {
            Strategy strategy = Strategy.of(option("strategy").orElse(""));
            String sourceTable = option("sourceTable")
                    .orElseThrow(() -> new IllegalArgumentException("the parameter 'sourceTable' is missing."));
            return checked(new Table(
                    name,
                    strategy,
                    TableName.parse(sourceTable),
                    TableName.parse(option("targetTable").orElse(sourceTable)),
                    strategy == Strategy.FULL
                            ? Optional.empty()
                            : option("replicationField").or(() -> Optional.of(strategy.defaultReplicationField())),
                    option("keys")
                            .map(keys -> Arrays.stream(keys.split(","))
                                    .map(String::strip)
                                    .filter(key -> !key.isEmpty())
                                    .toList())
                            .orElse(List.of()),
                    options));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Table " + name + ": " + e.getMessage(), e);
        }
    }

    private Table checked(Table table) {
        if (table.strategy() == Strategy.TIMED && table.keys().isEmpty()) {
            throw new IllegalArgumentException("the strategy timed merges by key: name the key columns in 'keys'.");
        }
        List.of("schedule", "reconcile").forEach(key -> option(key).ifPresent(cron -> {
            if (!CronExpression.isValidExpression(cron)) {
                throw new IllegalArgumentException("the " + key + " '" + cron
                        + "' is not a Quartz cron expression, such as '0 0 * * * ?' for every hour.");
            }
            if (neverFires(cron)) {
                throw new IllegalArgumentException("the " + key + " '" + cron + "' has no time to come.");
            }
        }));
        option("timeZone").ifPresent(TableOptions::zone);
        if (table.strategy() == Strategy.IDENTITY && option("deletedColumn").isPresent()) {
            throw new IllegalArgumentException("the strategy identity does not see that a row is marked as deleted in"
                    + " 'deletedColumn': use the strategy timed.");
        }
        option("maxDeleteRatio").ifPresent(TableOptions::checkRatio);
        option("reader").ifPresent(reader -> oneOf("reader", reader, List.of("auto", "copy", "sql")));
        option("schemaChanges").ifPresent(word -> oneOf("schemaChanges", word, List.of("ignore", "warn", "apply")));
        ValuePolicy.of(table);
        requireNumber("parallelism", 1, Settings.MOST_READERS);
        requireNumber("historyCap", 0, Integer.MAX_VALUE);
        requireNumber("maxRetries", 0, Integer.MAX_VALUE);
        option("overlap").ifPresent(TableOptions::checkOverlap);
        option("lag").ifPresent(TableOptions::checkLag);
        option("partSize").ifPresent(size -> Settings.partSize("partSize", size));
        if (option("overlap").isPresent() && table.keys().isEmpty()) {
            throw new IllegalArgumentException(
                    "the parameter 'overlap' adds what is missing by key: name the key" + " columns in 'keys'.");
        }
        for (String flag : List.of("deleteTracking", "swap")) {
            option(flag).ifPresent(word -> oneOf(flag, word, List.of("true", "false")));
        }
        return table;
    }

    private static boolean neverFires(String cron) {
        try {
            return new CronExpression(cron).getNextValidTimeAfter(new Date()) == null;
        } catch (ParseException e) {
            return true;
        }
    }

    private void requireNumber(String key, int least, int most) {
        option(key).ifPresent(text -> {
            if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
                throw new IllegalArgumentException("the parameter '" + key + "' must be a whole number"
                        + (most == Integer.MAX_VALUE ? "" : " from " + least + " to " + most) + ", not '" + text
                        + "'.");
            }
        });
    }

    private static void checkOverlap(String text) {
        if (!text.matches("\\d{1,9}") && !(text.matches("\\d.*[a-z]") && isDuration(text))) {
            throw new IllegalArgumentException("the parameter 'overlap' must be a whole number of keys or a period such"
                    + " as 2h, not '" + text + "'.");
        }
    }

    private static void checkLag(String text) {
        if (!isDuration(text)) {
            throw new IllegalArgumentException(
                    "the parameter 'lag' must be a duration such as 5s or 2m, not '" + text + "'.");
        }
    }

    private static boolean isDuration(String text) {
        try {
            Durations.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void zone(String zone) {
        try {
            ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "the time zone '" + zone + "' is not known: write one such as Europe/Paris or UTC.");
        }
    }

    private static void checkRatio(String text) {
        try {
            double ratio = Double.parseDouble(text);
            if (ratio >= 0 && ratio <= 1) {
                return;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "the parameter 'maxDeleteRatio' must be a number from 0 to 1, such as 0.1, not '" + text + "'.");
    }

    private static void oneOf(String key, String value, List<String> words) {
        if (!words.contains(value)) {
            throw new IllegalArgumentException("the parameter '" + key + "' must be one of " + String.join(", ", words)
                    + ", not '" + value + "'.");
        }
    }

    private Optional<String> option(String key) {
        return Optional.ofNullable(options.get(key)).filter(value -> !value.isEmpty());
    }
}
