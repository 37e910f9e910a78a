package io.github.redshiftreplicator.state;

import java.time.Instant;

/**
 * The living owner of a replication.
 *
 * @param owner its {@link Owner#text()}
 * @param until when its lease runs out unless it is renewed, on the state database's clock
 */
public record Holder(String owner, Instant until) {}
