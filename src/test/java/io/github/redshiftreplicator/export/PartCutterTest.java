package io.github.redshiftreplicator.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.table.RowBlock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts hold every row once, in order, in near equal sizes, a multiple of the slices. */
class PartCutterTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 16, 64})
    void partsAreTheInputInNearEqualShares(int slices) throws IOException {
        Random random = new Random(slices);
        for (int round = 0; round < 40; round++) {
            int longestRow = 1 + random.nextInt(200);
            long partSize = 1000 + random.nextInt(20_000);
            List<byte[]> rows = rows(random, slices + random.nextInt(5000), longestRow);
            List<CsvPart> parts = cut(blocks(random, rows), partSize, slices);

            assertThat(bytes(parts)).isEqualTo(concatenated(rows));
            assertThat(parts.stream().mapToLong(CsvPart::rows).sum()).isEqualTo(rows.size());
            assertThat(parts.size() % slices).isZero();
            for (int i = 0; i < parts.size(); i += slices) {
                long least = parts.subList(i, i + slices).stream()
                        .mapToLong(CsvPart::bytes)
                        .min()
                        .orElseThrow();
                long most = parts.subList(i, i + slices).stream()
                        .mapToLong(CsvPart::bytes)
                        .max()
                        .orElseThrow();
                assertThat(most - least).isLessThanOrEqualTo(2L * (longestRow + 1));
                assertThat(most).isLessThanOrEqualTo(partSize + longestRow);
            }
            for (CsvPart part : parts) {
                assertThat(part.inputStream().readAllBytes()).endsWith('\n').hasSize((int) part.bytes());
            }
        }
    }

    @Test
    void aSmallTableIsSharedByAllSlices() {
        List<CsvPart> parts = cut(blocks(new Random(1), rows(new Random(1), 100, 50)), PartCutter.DEFAULT_PART_SIZE, 4);
        assertThat(parts).hasSize(4).allMatch(part -> part.rows() > 15 && part.rows() < 35);
    }

    @ParameterizedTest
    @CsvSource({"1,4,1", "3,4,3", "4,4,4", "0,4,0"})
    void fewerRowsThanSlicesMakeFewerParts(int rows, int slices, int expected) {
        assertThat(cut(blocks(new Random(1), rows(new Random(1), rows, 50)), 1000, slices))
                .hasSize(expected);
    }

    @Test
    void aRowLongerThanAPartIsAPartOfItsOwn() throws IOException {
        Random random = new Random(2);
        List<byte[]> rows = new ArrayList<>(rows(random, 10, 20));
        byte[] long1 = new byte[5000];
        Arrays.fill(long1, (byte) 'x');
        rows.add(5, long1);
        List<CsvPart> parts = cut(blocks(random, rows), 100, 2);
        assertThat(bytes(parts)).isEqualTo(concatenated(rows));
    }

    @Test
    void aPartIsHandedOnBeforeTheWholeTableIsRead() {
        RowBlock block = blocks(new Random(1), rows(new Random(1), 1000, 100)).get(0);
        Iterator<RowBlock> endless = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public RowBlock next() {
                return block;
            }
        };
        PartCutter cutter = new PartCutter(endless, 10_000, 4);
        for (int i = 0; i < 100; i++) {
            assertThat(cutter.next().bytes()).isBetween(9_800L, 10_000L);
        }
    }

    @Test
    void theEndIsTold() {
        PartCutter cutter = new PartCutter(List.<RowBlock>of().iterator(), 10, 1);
        assertThat(cutter.hasNext()).isFalse();
        assertThatThrownBy(cutter::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void aBlockIsUsedAgainWhenAllPartsOfItAreClosed() throws IOException {
        RowBlock.Builder builder = new RowBlock.Builder(new RowBlock.Pool(10));
        List<CsvPart> parts = cut(List.of(block(builder, "12345\n", "78\n"), block(builder, "abcd\n")), 7, 1);
        assertThat(parts).extracting(PartCutterTest::text).containsExactly("12345\n", "78\n", "abcd\n");

        parts.get(0).close();
        parts.get(0).close();
        RowBlock third = block(builder, "third\n");
        InputStream reading = parts.get(1).inputStream();
        parts.get(1).close();
        RowBlock fourth = block(builder, "fourth\n");

        // neither of them took the array of the part that is still being read
        assertThat(reading).hasContent("78\n");
        reading.close();
        reading.close();
        RowBlock fifth = block(builder, "fifth\n");
        assertThat(fifth.bytes())
                .isSameAs(parts.get(0).slices().get(0).block().bytes())
                .isNotSameAs(third.bytes())
                .isNotSameAs(fourth.bytes());
        assertThat(text(parts.get(2))).isEqualTo("abcd\n");
    }

    @Test
    void aPartIsNotReadOnceItsMemoryIsGivenBack() {
        CsvPart part = cut(List.of(block(new RowBlock.Builder(new RowBlock.Pool(10)), "1\n")), 7, 1)
                .get(0);
        part.close();

        assertThatThrownBy(part::inputStream)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must take a copy");
        assertThatThrownBy(() -> part.writeTo(OutputStream.nullOutputStream()))
                .isInstanceOf(IllegalStateException.class);
    }

    private static RowBlock block(RowBlock.Builder builder, String... rows) {
        for (String row : rows) {
            builder.add(row.getBytes(UTF_8));
        }
        return builder.take();
    }

    private static String text(CsvPart part) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream in = part.inputStream()) {
            in.transferTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(UTF_8);
    }

    private static List<CsvPart> cut(List<RowBlock> blocks, long partSize, int slices) {
        List<CsvPart> parts = new ArrayList<>();
        new PartCutter(blocks.iterator(), partSize, slices).forEachRemaining(parts::add);
        return parts;
    }

    private static List<byte[]> rows(Random random, int count, int longest) {
        List<byte[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(("r".repeat(random.nextInt(longest)) + "\n").getBytes(UTF_8));
        }
        return rows;
    }

    private static List<RowBlock> blocks(Random random, List<byte[]> rows) {
        List<RowBlock> blocks = new ArrayList<>();
        for (int from = 0; from < rows.size(); ) {
            int to = Math.min(rows.size(), from + 1 + random.nextInt(300));
            int[] ends = new int[to - from + 3];
            int end = 0;
            for (int i = from; i < to; i++) {
                end += rows.get(i).length;
                ends[i - from] = end;
            }
            blocks.add(new RowBlock(Arrays.copyOf(concatenated(rows.subList(from, to)), end + 7), ends, to - from));
            from = to;
        }
        return blocks;
    }

    private static byte[] concatenated(List<byte[]> rows) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        rows.forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    private static byte[] bytes(List<CsvPart> parts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (CsvPart part : parts) {
            part.inputStream().transferTo(bytes);
        }
        return bytes.toByteArray();
    }
}
