package io.github.redshiftreplicator.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.table.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.dataformat.csv.CsvDataFormat;
import org.apache.camel.dataformat.csv.CsvMarshaller;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.QuoteMode;
import org.junit.jupiter.api.Test;

/** Given the format of the routes, when rows are written, then they are what camel-csv itself writes. */
class RowMarshallersTest {
    private static final List<String> PIECES = List.of(
            "",
            "a",
            "\"",
            ",",
            "\n",
            "\r",
            "\r\n",
            " ",
            "#",
            "@NULL7Kq@",
            "\\",
            "\t",
            "ä",
            "日",
            "😀",
            "0",
            "-",
            "null");

    private final CSVFormat format = CSVFormat.DEFAULT
            .builder()
            .setQuoteMode(QuoteMode.MINIMAL)
            .setNullString("@NULL7Kq@")
            .setRecordSeparator("\n")
            .get();
    private final CsvMarshaller marshaller = new RowMarshallers().create(format, new CsvDataFormat());

    @Test
    void rowsAreWrittenAsCamelCsvWritesThem() throws Exception {
        Random random = new Random(1);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 8_000; i++) {
            rows.add(new Row(
                    Map.of("a", 0, "b", 1, "c", 2), new String[] {value(random), value(random), value(random)}));
        }

        assertThat(written(marshaller, batch(rows))).isEqualTo(camelCsv(rows));
        assertThat(written(marshaller, new ArrayList<>(rows))).isEqualTo(camelCsv(rows));
    }

    @Test
    void oneColumnIsWrittenAsCamelCsvWritesIt() throws Exception {
        List<Row> rows = new ArrayList<>();
        PIECES.forEach(piece -> rows.add(new Row(Map.of("a", 0), new String[] {piece})));
        rows.add(new Row(Map.of("a", 0), new String[] {null}));

        assertThat(written(marshaller, batch(rows))).isEqualTo(camelCsv(rows));
    }

    @Test
    void aStreamThatFailsIsNotPassedOver() {
        List<Row> rows = List.of(new Row(Map.of("a", 0), new String[] {"x"}));
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };

        assertThatThrownBy(() -> marshaller.marshal(null, batch(rows), full)).hasMessage("No space left on device");
    }

    private static String value(Random random) {
        if (random.nextInt(10) == 0) {
            return null;
        }
        StringBuilder value = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            value.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return value.toString();
    }

    private static RowBatch batch(List<Row> rows) {
        RowBatch batch = new RowBatches(rows.iterator(), UnaryOperator.identity(), 1 << 24, 1).next();
        assertThat(batch).hasSameSizeAs(rows);
        return batch;
    }

    private String camelCsv(List<Row> rows) throws Exception {
        return written(CsvMarshaller.create(format, new CsvDataFormat()), rows);
    }

    private static String written(CsvMarshaller marshaller, Object body) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CamelContext context = new DefaultCamelContext()) {
            context.start();
            marshaller.marshal(new DefaultExchange(context), body, out);
        }
        return out.toString(UTF_8);
    }
}
