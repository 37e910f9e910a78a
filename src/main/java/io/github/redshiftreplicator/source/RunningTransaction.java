package io.github.redshiftreplicator.source;

import java.time.Instant;
import java.util.Optional;

/**
 * A transaction whose writes may still be missing.
 *
 * @param id the database's own id of it, never used again by another
 * @param pid its session, empty if it has none or it is unknown
 * @param start when it began, empty if that is hidden from the source's role
 * @param remedy what the operator can do about it, a sentence
 */
record RunningTransaction(String id, Optional<Long> pid, Optional<Instant> start, String remedy) {}
