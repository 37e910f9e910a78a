package io.github.redshiftreplicator.redshift;

import java.util.List;
import java.util.Optional;

/**
 * The rows that a load removes from its target before it brings its own.
 *
 * @param keys the keys, where there are few
 * @param manifest the parts that hold the keys, where there are many
 * @param count the keys that the manifest's parts hold
 * @param allBut whether the keys are those that stay, and all other rows go
 * @param maxRatio the largest part of the target's rows that {@code allBut} may remove, from 0 to 1
 */
record Deletes(
        List<List<Object>> keys, Optional<String> manifest, Optional<Long> count, boolean allBut, double maxRatio) {
    /** Nothing. */
    static final Deletes NONE = new Deletes(List.of(), Optional.empty(), Optional.empty(), false, 1);

    boolean isNone() {
        return keys.isEmpty() && manifest.isEmpty() && !allBut;
    }
}
