package io.github.redshiftreplicator.table;

/**
 * One S3 object of a replication.
 *
 * @param key its key in the bucket
 * @param bytes its size as stored, compressed
 * @param rows the rows in it
 */
public record Part(String key, long bytes, long rows) {}
