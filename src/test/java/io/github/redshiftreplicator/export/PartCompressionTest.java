package io.github.redshiftreplicator.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.RowBlock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.Inflater;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.dataformat.CustomDataFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is compressed is, decompressed, what it was. */
class PartCompressionTest {
    private final PartCompression compression = new PartCompression();

    @ParameterizedTest
    @CsvSource({"GZIP,1", "GZIP,6", "GZIP,9", "ZSTD,1", "ZSTD,9", "CSV,1"})
    void everyFormatAndLevelKeepsTheBytes(PartFormat format, int level) throws IOException {
        for (byte[] bytes : List.of(
                text(level > 1 ? 17_000_000 : 45_000_000),
                text(level > 1 ? 5_000_000 : 16_000_000),
                noise(9_000_000),
                new byte[0],
                new byte[] {'a'},
                text(1 << 18))) {
            assertThat(plain(compression.compress(part(bytes), format, level), format))
                    .isEqualTo(bytes);
            assertThat(plain(compression.compress(bytes, format, level), format))
                    .isEqualTo(bytes);
            assertThat(plain(compression.compress(new ByteArrayInputStream(bytes), format, level), format))
                    .isEqualTo(bytes);
        }
    }

    @Test
    void aGzipFileIsOneMember() throws Exception {
        byte[] bytes = text(3_000_000);
        byte[] stored = compression.compress(part(bytes), PartFormat.GZIP, 1);
        Inflater inflater = new Inflater(true);
        inflater.setInput(stored, 10, stored.length - 10);
        byte[] back = new byte[bytes.length + 1];
        int length = 0;
        while (!inflater.finished()) {
            length += inflater.inflate(back, length, back.length - length);
        }
        assertThat(length).isEqualTo(bytes.length);
        assertThat(inflater.getRemaining()).isEqualTo(8);
        assertThat(stored.length).isLessThan(bytes.length / 2);
    }

    @Test
    void threadsShareOneDataFormat() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                byte[] bytes = i % 2 == 0 ? text(100_000 * (i + 1)) : noise(50_000 * (i + 1));
                PartFormat format = PartFormat.values()[i % 3];
                done.add(pool.submit(() ->
                        java.util.Arrays.equals(bytes, plain(compression.compress(part(bytes), format, 1), format))));
            }
            for (Future<Boolean> future : done) {
                assertThat(future.get()).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(PartFormat.class)
    void aRouteMarshalsWithTheFormatOfTheExchange(PartFormat format) throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:part").marshal(new CustomDataFormat("replicatorPart"));
                }
            });
            context.start();
            Exchange exchange = context.getEndpoint("direct:part").createExchange();
            exchange.setProperty(PartCompression.FORMAT, format);
            exchange.setProperty(PartCompression.LEVEL, "2");
            CsvPart part = part("a,b\n".getBytes(UTF_8));
            exchange.getMessage().setBody(part);
            context.createProducerTemplate().send("direct:part", exchange);
            byte[] stored = exchange.getMessage().getBody(byte[].class);
            assertThat(plain(stored, format)).isEqualTo("a,b\n".getBytes(UTF_8));
            // parts that wait for S3 would fill the memory
            assertThatThrownBy(part::inputStream).hasMessageContaining("compressed");
        }
    }

    private static byte[] plain(byte[] stored, PartFormat format) throws IOException {
        if (format == PartFormat.ZSTD) {
            return new ZstdInputStream(new ByteArrayInputStream(stored)).readAllBytes();
        }
        return Compressor.decompress(new ByteArrayInputStream(stored), format).readAllBytes();
    }

    private static CsvPart part(byte[] bytes) {
        List<CsvPart.Slice> slices = new ArrayList<>();
        RowBlock block = new RowBlock(bytes, new int[] {bytes.length}, 1);
        int step = Math.max(1, bytes.length / 7);
        for (int from = 0; from < bytes.length; from += step) {
            slices.add(new CsvPart.Slice(block, from, Math.min(step, bytes.length - from)));
        }
        return new CsvPart(slices, 1);
    }

    private static byte[] text(int length) {
        StringBuilder text = new StringBuilder(length + 100);
        Random random = new Random(length);
        while (text.length() < length) {
            text.append(random.nextInt(1_000_000))
                    .append(",name ")
                    .append(random.nextInt(50))
                    .append(",2026-01-01\n");
        }
        text.setLength(length);
        return text.toString().getBytes(UTF_8);
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
