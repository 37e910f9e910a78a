package io.github.redshiftreplicator.source;

import java.time.Instant;
import java.util.Optional;

/**
 * A transaction in the source that keeps a window from reaching the present. Nothing is lost by it; rows arrive later.
 *
 * @param pid its session's id in the database, empty if it has none (a prepared transaction) or it is unknown
 * @param since when it began, empty if the database does not tell
 * @param message what holds the window back and what the operator can do, one or two sentences
 */
public record HeldBack(Optional<Long> pid, Optional<Instant> since, String message) {}
