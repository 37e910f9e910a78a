package io.github.redshiftreplicator.sandbox;

import io.github.redshiftreplicator.sandbox.CsvRows.Slice;
import io.github.redshiftreplicator.sandbox.S3Objects.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Performs one COPY on a session: reads the objects, checks every field as Redshift does and hands the rows to PostgreSQL's own
 * COPY, all in the session's transaction. Memory does not grow with the load.
 */
final class CopyLoader {

    /** What a COPY has done. */
    record Outcome(long rows, List<String> notices) {}

    /** "The maximum size of a single input row from any source is 4 MB" (COPY); a row with a SUPER has the scanner's 64 MB. */
    private static final int LONGEST_ROW = 4 * 1024 * 1024;

    private static final int CHUNK = 64 * 1024;

    private final RedshiftGateway.Settings settings;
    private final Backend backend;
    private final CopyStatement copy;
    private final long queryId;
    private final BooleanSupplier cancelled;
    private final Instant started = Instant.now();
    private final List<LoadErrors.Row> errors = new ArrayList<>();
    private final List<LoadErrors.LoadedFile> files = new ArrayList<>();
    private final RowBuffer rows = new RowBuffer();
    private final Slice slice = new Slice();
    private final byte[] nullMarker;
    private String table;
    private String tableId;
    private CopyColumn[] columns;
    private long loaded;

    CopyLoader(
            RedshiftGateway.Settings settings,
            Backend backend,
            CopyStatement copy,
            long queryId,
            BooleanSupplier cancelled) {
        this.settings = settings;
        this.backend = backend;
        this.copy = copy;
        this.queryId = queryId;
        this.cancelled = cancelled;
        this.nullMarker = copy.nullAs();
    }

    Outcome load() throws IOException, Backend.Failure {
        describe();
        if (!copy.noLoad()) {
            // COPYs into one table come one after the other
            backend.query("LOCK TABLE " + copy.table() + " IN SHARE ROW EXCLUSIVE MODE");
        }
        try (S3Objects objects = new S3Objects(copy, settings.s3())) {
            List<Entry> entries = objects.entries();
            if (copy.noLoad()) {
                for (Entry entry : entries) {
                    load(objects, entry);
                }
                finish();
            } else {
                transfer(objects, entries);
            }
        } finally {
            if (!errors.isEmpty()) {
                settings.loadErrors().record(queryId, sessionRow(), errors);
            }
        }
        settings.loadErrors().loaded(queryId, sessionRow(), files);
        List<String> notices = new ArrayList<>();
        notices.add("Load into table '" + table + "' completed, " + loaded + " record(s) loaded successfully.");
        if (!errors.isEmpty()) {
            notices.add("Load into table '" + table + "' completed, " + errors.size()
                    + " record(s) could not be loaded.  Check 'stl_load_errors' system table for details.");
        }
        return new Outcome(copy.noLoad() ? 0 : loaded, notices);
    }

    private void transfer(S3Objects objects, List<Entry> entries) throws IOException, Backend.Failure {
        StringBuilder names = new StringBuilder();
        for (CopyColumn column : columns) {
            names.append(names.isEmpty() ? "" : ", ")
                    .append(SqlCursor.quote(column.definition().name()));
        }
        backend.startCopy(
                "COPY " + copy.table() + " (" + names + ") FROM STDIN WITH (FORMAT csv, NULL '', ENCODING 'UTF8')");
        try {
            for (Entry entry : entries) {
                load(objects, entry);
            }
            finish();
            send();
        } catch (SqlError e) {
            abandon(e.getMessage());
            throw e;
        } catch (IOException e) {
            abandon(String.valueOf(e.getMessage()));
            throw e;
        }
        backend.endCopy(null);
    }

    private void abandon(String reason) throws IOException {
        try {
            backend.endCopy("given up: " + reason);
        } catch (Backend.Failure e) {
            // wanted: PostgreSQL forgets the rows
        }
    }

    private void finish() {
        if (errors.size() >= Math.max(1, copy.maxError())) {
            throw failed();
        }
    }

