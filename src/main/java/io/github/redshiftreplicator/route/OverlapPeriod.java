package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.Replications;
import io.github.redshiftreplicator.state.State;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.util.TimeUtils;

/**
 * An identity table's {@code overlap} that is a period: the keys since the record that was the last one a period before the
 * last import. The state table says which that was; if it does not reach back so far, the oldest that it knows.
 */
public final class OverlapPeriod {
    private static final String OVERLAP = "overlap";
    private static final String WHOLE_NUMBER = "-?\\d+";

    private OverlapPeriod() {}

    /** The table with its overlap as a number of keys; as it is if that is one already. */
    public static Table inKeys(Table table, Replications replications) {
        Optional<String> period = table.option(OVERLAP).filter(text -> !text.matches(WHOLE_NUMBER));
        if (period.isEmpty() || table.strategy() != Strategy.IDENTITY) {
            return table;
        }
        List<Replication> imported = replications.history(table.name(), Integer.MAX_VALUE).stream()
                .filter(replication -> replication.is(State.IMPORTED))
                .toList();
        Map<String, String> options = new HashMap<>(table.options());
        options.put(OVERLAP, keys(imported, TimeUtils.toDuration(period.get())).toPlainString());
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
    private static BigDecimal keys(List<Replication> imported, Duration period) {
        Optional<String> last = imported.stream()
                .findFirst()
                .flatMap(Replication::lastRecord)
                .filter(text -> text.matches(WHOLE_NUMBER));
        if (last.isEmpty()) {
            return BigDecimal.ZERO;
        }
        Instant since = imported.get(0).updatedAt().minus(period);
        Optional<String> from = imported.stream()
                .filter(replication -> !replication.updatedAt().isAfter(since))
                .findFirst()
                .flatMap(Replication::lastRecord)
                .or(() -> imported.get(imported.size() - 1).firstRecord());
        return new BigDecimal(last.get())
                .subtract(from.map(BigDecimal::new).orElse(BigDecimal.ZERO))
                .max(BigDecimal.ZERO);
    }
}
