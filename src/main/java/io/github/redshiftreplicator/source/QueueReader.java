package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.TableName;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.camel.util.json.DeserializationException;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.Jsoner;

/**
 * Reads a table's queue in an export's snapshot, and finds the queued keys that the table has again: their rows have to
 * be exported too, for the target is going to lose the old ones. Used once.
 */
final class QueueReader {
    private static final int PAGE = 5_000;
    private static final int LOOKED_UP_AT_ONCE = 500;
    /** Above so many one scan with the queue is better than a list of them. */
    private static final int MOST_LISTED = 1_000;

    private final DeletionTracking tracking;
    private final TrackedTable table;
    private final Dialect dialect;
    private final List<ColumnPlan.Pair> keys;
    private final boolean appends;
    private final QueueIds ids = new QueueIds();
    private final List<String> present = new ArrayList<>();
    private long presentCount;

    /** @param appends whether a row is doubled that the target has and that is found all the same */
    QueueReader(
            DeletionTracking tracking,
            TrackedTable table,
            Dialect dialect,
            List<ColumnPlan.Pair> keys,
            boolean appends) {
        this.tracking = tracking;
        this.table = table;
        this.dialect = dialect;
        this.keys = keys;
        this.appends = appends;
    }

    /** Hands on every queued key, in portions. An entry that stands for every row hands on nothing. */
    QueueIds read(Connection snapshot, Consumer<List<List<String>>> keys) throws SQLException {
        long above = Long.MIN_VALUE;
        List<DeletionTracking.Entry> page;
        do {
            page = tracking.page(snapshot, table.name(), above, PAGE);
            List<List<String>> portion = new ArrayList<>(page.size());
            for (DeletionTracking.Entry entry : page) {
                ids.add(entry.id());
                above = entry.id();
                entry.key().ifPresent(json -> portion.add(parse(json)));
            }
            // a NULL equals no other, so no row has the key of another
            List<List<String>> whole = portion.stream()
                    .filter(key -> key.stream().allMatch(Objects::nonNull))
                    .toList();
            for (int from = 0; from < whole.size(); from += LOOKED_UP_AT_ONCE) {
                lookUp(snapshot, whole.subList(from, Math.min(from + LOOKED_UP_AT_ONCE, whole.size())));
            }
            keys.accept(portion);
        } while (page.size() == PAGE);
        return ids;
    }

    private List<String> parse(String json) {
        return parse(table, json);
    }

    /** The values of a queued key. */
    static List<String> parse(TrackedTable table, String json) {
        try {
            List<String> values = new ArrayList<>();
            ((JsonArray) Jsoner.deserialize(json)).forEach(v -> values.add(v == null ? null : v.toString()));
            if (values.size() == table.keys().size()) {
                return values;
            }
        } catch (DeserializationException | ClassCastException e) {
            // said below
        }
        throw new SourceException("Table " + table.name() + ": the entry '" + json + "' of the deletion queue is no key"
                + " of " + table.keys().size() + " columns. If 'keys' has changed, run install, delete the entry, and"
                + " reconcile the table.");
    }

    /** Turns a queued key, which has the text of each value, into the form in which an export carries it. */
    static UnaryOperator<List<String>> carried(DeletionTracking tracking, List<ColumnPlan.Pair> keys) {
        return key -> {
            List<String> carried = new ArrayList<>(key.size());
            for (int i = 0; i < key.size(); i++) {
                carried.add(key.get(i) == null ? null : tracking.sql().carried(keys.get(i), key.get(i)));
            }
            return carried;
        };
    }

    private void lookUp(Connection snapshot, List<List<String>> keys) throws SQLException {
        Set<List<String>> queued = keys.stream().map(this::inTarget).collect(Collectors.toSet());
        try (Statement statement = snapshot.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT " + tracking.sql().key("", table) + " FROM " + source() + " WHERE " + among(keys))) {
            while (rows.next()) {
                String found = rows.getString(1);
                // by a collation it may be another key, whose row stays in the target
                if (!appends || queued.contains(inTarget(parse(found)))) {
                    presentCount++;
                    if (present.size() < MOST_LISTED) {
                        present.add(found);
                    }
                }
            }
        }
    }

    /** A key in one form for all that are equal in the target, where 1.0 and 1.00 are one DECIMAL and two VARCHARs. */
    private List<String> inTarget(List<String> key) {
        List<String> texts = new ArrayList<>(key.size());
        for (int i = 0; i < key.size(); i++) {
            String text = key.get(i);
            texts.add(
                    switch (keys.get(i).target().typeName()) {
                        case "int2", "int4", "int8", "numeric", "float4", "float8" -> number(text);
                        case "bpchar" -> text.stripTrailing();
                        default -> text;
                    });
        }
        return texts;
    }

    private static String number(String text) {
        try {
            return new BigDecimal(text).stripTrailingZeros().toString();
        } catch (NumberFormatException e) {
            return text;
        }
    }

    private String source() {
        return table.source().name().quoted(dialect.quote());
    }

    /** The condition that a row has one of these keys, in a form for which an index serves. */
    private String among(List<List<String>> keys) {
        if (table.keys().size() == 1) {
            return among(0, keys.stream().map(key -> key.get(0)).toList());
        }
        return keys.stream()
                .map(key -> {
                    List<String> matches = new ArrayList<>();
                    for (int i = 0; i < key.size(); i++) {
                        matches.add(among(i, List.of(key.get(i))));
                    }
                    return "(" + String.join(" AND ", matches) + ")";
                })
                .collect(Collectors.joining(" OR "));
    }

    private String among(int column, List<String> texts) {
        SourceColumn key = table.keys().get(column);
        return tracking.sql().among(TableName.quote(key.name(), dialect.quote()), key, texts, dialect::literal);
    }

    /** The condition that finds the rows whose queued keys are there again, empty if there are none. */
    Optional<String> reinserted() {
        if (presentCount == 0) {
            return Optional.empty();
        }
        if (presentCount > MOST_LISTED) {
            return Optional.of(tracking.sql().queriedKey(table) + " IN (SELECT row_key FROM "
                    + tracking.queue().quoted(dialect.quote()) + " WHERE table_name = " + dialect.literal(table.name())
                    + ")");
        }
        List<String> distinct = present.stream().distinct().toList();
        String listed = among(distinct.stream().map(this::parse).toList());
        return Optional.of(appends ? "(" + listed + ") AND " + exactly(distinct) : listed);
    }

    private String exactly(List<String> found) {
        return tracking.sql().queriedKey(table)
                + found.stream().map(dialect::literal).collect(Collectors.joining(", ", " IN (", ")"));
    }
}
