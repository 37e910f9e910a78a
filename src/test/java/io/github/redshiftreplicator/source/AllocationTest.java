package io.github.redshiftreplicator.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.redshiftreplicator.export.CsvPart;
import io.github.redshiftreplicator.export.PartCompression;
import io.github.redshiftreplicator.export.PartCutter;
import io.github.redshiftreplicator.export.RowBatches;
import io.github.redshiftreplicator.export.RowMarshallers;
import io.github.redshiftreplicator.route.ReplicatorConstants;
import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Row;
import io.github.redshiftreplicator.table.RowBlock;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.dataformat.csv.CsvDataFormat;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PropertyBindingSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What a row costs in memory on its way from the driver to the file that is stored: a count, not a time. */
class AllocationTest {
    private static final int ROWS = 100_000;
    private static final int BLOCK_SIZE = 256 * 1024;
    /** Near the usual one: a part costs some fixed 100 kB, such as the buffer of its stream of zstd. */
    private static final long PART_SIZE = 4 << 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final PartCompression compression = new PartCompression();

    @ParameterizedTest
    @EnumSource(
            value = PartFormat.class,
            names = {"GZIP", "ZSTD"})
    void aRowIsCopiedOnceOutsideOfBuffersThatAreUsedAgain(PartFormat format) throws IOException {
        List<byte[]> rows = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < ROWS; i++) {
            byte[] row = (i + ",customer" + i * 7919L % 1_000_003 + "@example.com,paid,2024-01-01 00:00:00,\"a, b\",\n")
                    .getBytes(StandardCharsets.US_ASCII);
            rows.add(row);
            bytes += row.length;
        }
        // the buffers grow to a part's size, classes are loaded
        export(rows, format);

        long before = threads.getCurrentThreadAllocatedBytes();
        long stored = export(rows, format);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        // its copy in a block, where it ends, the stored file, and a little for blocks and parts
        assertThat(allocated - bytes - stored)
                .as("bytes beside %d of rows and %d stored", bytes, stored)
                .isLessThan(ROWS * 8L + bytes / 20);
    }

    /** By the step {@code marshal-csv} as it stands in the strategies. */
    @ParameterizedTest
    @ValueSource(strings = {"identity", "timed", "full"})
    void aRowOfJdbcIsPackedAndWrittenWithoutAnObjectForEachOfItsValues(String strategy) throws Exception {
        List<Row> rows = new ArrayList<>();
        Map<String, Integer> positions = Map.of("id", 0, "email", 1, "status", 2, "note", 3);
        long bytes = 0;
        for (int i = 0; i < ROWS; i++) {
            Row row = new Row(positions, new String[] {
                "" + i, "customer" + i * 7919L % 1_000_003 + "@example.com", i % 3 == 0 ? null : "paid", "a, \"b\""
            });
            rows.add(row);
            bytes += row.weight();
        }
        try (CamelContext context = new DefaultCamelContext();
                CsvDataFormat csv = new CsvDataFormat()) {
            context.getRegistry().bind(ReplicatorConstants.CSV_BEAN, new RowMarshallers());
            Map<String, Object> options = new HashMap<>();
            marshalCsv(strategy).forEach((key, value) -> {
                boolean isBean = key.toString().endsWith("Ref");
                options.put(key.toString().replaceFirst("Ref$", ""), isBean ? "#bean:" + value : value);
            });
            PropertyBindingSupport.build()
                    .withCamelContext(context)
                    .withTarget(csv)
                    .withProperties(options)
                    .bind();
            csv.start();
            Exchange exchange = new DefaultExchange(context);
            marshal(csv, exchange, rows);

            long before = threads.getCurrentThreadAllocatedBytes();
            marshal(csv, exchange, rows);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            // each value's bytes with the head of their array, once more in the packed rows, and where each ends
            long values = 4L * ROWS;
            assertThat(allocated).as("bytes beside %d of rows", bytes).isLessThan(2 * bytes + values * (24 + 4));
        }
    }

    private static Map<?, ?> marshalCsv(String strategy) throws IOException {
        String file = Files.readString(Path.of("routes/strategies", strategy + ".camel.yaml"));
        return marshalCsv(new Load(LoadSettings.builder().build()).loadFromString(file))
                .orElseThrow();
    }

    private static Optional<Map<?, ?>> marshalCsv(Object yaml) {
        if (yaml instanceof Map<?, ?> map && map.get("csv") instanceof Map<?, ?> csv) {
            return Optional.of(csv);
        }
        Stream<?> parts = yaml instanceof Map<?, ?> map
                ? map.values().stream()
                : yaml instanceof List<?> list ? list.stream() : Stream.empty();
        return parts.flatMap(part -> marshalCsv(part).stream()).findFirst();
    }

    private static void marshal(CsvDataFormat csv, Exchange exchange, List<Row> rows) throws Exception {
        RowBatches batches = new RowBatches(rows.iterator(), UnaryOperator.identity(), PART_SIZE, 1);
        while (batches.hasNext()) {
            csv.marshal(exchange, batches.next(), OutputStream.nullOutputStream());
        }
    }

    /** Returns the bytes that are stored. */
    private long export(List<byte[]> rows, PartFormat format) throws IOException {
        long stored = 0;
        try (PartCutter parts = new PartCutter(blocks(rows.iterator()), PART_SIZE, 1)) {
            while (parts.hasNext()) {
                try (CsvPart part = parts.next()) {
                    stored += compression.compress(part, format, 1).length;
                }
            }
        }
        return stored;
    }

    private static Iterator<RowBlock> blocks(Iterator<byte[]> rows) {
        RowBlock.Builder builder = new RowBlock.Builder(new RowBlock.Pool(BLOCK_SIZE));
        return new Iterator<>() {
            private byte[] row = rows.next();

            @Override
            public boolean hasNext() {
                return row != null;
            }

            @Override
            public RowBlock next() {
                while (row != null && builder.hasRoomFor(row)) {
                    if (NullMarker.isField(row)) {
                        throw NullMarker.refusal();
                    }
                    builder.add(row);
                    row = rows.hasNext() ? rows.next() : null;
                }
                return builder.take();
            }
        };
    }
}
