package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.Replications;
import io.github.redshiftreplicator.table.Durations;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An identity table's {@code overlap} that is a period: the keys since the record that was the last one a period before the
 * last import began, however long its load took. The state table says which that was; if it does not reach back so far,
 * the oldest that it knows.
 */
public final class OverlapPeriod {
    private static final String OVERLAP = "overlap";
    private static final String WHOLE_NUMBER = "-?\\d+";
    private static final int PAGE = 500;

    private OverlapPeriod() {}

    /** The table with its overlap as a number of keys; as it is if that is one already. */
    public static Table inKeys(Table table, Replications replications) {
        Optional<String> period = table.option(OVERLAP).filter(text -> !text.matches(WHOLE_NUMBER));
        if (period.isEmpty() || table.strategy() != Strategy.IDENTITY) {
            return table;
        }
        Map<String, String> options = new HashMap<>(table.options());
        options.put(
                OVERLAP,
                keys(table, replications, Durations.parse(period.get())).toPlainString());
        return new Table(
                table.name(),
                table.strategy(),
                table.source(),
                table.target(),
                table.replicationField(),
                table.keys(),
                options);
    }

    /** The keys from the record of a period ago to the last one. */
    private static BigDecimal keys(Table table, Replications replications, Duration period) {
        Optional<Replication> newest = replications.lastImported(table.name());
        Optional<String> last = newest.flatMap(Replication::lastRecord).filter(text -> text.matches(WHOLE_NUMBER));
        if (last.isEmpty()) {
            return BigDecimal.ZERO;
        }
        Optional<String> from = recordAt(newest.get().createdAt().minus(period), newest.get(), replications);
        return new BigDecimal(last.get())
                .subtract(from.map(BigDecimal::new).orElse(BigDecimal.ZERO))
                .max(BigDecimal.ZERO);
    }

    /** The record that was the last one at a moment; where nothing was imported by then, the first one of all. */
    private static Optional<String> recordAt(Instant moment, Replication newest, Replications replications) {
        Replication oldest = newest;
        for (List<Replication> page = List.of(newest);
                !page.isEmpty();
                page = replications.importedBefore(oldest, PAGE)) {
            for (Replication replication : page) {
                if (!replication.updatedAt().isAfter(moment)) {
                    return replication.lastRecord();
                }
                if (replication.firstRecord().isEmpty()) {
                    // before it, another column or another state of the table counted
                    return Optional.empty();
                }
                oldest = replication;
            }
        }
        return oldest.firstRecord();
    }
}
