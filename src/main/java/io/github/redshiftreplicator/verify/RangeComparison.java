package io.github.redshiftreplicator.verify;

import io.github.redshiftreplicator.redshift.TargetRows;
import io.github.redshiftreplicator.source.RowReader;
import io.github.redshiftreplicator.source.SettledRows;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.TargetColumn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Compares one range of a table: once by checksums of all its rows and, where these differ, again by the rows of the
 * buckets that do. Used once, by one thread.
 */
final class RangeComparison {
    /** So many keys that moved since the replication are remembered. */
    private static final int MOST_MOVED = 1_000_000;
    /** So many rows of differing buckets are remembered. */
    private static final long MOST_DRILLED = 100_000;

    private static final int LONGEST_KEY = 200;

    private final String table;
    private final SettledRows source;
    private final TargetRows target;
    private final ColumnPlan plan;
    private final List<ColumnPlan.Pair> keys;
    private final int[] keyPlaces;
    private final List<TargetColumn> columns;
    private final CanonicalForm form;
    private final SettledRows.Range range;
    private final Fingerprint fingerprint = new Fingerprint();
    private final Set<Fingerprint.Hash> moved = new HashSet<>();
    private long sourceRows;
    private long targetRows;

    /** What came of it. */
    record Result(long sourceRows, long targetRows, long moved, List<Difference> differences, boolean complete) {}

    RangeComparison(
            String table,
            SettledRows source,
            TargetRows target,
            ColumnPlan plan,
            List<ColumnPlan.Pair> keys,
            SettledRows.Range range) {
        this.table = table;
        this.source = source;
        this.target = target;
        this.plan = plan;
        this.keys = keys;
        this.keyPlaces = keys.stream().mapToInt(plan.columns()::indexOf).toArray();
        this.columns = plan.columns().stream().map(ColumnPlan.Pair::target).toList();
        this.form = new CanonicalForm(columns);
        this.range = range;
    }

    /** Says nothing of a key, given in the form in which an export or the queue of deletions carries it. */
    void leaveOut(List<String> key) {
        CanonicalForm keyForm =
                new CanonicalForm(keys.stream().map(ColumnPlan.Pair::target).toList());
        if (moved.size() >= MOST_MOVED) {
            throw new IllegalStateException("Table " + table + ": more than " + MOST_MOVED
                    + " keys have moved since its last replication, too many to leave them out: replicate it first.");
        }
        moved.add(fingerprint.of(keyForm.of(key)));
    }

    /**
     * Compares.
     *
     * @param expected about how many rows a side has
     */
    Result compare(long expected) throws SQLException {
        source.moved(keys, range, this::leaveOut);
        Checksums checksums = new Checksums(expected);
        readSource(row -> {
            Fingerprint.Hash key = key(row);
            if (!moved.contains(key)) {
                sourceRows++;
                checksums.source(key, fingerprint.of(row));
            }
        });
        readTarget(row -> {
            Fingerprint.Hash key = key(row);
            if (!moved.contains(key)) {
                targetRows++;
                checksums.target(key, fingerprint.of(row));
            }
        });
        BitSet differing = checksums.differing();
        if (differing.isEmpty()) {
            return new Result(sourceRows, targetRows, moved.size(), List.of(), true);
        }
        BitSet drilled = checksums.first(differing, MOST_DRILLED);
        return new Result(
                sourceRows, targetRows, moved.size(), differences(checksums, drilled), drilled.equals(differing));
    }

    /** Reads both sides again. */
    private List<Difference> differences(Checksums checksums, BitSet drilled) throws SQLException {
        Map<List<String>, Tally> tallies = new LinkedHashMap<>();
        readSource(row -> tally(checksums, drilled, tallies, row, 1));
        readTarget(row -> tally(checksums, drilled, tallies, row, -1));
        List<Difference> differences = new ArrayList<>();
        tallies.forEach((key, tally) -> {
            if (!tally.isEqual()) {
                differences.add(new Difference(describe(key), tally.describe(columns)));
            }
        });
        return differences;
    }

    private void tally(Checksums checksums, BitSet drilled, Map<List<String>, Tally> tallies, String[] row, int sign) {
        Fingerprint.Hash key = key(row);
        if (drilled.get(checksums.bucket(key)) && !moved.contains(key)) {
            tallies.computeIfAbsent(Arrays.asList(keyTexts(row)), k -> new Tally())
                    .add(row, fingerprint.of(row), sign);
        }
    }

    private void readSource(Consumer<String[]> rows) {
        try (RowReader reader = source.rows(plan, range)) {
            reader.forEachRemaining(row -> rows.accept(form.of(row)));
        }
    }

    private void readTarget(Consumer<String[]> rows) throws SQLException {
        target.read(
                columns,
                range.column().map(column -> ColumnPlan.fold(column.name())),
                range.from(),
                range.to(),
                row -> rows.accept(form.of(row)));
    }

    private Fingerprint.Hash key(String[] row) {
        return fingerprint.of(keyTexts(row));
    }

    private String[] keyTexts(String[] row) {
        String[] texts = new String[keyPlaces.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = row[keyPlaces[i]];
        }
        return texts;
    }

    private String describe(List<String> key) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            words.add(keys.get(i).target().name() + "=" + (key.get(i) == null ? "NULL" : key.get(i)));
        }
        String text = String.join(", ", words).replaceAll("\\s+", " ");
        return text.length() <= LONGEST_KEY
                ? text
                : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, LONGEST_KEY))) + "…";
    }

    /** What both sides have of one key. */
    private static final class Tally {
        private int inSource;
        private int inTarget;
        private long high;
        private long low;
        private int[] sourceColumns;
        private int[] targetColumns;

        void add(String[] row, Fingerprint.Hash hash, int sign) {
            high += sign * hash.high();
            low += sign * hash.low();
            int[] hashes = Arrays.stream(row)
                    .mapToInt(text -> text == null ? -1 : text.hashCode())
                    .toArray();
            if (sign > 0) {
                inSource++;
                sourceColumns = hashes;
            } else {
                inTarget++;
                targetColumns = hashes;
            }
        }

        boolean isEqual() {
            return inSource == inTarget && high == 0 && low == 0;
        }

        String describe(List<TargetColumn> columns) {
            if (inTarget == 0) {
                return "is missing in the target" + times(inSource);
            }
            if (inSource == 0) {
                return "is not in the source" + times(inTarget);
            }
            if (inSource != inTarget) {
                return "is " + inTarget + " times in the target and " + inSource + " times in the source";
            }
            List<String> names = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                if (sourceColumns[i] != targetColumns[i]) {
                    names.add(columns.get(i).name());
                }
            }
            return names.isEmpty() ? "differs" : "differs in " + String.join(", ", names);
        }

        private static String times(int count) {
            return count == 1 ? "" : ", " + count + " times";
        }
    }
}
