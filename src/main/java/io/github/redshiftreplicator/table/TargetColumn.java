package io.github.redshiftreplicator.table;

/**
 * A column of a Redshift table.
 *
 * @param name its name, folded as Redshift folds it
 * @param typeName Redshift's name of its type, in lower case and without its length, e.g. {@code varchar}, {@code int8}
 * @param size declared length in bytes or precision, or 0
 * @param scale declared scale or 0
 */
public record TargetColumn(String name, String typeName, int size, int scale) {}
