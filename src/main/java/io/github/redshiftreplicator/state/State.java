package io.github.redshiftreplicator.state;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** How far a replication has come. */
public enum State {
    ENQUEUED,
    EXPORTING,
    EXPORTED,
    UPLOADING,
    UPLOADED,
    IMPORTING,
    IMPORTED,
    CANCELED;

    /** The word used for this state in the state table and on screen, never null. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing follows: imported or canceled. */
    public boolean isFinished() {
        return this == IMPORTED || this == CANCELED;
    }

    /** Whether a replication that stopped here is exported again: enqueued to uploading. */
    public boolean exportsAgain() {
        return compareTo(UPLOADED) < 0;
    }

    /** Whether a replication that stopped here only has to be imported: uploaded and importing. */
    public boolean importsOnly() {
        return this == UPLOADED || this == IMPORTING;
    }

    /** Whether reaching this state means that something has succeeded, so that an earlier error is over. */
    boolean isAchievement() {
        return this == EXPORTED || this == UPLOADED || this == IMPORTED;
    }

    /** The states that may follow this one, empty if it is finished. */
    public Set<State> successors() {
        return switch (this) {
            case ENQUEUED -> EnumSet.of(EXPORTING, CANCELED);
            case EXPORTING -> EnumSet.of(EXPORTING, EXPORTED, CANCELED);
            case EXPORTED -> EnumSet.of(EXPORTING, UPLOADING, CANCELED);
            case UPLOADING -> EnumSet.of(EXPORTING, UPLOADED, CANCELED);
            case UPLOADED -> EnumSet.of(IMPORTING, CANCELED);
            case IMPORTING -> EnumSet.of(IMPORTING, IMPORTED, CANCELED);
            case IMPORTED, CANCELED -> EnumSet.noneOf(State.class);
        };
    }

    /** Whether {@code next} may follow this state. */
    public boolean canBecome(State next) {
        return successors().contains(next);
    }

    /**
     * Finds a state by its word.
     *
     * @throws IllegalArgumentException if there is no such state; the message names the known ones
     */
    public static State of(String word) {
        for (State state : values()) {
            if (state.word().equalsIgnoreCase(word.strip())) {
                return state;
            }
        }
        throw new IllegalArgumentException("Unknown state '" + word + "': use one of "
                + Arrays.stream(values()).map(State::word).collect(Collectors.joining(", ")) + ".");
    }
}
