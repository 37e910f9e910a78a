package io.github.redshiftreplicator.redshift;

/**
 * What a load did.
 *
 * @param rows the rows that COPY loaded, or that were deleted
 * @param deleted the rows that were deleted before
 * @param alreadyLoaded whether an earlier load with the same id did it, and this one nothing
 */
record LoadResult(long rows, long deleted, boolean alreadyLoaded) {}
