package io.github.redshiftreplicator.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds what somebody meant who misspelt a name. */
public final class Nearest {
    private Nearest() {}

    /** The candidate with the smallest edit distance, empty if there are no candidates. */
    public static Optional<String> to(String word, Collection<String> candidates) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        return candidates.stream().min(Comparator.comparingInt(candidate -> distance.apply(word, candidate)));
    }
}
