package io.github.redshiftreplicator.verify;

import java.util.BitSet;

/**
 * The difference between two sets of rows, as sums of their rows' hashes in buckets by the hash of the key. A sum minds
 * no order, and a row that is there twice counts twice. Memory depends on the number of buckets alone. Not thread-safe.
 */
final class Checksums {
    /** So many rows in a bucket keep the second reading small. */
    private static final long ROWS_IN_BUCKET = 64;

    private static final int LEAST_BITS = 8;
    private static final int MOST_BITS = 20;

    private final int shift;
    private final long[] high;
    private final long[] low;
    private final int[] rows;
    private final int[] surplus;

    /** @param expected the rows expected on a side */
    Checksums(long expected) {
        long buckets = Math.max(1, expected / ROWS_IN_BUCKET);
        int bits = Math.min(MOST_BITS, Math.max(LEAST_BITS, Long.SIZE - Long.numberOfLeadingZeros(buckets)));
        shift = Long.SIZE - bits;
        high = new long[1 << bits];
        low = new long[1 << bits];
        rows = new int[1 << bits];
        surplus = new int[1 << bits];
    }

    /** The bucket of a key. */
    int bucket(Fingerprint.Hash key) {
        return (int) (key.high() >>> shift);
    }

    void source(Fingerprint.Hash key, Fingerprint.Hash row) {
        add(bucket(key), row, 1);
    }

    void target(Fingerprint.Hash key, Fingerprint.Hash row) {
        add(bucket(key), row, -1);
    }

    private void add(int bucket, Fingerprint.Hash row, int sign) {
        high[bucket] += sign * row.high();
        low[bucket] += sign * row.low();
        surplus[bucket] += sign;
        rows[bucket]++;
    }

    /** The buckets whose sides differ. */
    BitSet differing() {
        BitSet differing = new BitSet();
        for (int i = 0; i < rows.length; i++) {
            if (surplus[i] != 0 || high[i] != 0 || low[i] != 0) {
                differing.set(i);
            }
        }
        return differing;
    }

    /** The first of these buckets, as many as together have no more rows than that; one at least. */
    BitSet first(BitSet buckets, long most) {
        BitSet chosen = new BitSet();
        long chosenRows = 0;
        for (int i = buckets.nextSetBit(0); i >= 0; i = buckets.nextSetBit(i + 1)) {
            chosenRows += rows[i];
            if (!chosen.isEmpty() && chosenRows > most) {
                break;
            }
            chosen.set(i);
        }
        return chosen;
    }
}
