package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Nearest;
import io.github.redshiftreplicator.state.NextStep;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What an endpoint {@code replicator:OPERATION} does. */
enum Operation {
    /** Consumer: where a table's route begins. */
    TABLE,
    REPLICATE,
    EXPORT,
    IMPORT,
    RECONCILE,
    VACUUM,
    ANALYZE,
    CLAIM,
    DELETIONS,
    COPY,
    ROWS,
    MANIFEST,
    UPLOADED,
    IMPORTING,
    PURGE,
    IMPORTED;

    static Operation of(String word) {
        List<String> words = Arrays.stream(values()).map(Operation::word).toList();
        int index = words.indexOf(word);
        if (index < 0) {
            throw new IllegalArgumentException("There is no endpoint replicator:" + word + "; did you mean replicator:"
                    + Nearest.to(word, words).orElseThrow() + "?");
        }
        return values()[index];
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The action that a trigger asks of a table, empty for the steps of a route. */
    Optional<NextStep.Action> action() {
        return switch (this) {
            case REPLICATE -> Optional.of(NextStep.Action.REPLICATE);
            case EXPORT -> Optional.of(NextStep.Action.EXPORT);
            case IMPORT -> Optional.of(NextStep.Action.IMPORT);
            default -> Optional.empty();
        };
    }

    /** Whether an endpoint runs a table's route. */
    boolean isTrigger() {
        return action().isPresent() || this == RECONCILE || maintenance().isPresent();
    }

    /** What an endpoint does to targets, empty for the others. */
    Optional<TargetMaintenance.Kind> maintenance() {
        return switch (this) {
            case VACUUM -> Optional.of(TargetMaintenance.Kind.VACUUM);
            case ANALYZE -> Optional.of(TargetMaintenance.Kind.ANALYZE);
            default -> Optional.empty();
        };
    }
}
