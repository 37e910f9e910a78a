package io.github.redshiftreplicator.source;

import java.time.Duration;
import java.util.Optional;

/**
 * What a source that is a read replica tells of itself. Immutable.
 *
 * @param behind how far it is behind its primary; empty if it does not know, since it does not follow it now
 */
public record Replica(Optional<Duration> behind) {}
