package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.bench.CsvSample;
import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.RowBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** 32 MB of CSV in the reader's blocks, cut into parts, and each part compressed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class PartBenchmark {
    private static final int BLOCK_SIZE = 256 * 1024;

    @Param({"1", "4"})
    private int slices;

    private final PartCompression compression = new PartCompression();
    private final List<RowBlock> blocks = new ArrayList<>();

    @Setup
    public void makeBlocks() {
        byte[] bytes = new byte[BLOCK_SIZE];
        int[] ends = new int[BLOCK_SIZE];
        int length = 0;
        int rows = 0;
        for (byte[] row : CsvSample.rows(32 << 20)) {
            if (length + row.length > BLOCK_SIZE) {
                blocks.add(new RowBlock(bytes, ends, rows));
                bytes = new byte[BLOCK_SIZE];
                ends = new int[rows + rows / 8];
                length = 0;
                rows = 0;
            }
            System.arraycopy(row, 0, bytes, length, row.length);
            length += row.length;
            ends[rows++] = length;
        }
    }

    @Benchmark
    public long cut() {
        long rows = 0;
        PartCutter parts = new PartCutter(blocks.iterator(), PartCutter.DEFAULT_PART_SIZE, slices);
        while (parts.hasNext()) {
            rows += parts.next().rows();
        }
        return rows;
    }

    @Benchmark
    public long cutAndGzip() throws IOException {
        return compress(PartFormat.GZIP);
    }

    @Benchmark
    public long cutAndZstd() throws IOException {
        return compress(PartFormat.ZSTD);
    }

    private long compress(PartFormat format) throws IOException {
        long bytes = 0;
        PartCutter parts = new PartCutter(blocks.iterator(), PartCutter.DEFAULT_PART_SIZE, slices);
        while (parts.hasNext()) {
            bytes += compression.compress(parts.next(), format, 1).length;
        }
        return bytes;
    }
}
