package io.github.redshiftreplicator.table;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What happens to values that a target cannot hold: the parameters {@code onOverflow} and {@code onInvalid} of a table.
 * Written as a word for the table and {@code COLUMN=word} for single columns, separated by commas:
 * {@code fail, bio=truncate, price=null}. Immutable.
 */
public final class ValuePolicy {
    /** What to do. */
    public enum Action {
        /** The replication fails and names the row. */
        FAIL,
        /** The nearest value that fits is loaded and counted. */
        ALTER,
        /** NULL is loaded and counted. */
        NULL
    }

    private static final String OVERFLOW = "onOverflow";
    private static final String INVALID = "onInvalid";

    private final Map<String, Action> overflow;
    private final Map<String, Action> invalid;

    private ValuePolicy(Map<String, Action> overflow, Map<String, Action> invalid) {
        this.overflow = Map.copyOf(overflow);
        this.invalid = Map.copyOf(invalid);
    }

    /**
     * Reads a table's policies.
     *
     * @throws IllegalArgumentException if a word is unknown; the message names the parameter and the known words
     */
    public static ValuePolicy of(Table table) {
        return of(table.option(OVERFLOW), table.option(INVALID));
    }

    /**
     * Reads the two parameters.
     *
     * @throws IllegalArgumentException if a word is unknown
     */
    public static ValuePolicy of(Optional<String> onOverflow, Optional<String> onInvalid) {
        return new ValuePolicy(
                parse(OVERFLOW, onOverflow.orElse(""), "truncate"), parse(INVALID, onInvalid.orElse(""), "replace"));
    }

    private static Map<String, Action> parse(String parameter, String text, String alter) {
        Map<String, Action> actions = new HashMap<>();
        for (String part : text.split(",")) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.lastIndexOf('=');
            String column =
                    equals < 0 ? "" : ColumnPlan.fold(part.substring(0, equals).strip());
            String word = part.substring(equals + 1).strip().toLowerCase(Locale.ROOT);
            Action action =
                    switch (word) {
                        case "fail" -> Action.FAIL;
                        case "null" -> Action.NULL;
                        default -> {
                            if (!word.equals(alter)) {
                                throw new IllegalArgumentException("the parameter '" + parameter + "' has '" + word
                                        + "': write " + String.join(", ", List.of("fail", alter)) + " or null, and"
                                        + " COLUMN=" + alter + " for a single column.");
                            }
                            yield Action.ALTER;
                        }
                    };
            actions.put(column, action);
        }
        return actions;
    }

    /** The columns that are named, folded; each ought to be a column of the target. */
    public List<String> columns() {
        return java.util.stream.Stream.concat(overflow.keySet().stream(), invalid.keySet().stream())
                .filter(column -> !column.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    /** What happens to a column's values of a kind. */
    public Action of(Hazard.Kind kind, SourceColumn column) {
        Map<String, Action> actions = kind == Hazard.Kind.OVERFLOW ? overflow : invalid;
        Action general = actions.getOrDefault("", Action.FAIL);
        return actions.getOrDefault(ColumnPlan.fold(column.name()), general);
    }
}
