package io.github.redshiftreplicator.source;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The zones in which a column without a zone may be stamped. An application may write UTC, as Rails does, and the next
 * one leave it to {@code DEFAULT now()}, which is the server's local time. Where nobody says which, all count: rows
 * are read up to the latest present, but a window ends at the earliest. Immutable.
 *
 * @param all at least one
 */
record Zones(List<ZoneId> all) {
    static final Zones UTC = new Zones(List.of(ZoneOffset.UTC));

    Zones {
        all = all.stream().map(ZoneId::normalized).distinct().toList();
    }

    /** UTC and those of these names that Java knows; PostgreSQL and Java both use the tz database's. */
    static Zones utcAnd(Stream<String> names) {
        return new Zones(Stream.concat(Stream.of((ZoneId) ZoneOffset.UTC), names.flatMap(name -> parse(name).stream()))
                .toList());
    }

    private static Optional<ZoneId> parse(String name) {
        try {
            return Optional.of(ZoneId.of(name.replace("'", "").strip(), ZoneId.SHORT_IDS));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    boolean isAmbiguous() {
        return all.size() > 1;
    }

    /** A local time that no row stamped later has, whatever its zone. */
    LocalDateTime earliest(Instant instant) {
        return all.stream()
                .map(zone -> ColumnTime.of(instant, zone))
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** A local time that no row stamped earlier has, whatever its zone. */
    LocalDateTime latest(Instant instant) {
        return all.stream()
                .map(zone -> LocalDateTime.ofInstant(instant, zone))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    @Override
    public String toString() {
        return all.stream()
                .map(zone -> zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId())
                .collect(Collectors.joining(" or "));
    }
}
