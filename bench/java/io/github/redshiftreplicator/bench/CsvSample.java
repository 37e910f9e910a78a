package io.github.redshiftreplicator.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Rows of CSV like those of {@link SampleTable}, without a server. */
public final class CsvSample {
    private CsvSample() {}

    /** Whole rows, each ended by a line feed, of that many bytes together or a little more. */
    public static List<byte[]> rows(int bytes) {
        List<byte[]> rows = new ArrayList<>();
        Random random = new Random(1);
        byte[] token = new byte[16];
        int length = 0;
        for (long id = 1; length < bytes; id++) {
            random.nextBytes(token);
            long customer = id * 7919 % 1_000_003;
            byte[] row = (id + "," + customer + ","
                            + List.of("new", "paid", "packed", "shipped").get((int) (id % 4))
                            + ",customer" + customer + "@mail" + id % 17 + ".example.com," + id * 37 % 1_000_000 / 100.0
                            + "," + id % 9 + ",2024-01-01 00:" + (10 + id % 50) + ":12.34,2024-03-01 00:"
                            + (10 + id % 40) + ":02.91," + HexFormat.of().formatHex(token) + ",\"deliver to door "
                            + id % 320 + ", ring " + id % 3 + " times\"\n")
                    .getBytes(StandardCharsets.US_ASCII);
            rows.add(row);
            length += row.length;
        }
        return rows;
    }

    /** The rows in one piece. */
    public static byte[] csv(int bytes) {
        List<byte[]> rows = rows(bytes);
        byte[] csv = new byte[rows.stream().mapToInt(row -> row.length).sum()];
        int at = 0;
        for (byte[] row : rows) {
            System.arraycopy(row, 0, csv, at, row.length);
            at += row.length;
        }
        return csv;
    }
}
