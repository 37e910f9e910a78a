package io.github.redshiftreplicator.table;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One replicated table, as its route file defines it.
 *
 * @param name the name by which commands, state and logs know it: its route's id
 * @param strategy how it is replicated
 * @param source the table in the source
 * @param target the table in Redshift
 * @param replicationField the source column whose growth tells new rows; empty only for {@link Strategy#FULL}
 * @param keys the columns that identify a row, in order; may be empty unless the strategy merges
 * @param options every parameter of the route file as written, for what only one step cares about; never null
 */
public record Table(
        String name,
        Strategy strategy,
        TableName source,
        TableName target,
        Optional<String> replicationField,
        List<String> keys,
        Map<String, String> options) {

    public Table {
        keys = List.copyOf(keys);
        options = Map.copyOf(options);
    }

    /** An option's value, empty if it is absent or blank. */
    public Optional<String> option(String key) {
        return Optional.ofNullable(options.get(key)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** Whether a new table takes the target's place. */
    public boolean swaps() {
        return option("swap").filter("true"::equals).isPresent();
    }
}
