package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.bench.CsvSample;
import io.github.redshiftreplicator.table.RowBlock;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What is done for every row: the scan for the NULL marker, the copy into a block, and the mapper of other databases. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class RowBenchmark {
    private static final int BLOCK_SIZE = 256 * 1024;

    private final List<byte[]> rows = CsvSample.rows(16 << 20);
    private Connection h2;

    @Setup
    public void makeTable() throws SQLException {
        h2 = DriverManager.getConnection("jdbc:h2:mem:rows");
        try (Statement statement = h2.createStatement()) {
            statement.execute("CREATE TABLE orders AS SELECT x AS id, 'customer' || x AS name, x / 100.0 AS amount,"
                    + " DATEADD(SECOND, x, TIMESTAMP '2024-01-01 00:00:00') AS updated_at, MOD(x, 2) = 0 AS paid"
                    + " FROM SYSTEM_RANGE(1, 50000)");
        }
    }

    @TearDown
    public void close() throws SQLException {
        h2.close();
    }

    /** 16 MB of rows. */
    @Benchmark
    public int findNullMarker() {
        int found = 0;
        for (byte[] row : rows) {
            found += NullMarker.isField(row) ? 1 : 0;
        }
        return found;
    }

    /** 16 MB of rows. */
    @Benchmark
    public int fillBlocks() {
        RowBlock.Builder block = new RowBlock.Builder(new RowBlock.Pool(BLOCK_SIZE));
        int blocks = 0;
        for (byte[] row : rows) {
            if (!block.hasRoomFor(row)) {
                blocks += block.take().rows();
            }
            block.add(row);
        }
        return blocks;
    }

    /** 50,000 rows of five columns, without a driver's own cost: H2 in memory. */
    @Benchmark
    public long mapRows() throws SQLException {
        RowMapper mapper = new RowMapper();
        long weight = 0;
        try (Statement statement = h2.createStatement();
                ResultSet result = statement.executeQuery("SELECT * FROM orders")) {
            while (result.next()) {
                weight += mapper.mapRow(result, 0).weight();
            }
        }
        return weight;
    }
}
