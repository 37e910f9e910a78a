package io.github.redshiftreplicator.source;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Remembers, for one table, the bound of the look before the one in which each transaction was first seen. A
 * transaction that was absent then wrote nothing below that bound. So a service that looks often is held back by a
 * transaction of unknown start only to the look before it appeared. Thread-safe.
 *
 * @param <B> the bound: the clock of a timed table, the highest key of an identity table
 */
final class Sightings<B> {
    private record Sighting<B>(long look, Optional<B> before) {}

    private final Map<String, Sighting<B>> sightings = new HashMap<>();
    private long looks;
    private Optional<B> latest = Optional.empty();
    private Optional<B> start = Optional.empty();

    /**
     * Forgets every look if the table has begun anew since the last one, so that its bounds come again: the window starts
     * lower, or the bound is lower, than then.
     *
     * @param from where the window starts; empty: at the beginning
     * @param bound the bound of the look to come
     */
    synchronized void forgetIfAnew(Optional<B> from, B bound, Comparator<B> order) {
        boolean startsLower = start.filter(before ->
                        from.map(now -> order.compare(now, before) < 0).orElse(true))
                .isPresent();
        boolean endsLower =
                latest.filter(before -> order.compare(bound, before) < 0).isPresent();
        if (startsLower || endsLower) {
            sightings.clear();
            latest = Optional.empty();
        }
        start = from;
    }

    /** Notes what a look showed; its bound must have been read before the transactions were listed. */
    synchronized void saw(B bound, List<RunningTransaction> transactions) {
        Set<String> ids = transactions.stream().map(RunningTransaction::id).collect(Collectors.toSet());
        sightings.keySet().retainAll(ids);
        ids.forEach(id -> sightings.putIfAbsent(id, new Sighting<>(looks, latest)));
        looks++;
        latest = Optional.of(bound);
    }

    /** The bound below which none of these transactions has written, if that is known of all. */
    synchronized Optional<B> notBefore(Set<String> transactions) {
        return transactions.stream()
                .map(id -> sightings.getOrDefault(id, new Sighting<>(-1, Optional.empty())))
                .min((one, other) -> Long.compare(one.look(), other.look()))
                .flatMap(Sighting::before);
    }
}
