package io.github.redshiftreplicator.verify;

import io.github.redshiftreplicator.state.Replication;
import java.util.List;
import java.util.Optional;

/**
 * What comparing one table came to.
 *
 * @param asOf the replication up to which the sides were compared; empty if they were not
 * @param note why they were not, or what else is to be known; may be empty
 * @param sourceRows the rows of the source that were compared
 * @param targetRows the rows of the target that were compared
 * @param moved the keys that may have moved since that replication, of which nothing is said
 * @param differences the keys that differ, the first of them only
 * @param complete whether these are all
 */
public record Comparison(
        Optional<Replication> asOf,
        Optional<String> note,
        long sourceRows,
        long targetRows,
        long moved,
        List<Difference> differences,
        boolean complete) {
    static Comparison none(String note) {
        return new Comparison(Optional.empty(), Optional.of(note), 0, 0, 0, List.of(), true);
    }

    /** Whether the sides are equal, or there is nothing to compare. */
    public boolean isEqual() {
        return differences.isEmpty();
    }
}
