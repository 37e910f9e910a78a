package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.table.Row;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.dataformat.csv.CsvDataFormat;
import org.apache.camel.dataformat.csv.CsvMarshaller;
import org.apache.camel.dataformat.csv.CsvMarshallerFactory;
import org.apache.commons.csv.CSVFormat;

/**
 * Has camel-csv write rows through a buffer. Its own marshaller hands each value and each comma to the encoder by itself,
 * which takes longer than all the rest of it. Thread-safe.
 */
public final class RowMarshallers implements CsvMarshallerFactory {
    private static final int BUFFER = 1 << 14;

    @Override
    public CsvMarshaller create(CSVFormat format, CsvDataFormat dataFormat) {
        CsvMarshaller others = CsvMarshaller.create(format, dataFormat);
        return new CsvMarshaller(format) {
            @Override
            public void marshal(Exchange exchange, Object body, OutputStream out)
                    throws NoTypeConversionAvailableException, IOException {
                if (body instanceof RowBatch rows) {
                    write(rows, format, out);
                } else {
                    others.marshal(exchange, body, out);
                }
            }

            @Override
            protected Iterable<?> getMapRecordValues(Map<?, ?> map) {
                return map.values();
            }
        };
    }

    /** COPY reads UTF-8, whatever the exchange says of its character set. */
    private static void write(RowBatch rows, CSVFormat format, OutputStream out) throws IOException {
        StringBuilder text = new StringBuilder(BUFFER * 2);
        for (Row row : rows) {
            for (int column = 0; column < row.size(); column++) {
                format.print(row.get(column), text, column == 0);
            }
            format.println(text);
            if (text.length() >= BUFFER) {
                out.write(text.toString().getBytes(StandardCharsets.UTF_8));
                text.setLength(0);
            }
        }
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
