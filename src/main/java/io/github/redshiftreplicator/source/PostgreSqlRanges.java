package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.Strategy;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Divides a table so that several connections can read it: by its blocks where most of it is read, by its keys where a
 * range of keys is. More ranges than readers, so that they end together.
 */
final class PostgreSqlRanges {
    private static final int RANGES_PER_READER = 4;
    private static final long LEAST_BLOCKS = 1024;
    private static final BigInteger LEAST_KEYS = BigInteger.valueOf(100_000);
    /** TID range scans came with PostgreSQL 14; before, each range would read the whole table. */
    private static final int TID_RANGE_SCANS = 14;

    private PostgreSqlRanges() {}

    /** Conditions that together select every row once; a single empty one if the table is better read whole. */
    static List<String> of(Connection snapshot, Selection selection, Bound bound, int readers) throws SQLException {
        if (readers > 1) {
            List<String> ranges = isMostlyRead(selection)
                    ? byBlocks(snapshot, selection, readers)
                    : byKeys(selection, bound, readers);
            if (ranges.size() > 1) {
                return ranges;
            }
        }
        return List.of("");
    }

    /** Without an index even a small window costs a scan of the whole table. */
    private static boolean isMostlyRead(Selection selection) {
        return selection.table().strategy() == Strategy.FULL
                || selection.from().isEmpty()
                || !selection.source().isIndexed(selection.field().name());
    }

    private static List<String> byBlocks(Connection snapshot, Selection selection, int readers) throws SQLException {
        if (snapshot.getMetaData().getDatabaseMajorVersion() < TID_RANGE_SCANS) {
            return List.of();
        }
        long blocks = blocks(snapshot, selection);
        int ranges = (int) Math.min((long) readers * RANGES_PER_READER, blocks / LEAST_BLOCKS);
        if (ranges < 2) {
            return List.of();
        }
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < ranges; i++) {
            String start = "ctid >= '(" + blocks * i / ranges + ",0)'::tid";
            // The last range is open: rows are also in blocks added since their number was asked.
            conditions.add(
                    i == ranges - 1 ? start : start + " AND ctid < '(" + blocks * (i + 1) / ranges + ",0)'::tid");
        }
        return conditions;
    }

    /** The blocks of a plain table that stands alone, else 0: a child table has blocks of its own numbers. */
    private static long blocks(Connection snapshot, Selection selection) throws SQLException {
        String sql = "SELECT pg_relation_size(c.oid) / current_setting('block_size')::bigint FROM pg_class c"
                + " JOIN pg_am a ON a.oid = c.relam AND a.amname = 'heap'"
                + " WHERE c.oid = to_regclass(?) AND c.relkind = 'r'"
                + " AND NOT EXISTS (SELECT 1 FROM pg_inherits WHERE inhparent = c.oid)";
        try (PreparedStatement statement = snapshot.prepareStatement(sql)) {
            statement.setString(1, selection.quoted('"'));
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? result.getLong(1) : 0;
            }
        }
    }

    private static List<String> byKeys(Selection selection, Bound bound, int readers) {
        boolean integer = List.of(Types.SMALLINT, Types.INTEGER, Types.BIGINT)
                .contains(selection.field().jdbcType());
        if (selection.table().strategy() != Strategy.IDENTITY || !integer) {
            return List.of();
        }
        BigInteger from = new BigInteger(selection.from().orElseThrow());
        BigInteger keys = new BigInteger(bound.upTo().orElseThrow()).subtract(from);
        int ranges = keys.divide(LEAST_KEYS)
                .min(BigInteger.valueOf((long) readers * RANGES_PER_READER))
                .intValue();
        String column = selection.quotedField('"');
        BigInteger count = BigInteger.valueOf(Math.max(1, ranges));
        return IntStream.range(0, ranges)
                .mapToObj(i -> column + " > "
                        + from.add(keys.multiply(BigInteger.valueOf(i)).divide(count)) + " AND " + column + " <= "
                        + from.add(keys.multiply(BigInteger.valueOf(i + 1L)).divide(count)))
                .toList();
    }
}