    private SqlError failed() {
        return new SqlError(
                SqlError.INTERNAL,
                "Load into table '" + table + "' failed.  Check 'stl_load_errors' system table for details.");
    }

    // ---- the table

    private void describe() throws IOException, Backend.Failure {
        List<List<String>> found =
                backend.query("SELECT c.oid, c.relname, c.relkind FROM pg_catalog.pg_class c WHERE c.oid ="
                        + " to_regclass(" + SqlCursor.literal(copy.table()) + ")");
        if (found.isEmpty()) {
            throw new SqlError(
                    "42P01",
                    "Cannot COPY into nonexistent table " + copy.table().replace("\"", ""));
        }
        tableId = found.get(0).get(0);
        table = found.get(0).get(1);
        if (!found.get(0).get(2).equals("r")) {
            throw new SqlError("42809", "cannot copy to view \"" + table + "\"");
        }
        List<CopyColumn.Definition> all = new ArrayList<>();
        for (List<String> row :
                backend.query("SELECT a.attname, t.typname, a.atttypmod, a.attnotnull, a.atthasdef, a.attidentity"
                        + " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE a.attrelid = "
                        + tableId
                        + " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum")) {
            all.add(new CopyColumn.Definition(
                    row.get(0),
                    row.get(1),
                    Integer.parseInt(row.get(2)),
                    row.get(3).equals("t"),
                    row.get(4).equals("t"),
                    !row.get(5).isEmpty()));
        }
        List<CopyColumn> chosen = new ArrayList<>();
        for (CopyColumn.Definition definition : choose(all)) {
            chosen.add(CopyColumn.of(definition, copy));
        }
        columns = chosen.toArray(CopyColumn[]::new);
    }

    /** Amazon Redshift Database Developer Guide, "Column mapping options" and "EXPLICIT_IDS". */
    private List<CopyColumn.Definition> choose(List<CopyColumn.Definition> all) {
        if (copy.columns().isEmpty()) {
            return copy.explicitIds()
                    ? all
                    : all.stream().filter(c -> !c.identity()).toList();
        }
        List<CopyColumn.Definition> chosen = new ArrayList<>();
        for (String name : copy.columns()) {
            CopyColumn.Definition definition = all.stream()
                    .filter(c -> c.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new SqlError(
                            "42703", "column \"" + name + "\" of relation \"" + table + "\" does not exist"));
            if (definition.identity() && !copy.explicitIds()) {
                throw SqlError.unsupported("cannot set an identity column to a value");
            }
            chosen.add(definition);
        }
        if (all.stream().anyMatch(c -> c.isNeeded() && !chosen.contains(c))) {
            throw new SqlError("42601", "NOT NULL column without DEFAULT must be included in column list");
        }
        return chosen;
    }

    // ---- the rows

    private void load(S3Objects objects, Entry entry) throws IOException {
        long before = loaded;
        try (InputStream in = objects.open(entry)) {
            if (in == null) {
                return;
            }
            CsvRows csv = new CsvRows(in, copy.delimiter(), copy.quote());
            for (int i = 0; i < copy.ignoreHeader() && csv.next(); i++) {
                // headers are not loaded
            }
            while (csv.next()) {
                row(csv, entry);
            }
        }
        files.add(new LoadErrors.LoadedFile(entry.url(), loaded - before));
    }

    private void row(CsvRows csv, Entry entry) throws IOException {
        if (copy.ignoreBlankLines() && csv.isBlank()) {
            return;
        }
        int start = rows.length();
        int field = 0;
        try {
            check(csv);
            for (; field < columns.length; field++) {
                if (field > 0) {
                    rows.put((byte) ',');
                }
                field(csv, field);
            }
            rows.put((byte) '\n');
            loaded++;
        } catch (FieldError e) {
            rows.cut(start);
            reject(csv, entry, e, field);
        }
        if (rows.length() >= CHUNK) {
            send();
            if (cancelled.getAsBoolean()) {
                throw new SqlError("57014", "Query (" + queryId + ") cancelled on user's request");
            }
        }
    }

