package io.github.redshiftreplicator.source;

import java.time.Duration;
import java.util.Optional;

/**
 * How a source is read. Immutable; a table's own options {@code lag} and {@code parallelism} go
 * before these.
 *
 * @param poolSize the most pooled connections; one a running export, and one for a moment for each look at a table
 * @param connectionTimeout how long to wait for a connection before the source counts as away
 * @param fetchSize rows a round trip where rows are read through JDBC
 * @param parallelism the most connections that read one table
 * @param blockSize bytes that a reader hands on at once
 * @param lag how far a timed window stays behind the clock; empty: what the database needs
 * @param patience how long to wait for running transactions to finish before the window is held back
 */
public record SourceSettings(
        int poolSize,
        Duration connectionTimeout,
        int fetchSize,
        int parallelism,
        int blockSize,
        Optional<Duration> lag,
        Duration patience) {

    public SourceSettings {
        if (poolSize < 1 || fetchSize < 1 || parallelism < 1 || blockSize < 1024) {
            throw new IllegalArgumentException("poolSize " + poolSize + ", fetchSize " + fetchSize
                    + " and parallelism " + parallelism + " must be at least 1, blockSize " + blockSize
                    + " at least 1024.");
        }
    }

    /** The defaults: 8 connections, 10,000 rows a fetch, one reader a table, 2 s of patience. */
    public static SourceSettings defaults() {
        return new SourceSettings(
                8, Duration.ofSeconds(30), 10_000, 1, 256 * 1024, Optional.empty(), Duration.ofSeconds(2));
    }

    public SourceSettings withPoolSize(int value) {
        return new SourceSettings(value, connectionTimeout, fetchSize, parallelism, blockSize, lag, patience);
    }

    public SourceSettings withConnectionTimeout(Duration value) {
        return new SourceSettings(poolSize, value, fetchSize, parallelism, blockSize, lag, patience);
    }

    public SourceSettings withFetchSize(int value) {
        return new SourceSettings(poolSize, connectionTimeout, value, parallelism, blockSize, lag, patience);
    }

    public SourceSettings withParallelism(int value) {
        return new SourceSettings(poolSize, connectionTimeout, fetchSize, value, blockSize, lag, patience);
    }

    public SourceSettings withLag(Duration value) {
        return new SourceSettings(
                poolSize, connectionTimeout, fetchSize, parallelism, blockSize, Optional.of(value), patience);
    }

    public SourceSettings withPatience(Duration value) {
        return new SourceSettings(poolSize, connectionTimeout, fetchSize, parallelism, blockSize, lag, value);
    }
}
