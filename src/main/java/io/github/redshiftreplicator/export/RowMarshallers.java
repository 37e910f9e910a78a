package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.table.CsvFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.dataformat.csv.CsvDataFormat;
import org.apache.camel.dataformat.csv.CsvMarshaller;
import org.apache.camel.dataformat.csv.CsvMarshallerFactory;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.QuoteMode;

/**
 * Has camel-csv write the rows of a part without an object for each value. Where a route asks for another CSV than
 * {@link CsvFormat}, and for other bodies, its own marshaller does it. Thread-safe.
 */
public final class RowMarshallers implements CsvMarshallerFactory {
    private static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setDelimiter(CsvFormat.DELIMITER)
            .setQuote(CsvFormat.QUOTE)
            .setQuoteMode(QuoteMode.MINIMAL)
            .setNullString(CsvFormat.NULL_MARKER)
            .setRecordSeparator(CsvFormat.ROW_END)
            .get();

    /** A part of usual size in bytes; one of huge rows ought not to take its memory for good. */
    private static final int MOST_KEPT = 32 << 20;

    private final ConcurrentLinkedQueue<Buffer> idle = new ConcurrentLinkedQueue<>();

    @Override
    public CsvMarshaller create(CSVFormat format, CsvDataFormat dataFormat) {
        CsvMarshaller others = CsvMarshaller.create(format, dataFormat);
        boolean isOurs = format.equals(FORMAT);
        return new CsvMarshaller(format) {
            @Override
            public void marshal(Exchange exchange, Object body, OutputStream out)
                    throws NoTypeConversionAvailableException, IOException {
                if (isOurs && body instanceof RowBatch rows) {
                    write(rows, out);
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
    private void write(RowBatch rows, OutputStream out) throws IOException {
        Buffer polled = idle.poll();
        Buffer buffer = polled == null ? new Buffer() : polled;
        buffer.clear();
        rows.writeCsv(buffer);
        // all at once: the stream would grow by copying
        out.write(buffer.bytes(), 0, buffer.length());
        if (buffer.bytes().length <= MOST_KEPT) {
            idle.add(buffer);
        }
    }
}