    private void check(CsvRows csv) throws FieldError {
        if (csv.length() > LONGEST_ROW && !holdsSuper()) {
            throw new FieldError(FieldError.LINE, 0, "Input line is not valid: it has more than 4 MB");
        }
        if (csv.error() != null) {
            throw new FieldError(FieldError.DELIMITER, csv.errorPosition(), csv.error());
        }
        if (csv.fields() > columns.length) {
            throw new FieldError(FieldError.TOO_MANY_COLUMNS, 0, "Extra column(s) found");
        }
        if (csv.fields() < columns.length && !copy.fillRecord()) {
            throw new FieldError(FieldError.DELIMITER, 0, "Delimiter not found");
        }
    }

    private boolean holdsSuper() {
        return Arrays.stream(columns)
                .anyMatch(column -> column.definition().type().equals("super"));
    }

    private void field(CsvRows csv, int index) throws FieldError {
        CopyColumn column = columns[index];
        boolean missing = index >= csv.fields();
        boolean isNull;
        if (missing) {
            slice.set(nullMarker, 0, 0);
            isNull = !column.isText() || copy.emptyAsNull();
        } else {
            csv.value(index, slice);
            isNull = isNull(column, csv.quoted(index));
        }
        if (isNull) {
            if (column.definition().notNull()) {
                throw new FieldError(FieldError.NOT_NULL, 0, "Missing data for not-null field");
            }
            return;
        }
        int before = rows.length();
        column.write(slice, rows);
        if (rows.length() == before && column.definition().notNull()) {
            throw new FieldError(FieldError.NOT_NULL, 0, "Missing data for not-null field");
        }
    }

    /** Amazon Redshift Database Developer Guide, "NULL AS", "EMPTYASNULL", "BLANKSASNULL". */
    private boolean isNull(CopyColumn column, boolean quoted) {
        if (slice.length() == 0) {
            return !column.isText() || copy.emptyAsNull();
        }
        if (!quoted && slice.is(nullMarker)) {
            return true;
        }
        return copy.blanksAsNull() && isBlank();
    }

    private boolean isBlank() {
        for (int i = 0; i < slice.length(); i++) {
            if (!CopyColumn.isBlank(slice.at(i))) {
                return false;
            }
        }
        return true;
    }

    private void send() throws IOException {
        if (rows.length() > 0 && !copy.noLoad()) {
            backend.wire().write('d', rows.bytes(), rows.length());
        }
        rows.cut(0);
    }

    private void reject(CsvRows csv, Entry entry, FieldError e, int field) {
        csv.raw(slice);
        String rawLine = printable(slice);
        boolean ofField = csv.error() == null
                && field < columns.length
                && field < csv.fields()
                && e.code() != FieldError.TOO_MANY_COLUMNS
                && e.code() != FieldError.DELIMITER;
        String rawValue = "";
        if (ofField) {
            csv.value(field, slice);
            rawValue = printable(slice);
        }
        CopyColumn.Definition definition = ofField ? columns[field].definition() : null;
        errors.add(new LoadErrors.Row(
                entry.url(),
                csv.line(),
                definition == null ? "" : definition.name(),
                definition == null ? "" : definition.shownType(),
                definition == null ? "" : definition.length(),
                e.position(),
                rawLine,
                rawValue,
                e.code(),
                e.getMessage()));
        if (errors.size() >= Math.max(1, copy.maxError())) {
            throw failed();
        }
    }

    /** The raw columns of STL_LOAD_ERRORS show multibyte characters as periods and end after 1,024 bytes. */
    private static String printable(Slice slice) {
        int length = Math.min(slice.length(), 1024);
        String text = new String(slice.bytes(), slice.from(), length, StandardCharsets.UTF_8);
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> shown.append(c > 127 || c == 0 ? '.' : (char) c));
        return shown.toString();
    }

    private LoadErrors.Load sessionRow() {
        return new LoadErrors.Load(tableId, table, started, backend.processId(), backend.user(), copy.url());
    }
}
