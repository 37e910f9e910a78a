package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * The keys of an identity table that are read again, for some applications draw keys in blocks and use them late
 * (Hibernate's pooled optimizer): the load adds only what is missing.
 */
final class Overlap {
    private Overlap() {}

    /** The record from which rows are read: the overlap before the last one. */
    static Optional<String> lowered(Table table, SourceTable source, Optional<String> from, Dialect dialect) {
        // where there is no last record, a period has not been made a number of keys either
        Optional<BigDecimal> keys = from.flatMap(last -> keys(table));
        if (keys.isEmpty()) {
            return from;
        }
        boolean integer = table.replicationField()
                .flatMap(source::column)
                .filter(dialect::isInteger)
                .isPresent();
        if (!integer) {
            throw new SourceException("Table " + table.name() + ": 'overlap' counts keys, and "
                    + table.replicationField().orElse("") + " is no whole number. Remove it.");
        }
        return Optional.of(new BigDecimal(from.get()).subtract(keys.get()).toPlainString());
    }

    /** The highest key that was seen, or the last record where the rows up to it are gone: no window goes back. */
    static String neverBack(Selection selection, String key) {
        return selection
                .lastRecord()
                .filter(last ->
                        keys(selection.table()).isPresent() && new BigDecimal(last).compareTo(new BigDecimal(key)) > 0)
                .orElse(key);
    }

    private static Optional<BigDecimal> keys(Table table) {
        return table.strategy() == Strategy.IDENTITY ? table.option("overlap").map(BigDecimal::new) : Optional.empty();
    }
}
