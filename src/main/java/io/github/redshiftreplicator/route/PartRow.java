package io.github.redshiftreplicator.route;

import com.github.luben.zstd.ZstdInputStream;
import io.github.redshiftreplicator.redshift.LoadError;
import io.github.redshiftreplicator.table.CsvFormat;
import io.github.redshiftreplicator.table.PartFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The row of a part that a load error means: Redshift tells a file and a line. The part is read as a stream up to that line, one
 * row in memory at a time.
 */
final class PartRow {
    /** What Redshift keeps of a raw line at most. */
    private static final int RAW_LINE = 1024;

    private final S3Client s3;
    private final PartFormat format;

    PartRow(S3Client s3, PartFormat format) {
        this.s3 = s3;
        this.format = format;
    }

    /**
     * The row's fields as COPY read them, null for NULL.
     *
     * @return empty if the part has no such line, or another row stands there than the one that Redshift recorded
     * @throws IOException if the part cannot be read
     */
    Optional<List<String>> at(LoadError error) throws IOException {
        String[] place = error.file().replaceFirst("^s3://", "").split("/", 2);
        CSVFormat csv = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(CsvFormat.DELIMITER)
                .setQuote(CsvFormat.QUOTE)
                .setIgnoreEmptyLines(false)
                .setNullString(CsvFormat.NULL_MARKER)
                .get();
        try (InputStream part = s3.getObject(request -> request.bucket(place[0]).key(place[1]));
                CSVParser rows = csv.parse(new InputStreamReader(decompressed(part), StandardCharsets.UTF_8))) {
            for (CSVRecord row : rows) {
                // a row may stand on several lines; the parser is at the last of them
                if (rows.getCurrentLineNumber() >= error.line()) {
                    return Optional.of(row.toList()).filter(fields -> isRecorded(fields, error));
                }
            }
        }
        return Optional.empty();
    }

    /** The recorded line begins as the row's first field does, so far as it was recorded at all. */
    private static boolean isRecorded(List<String> fields, LoadError error) {
        if (error.rawLine().isEmpty() || fields.isEmpty()) {
            return true;
        }
        String first = fields.get(0) == null ? CsvFormat.NULL_MARKER : fields.get(0);
        String raw = error.rawLine().get().replaceFirst("^" + CsvFormat.QUOTE, "");
        int length = Math.min(first.length(), Math.min(raw.length(), RAW_LINE / 4));
        return raw.regionMatches(0, first.replace("\"", "\"\""), 0, length);
    }

    private InputStream decompressed(InputStream part) throws IOException {
        return switch (format) {
            case GZIP -> new GZIPInputStream(part);
            case ZSTD -> new ZstdInputStream(part);
            case CSV -> part;
        };
    }
}
