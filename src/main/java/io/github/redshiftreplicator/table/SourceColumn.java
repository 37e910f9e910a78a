package io.github.redshiftreplicator.table;

/**
 * A column of a source table, as the source's catalog describes it.
 *
 * @param name its name as spelled there
 * @param typeName the source's own name of its type, e.g. {@code int8}, {@code varchar}, {@code tinyint unsigned}
 * @param jdbcType a constant of {@link java.sql.Types}
 * @param size declared length, precision or 0
 * @param scale declared scale or 0
 * @param nullable whether it may hold NULL
 */
public record SourceColumn(String name, String typeName, int jdbcType, int size, int scale, boolean nullable) {}
