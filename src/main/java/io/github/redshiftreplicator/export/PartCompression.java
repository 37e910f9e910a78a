package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.table.PartFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.spi.DataFormatName;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The data format {@code replicatorPart}: compresses a part, given as {@link CsvPart}, bytes or stream, into the one file
 * that is stored, and closes it. The exchange's properties {@value #FORMAT} and {@value #LEVEL} decide, then this format's options.
 * Thread-safe.
 */
public final class PartCompression extends ServiceSupport implements DataFormat, DataFormatName {
    /** The exchange property that says how to compress: a {@link PartFormat} or its word. */
    public static final String FORMAT = "ReplicatorFormat";

    /** The exchange property that says how hard to compress: 1 to 9 for gzip, 1 to 22 for zstd. */
    public static final String LEVEL = "ReplicatorCompressionLevel";

    private static final int DEFAULT_LEVEL = 1;

    private final ConcurrentLinkedQueue<Compressor> idle = new ConcurrentLinkedQueue<>();
    private PartFormat format = PartFormat.GZIP;
    private int compressionLevel = DEFAULT_LEVEL;

    @Override
    public String getDataFormatName() {
        return "replicatorPart";
    }

    @Override
    public void marshal(Exchange exchange, Object body, OutputStream stream) throws Exception {
        PartFormat format = format(exchange);
        int level = exchange.getProperty(LEVEL, compressionLevel, Integer.class);
        if (body instanceof CsvPart part) {
            stream.write(compress(part, format, level));
            // while the file is on its way to S3, its rows' memory takes the next ones
            part.close();
        } else if (body instanceof byte[] bytes) {
            stream.write(compress(bytes, format, level));
        } else {
            try (InputStream input =
                    exchange.getContext().getTypeConverter().mandatoryConvertTo(InputStream.class, exchange, body)) {
                stream.write(compress(input, format, level));
            }
        }
    }

    private PartFormat format(Exchange exchange) {
        Object asked = exchange.getProperty(FORMAT);
        if (asked instanceof PartFormat partFormat) {
            return partFormat;
        }
        return Optional.ofNullable(asked)
                .map(word -> PartFormat.of(word.toString()))
                .orElse(format);
    }

    /** Compresses a part. */
    public byte[] compress(CsvPart part, PartFormat format, int level) throws IOException {
        Compressor compressor = borrow();
        compressor.start(format, level, part.bytes());
        part.writeTo(compressor);
        return finish(compressor);
    }

    /** Compresses bytes. */
    public byte[] compress(byte[] bytes, PartFormat format, int level) throws IOException {
        Compressor compressor = borrow();
        compressor.start(format, level, bytes.length);
        compressor.write(bytes, 0, bytes.length);
        return finish(compressor);
    }

    /** Compresses a stream, which is read to its end and left open. */
    public byte[] compress(InputStream input, PartFormat format, int level) throws IOException {
        Compressor compressor = borrow();
        compressor.start(format, level, 0);
        input.transferTo(compressor);
        return finish(compressor);
    }

    // One that failed is not given back: its state is unknown.
    private Compressor borrow() {
        Compressor compressor = idle.poll();
        return compressor == null ? new Compressor() : compressor;
    }

    private byte[] finish(Compressor compressor) throws IOException {
        byte[] result = compressor.finish();
        idle.add(compressor);
        return result;
    }

    /** Decompresses a part as stored. */
    @Override
    public Object unmarshal(Exchange exchange, InputStream stream) throws Exception {
        try (InputStream plain = Compressor.decompress(stream, format(exchange))) {
            return plain.readAllBytes();
        }
    }

    public String getFormat() {
        return format.word();
    }

    /** How to compress where the exchange does not say: gzip, zstd or csv. Default gzip. */
    public void setFormat(String word) {
        this.format = PartFormat.of(word);
    }

    public int getCompressionLevel() {
        return compressionLevel;
    }

    /** How hard to compress where the exchange does not say. Default 1, the fastest. */
    public void setCompressionLevel(int level) {
        this.compressionLevel = level;
    }

    @Override
    protected void doStop() {
        idle.clear();
    }
}
