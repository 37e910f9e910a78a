package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TargetColumn;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The statements of one load, between the ledger's lock and its row. Each is Redshift's own SQL: no ON CONFLICT, no
 * RETURNING, no savepoint, and nothing that commits by itself (TRUNCATE does).
 */
final class LoadSteps {
    /** Above this many keys one scan with a join is cheaper than a scan for every chunk. */
    private static final int MOST_KEYS_BOUND = 1_000;
    /** Redshift takes at most 32,767 parameters in a statement. */
    private static final int MOST_PARAMETERS = 2_000;

    private final LoadRequest request;
    private final Session session;
    private final TableName target;
    private final boolean stagesPartsAlone;
    private final TableName staging = temporary("stage");
    private final TableName doomed = temporary("doomed");
    private List<TargetColumn> keyColumns;
    private List<Boolean> varcharKeys;

    /**
     * @param stagesPartsAlone whether a staging table has the parts' columns alone, instead of all that the target has; those
     *     must be named
     */
    LoadSteps(LoadRequest request, Session session, boolean stagesPartsAlone) {
        this.request = request;
        this.session = session;
        this.target = request.table();
        this.stagesPartsAlone = stagesPartsAlone;
    }

    private static TableName temporary(String what) {
        return new TableName(
                Optional.empty(),
                "replicator_" + what + "_" + UUID.randomUUID().toString().replace("-", ""));
    }

    /** Removes what goes before the rows come, and returns how many rows that were. */
    long deletes() throws SQLException {
        Deletes deletes = request.deletes();
        if (deletes.isNone()) {
            return 0;
        }
        if (deletes.allBut()) {
            return deleteAllBut(deletes);
        }
        return deleteKeys(deletes.manifest(), deletes.count(), deletes.keys());
    }

    /** Finds the rows first, in one join, so that they can be counted before any is gone. */
    private long deleteAllBut(Deletes deletes) throws SQLException {
        createKeyStaging();
        stageKeys(deletes.manifest(), deletes.count(), deletes.keys());
        String on = sameKeys(target, staging);
        session.step("comparing the keys of " + target);
        session.execute("CREATE TEMP TABLE " + Sql.name(doomed) + " AS SELECT "
                + request.keys().stream().map(key -> Sql.name(target, key)).collect(Collectors.joining(", "))
                + " FROM " + Sql.name(target) + " LEFT JOIN " + Sql.name(staging) + " ON " + on + " WHERE "
                + Sql.name(staging, request.keys().get(0)) + " IS NULL");
        long surplus = session.number("SELECT COUNT(*) FROM " + Sql.name(doomed));
        if (surplus > 0) {
            long all = session.number("SELECT COUNT(*) FROM " + Sql.name(target));
            if (surplus > deletes.maxRatio() * all) {
                throw new TooManyDeletesException("reconciling " + target + ": " + surplus + " of its " + all
                        + " rows are not in the source, more than the part of " + deletes.maxRatio()
                        + " that maxDeleteRatio allows: nothing was deleted. If they are to go, raise maxDeleteRatio.");
            }
        }
        session.step("DELETE from " + target);
        long rows = surplus == 0 ? 0 : session.execute(deleteUsing(doomed));
        session.execute("DROP TABLE " + Sql.name(doomed));
        dropStaging();
        return rows;
    }

    private void stageKeys(Optional<String> manifest, Optional<Long> expected, List<List<Object>> keys)
            throws SQLException {
        if (manifest.isPresent()) {
            copyInto(staging, request.keys(), manifest.get(), expected, request.stagingClauses());
        } else if (!keys.isEmpty()) {
            bound(keys, this::insertStatement);
        }
    }

    /** Loads, and returns the rows that COPY loaded or, for a delete, that were deleted. */
    long run() throws SQLException {
        return switch (request.operation()) {
            case APPEND ->
                request.manifest().isEmpty()
                        ? 0
                        : request.missingOnly() ? appendMissing() : copy(target, request.columns(), request.clauses());
            case MERGE -> request.manifest().isEmpty() ? 0 : merge();
            case REPLACE -> replace();
            case DELETE -> delete();
            case VACUUM, ANALYZE -> throw new IllegalStateException(request.operation() + " is no load");
        };
    }

    /** Runs only the COPY, whose NOLOAD clause keeps it from loading. */
    void validate() throws SQLException {
        if (request.manifest().isPresent()) {
            List<String> columns = request.operation() == RedshiftOperation.DELETE ? request.keys() : request.columns();
            session.step("COPY into " + target);
            session.copy(command(target, columns, request.manifest().get(), request.clauses()));
        }
    }

    private long appendMissing() throws SQLException {
        createStaging();
        long rows = copy(staging, request.columns(), request.stagingClauses());
        checkKeys();
        session.step("DELETE from the staging table of " + target);
        session.execute("DELETE FROM " + Sql.name(staging) + " USING " + Sql.name(target) + " WHERE "
                + sameKeys(staging, target));
        insertFromStaging();
        dropStaging();
        return rows;
    }

    private long merge() throws SQLException {
        createStaging();
        long rows = copy(staging, request.columns(), request.stagingClauses());
        checkKeys();
        session.step("DELETE from " + target);
        session.execute(deleteUsing(staging));
        insertFromStaging();
        dropStaging();
        return rows;
    }

    private boolean bringsNothing() {
        return request.manifest().isEmpty() || request.expectedRows().equals(Optional.of(0L));
    }

    /** Loads what replaces the target into a table of its own, and returns the rows. */
    long fill(TableName next) throws SQLException {
        // the first and only writing of these rows, so COPY may analyse and compress them
        return bringsNothing() ? 0 : copy(next, request.columns(), request.clauses());
    }

    private long replace() throws SQLException {
        boolean empty = bringsNothing();
        long rows = 0;
        if (!empty) {
            createStaging();
            rows = copy(staging, request.columns(), request.stagingClauses());
        }
        session.step("DELETE from " + target);
        session.execute("DELETE FROM " + Sql.name(target));
        if (!empty) {
            insertFromStaging();
            dropStaging();
        }
        return rows;
    }

    private long delete() throws SQLException {
        return deleteKeys(request.manifest(), request.expectedRows(), request.keyValues());
    }

    private long deleteKeys(Optional<String> manifest, Optional<Long> expected, List<List<Object>> keys)
            throws SQLException {
        if (manifest.isEmpty() && keys.isEmpty()) {
            return 0;
        }
        if (manifest.isEmpty() && keys.size() <= MOST_KEYS_BOUND) {
            keyColumns();
            session.step("DELETE from " + target);
            return bound(keys, this::deleteStatement);
        }
        createKeyStaging();
        stageKeys(manifest, expected, keys);
        return deleteStaged();
    }

    private long deleteStaged() throws SQLException {
        String delete = deleteUsing(staging);
        session.step("DELETE from " + target);
        long rows = session.execute(delete);
        dropStaging();
        return rows;
    }

    private void createStaging() throws SQLException {
        session.step("creating a staging table like " + target);
        if (stagesPartsAlone) {
            createStagingOf(request.columns());
        } else {
            // LIKE takes over NOT NULL, distribution and sort keys too, so that the join stays on each slice
            session.execute(
                    "CREATE TEMP TABLE " + Sql.name(staging) + " (LIKE " + Sql.name(target) + " INCLUDING DEFAULTS)");
        }
    }

    private void createKeyStaging() throws SQLException {
        session.step("creating a staging table for the keys of " + target);
        createStagingOf(request.keys());
    }

    private void createStagingOf(List<String> columns) throws SQLException {
        session.execute("CREATE TEMP TABLE " + Sql.name(staging) + " AS SELECT " + Sql.names(columns) + " FROM "
                + Sql.name(target) + " WHERE 1 = 0");
    }

    private void dropStaging() throws SQLException {
        session.step("dropping the staging table of " + target);
        session.execute("DROP TABLE " + Sql.name(staging));
    }

    private CopyCommand command(TableName into, List<String> columns, String manifest, CopyClauses clauses) {
        return new CopyCommand(into, columns, manifest, request.authorization().get(), clauses);
    }

    private long copy(TableName into, List<String> columns, CopyClauses clauses) throws SQLException {
        return copyInto(into, columns, request.manifest().orElseThrow(), request.expectedRows(), clauses);
    }

    private long copyInto(
            TableName into, List<String> columns, String manifest, Optional<Long> expected, CopyClauses clauses)
            throws SQLException {
        session.step("COPY into " + target);
        long rows = session.copy(command(into, columns, manifest, clauses));
        if (expected.isPresent() && expected.get() != rows) {
            throw new RedshiftLoadException("COPY into " + target + " loaded " + rows + " rows where "
                    + expected.get() + " were exported (" + manifest
                    + "): nothing of it was kept. Export the table again; a clause that skips rows, such as MAXERROR or"
                    + " IGNOREHEADER, must go.");
        }
        return rows;
    }

    /** A NULL key would match no row and be added once more by every merge; a key that comes twice would stay twice. */
    private void checkKeys() throws SQLException {
        session.step("checking the keys of " + target);
        String missing =
                request.keys().stream().map(key -> Sql.name(key) + " IS NULL").collect(Collectors.joining(" OR "));
        String keys = Sql.names(request.keys());
        String from = "SELECT " + keys + " FROM " + Sql.name(staging) + " GROUP BY " + keys;
        String bad = " HAVING COUNT(*) > 1 OR " + missing + " LIMIT 1";
        Session.FirstRow found = session.row(from + bad);
        // so a merge need not ask the catalog
        varcharKeys = found.types().stream().map(type -> type == Types.VARCHAR).toList();
        Optional<List<String>> example = found.values();
        if (example.isPresent() && varcharKeys.contains(true)) {
            // GROUP BY leaves trailing blanks out as well
            example = session.row(
                            from + ", " + varchars().map(LoadSteps::length).collect(Collectors.joining(", ")) + bad)
                    .values();
        }
        if (example.isEmpty()) {
            return;
        }
        long nulls = session.number("SELECT COUNT(*) FROM " + Sql.name(staging) + " WHERE " + missing);
        throw new RefusedDataException(
                nulls > 0
                        ? request.describe() + ": " + nulls + " of the rows have NULL in the key ("
                                + String.join(", ", request.keys())
                                + "), which cannot be matched: nothing was loaded. Name keys that"
                                + " are never NULL."
                        : request.describe() + ": the key (" + String.join(", ", request.keys())
                                + ") is not unique in the exported rows, for example ("
                                + String.join(", ", example.get())
                                + "): nothing was loaded. Name the columns that identify a row as its keys.");
    }

    private String deleteUsing(TableName keys) throws SQLException {
        return "DELETE FROM " + Sql.name(target) + " USING " + Sql.name(keys) + " WHERE " + sameKeys(target, keys);
    }

    /**
     * The condition that rows of two tables have the same key. Redshift compares a VARCHAR without its trailing blanks
     * ("Character types", "Significance of trailing blanks"), which may be all in which two rows' keys differ; LENGTH counts
     * them.
     */
    private String sameKeys(TableName one, TableName other) throws SQLException {
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < request.keys().size(); i++) {
            String left = Sql.name(one, request.keys().get(i));
            String right = Sql.name(other, request.keys().get(i));
            conditions.add(left + " = " + right);
            if (isVarchar(i)) {
                conditions.add(length(left) + " = " + length(right));
            }
        }
        return String.join(" AND ", conditions);
    }

    private boolean isVarchar(int key) throws SQLException {
        if (varcharKeys == null) {
            varcharKeys = keyColumns().stream()
                    .map(column -> column.typeName().equals("varchar")
                            || column.typeName().equals("text"))
                    .toList();
        }
        return varcharKeys.get(key);
    }

    private Stream<String> varchars() {
        return IntStream.range(0, request.keys().size())
                .filter(varcharKeys::get)
                .mapToObj(i -> Sql.name(request.keys().get(i)));
    }

    private static String length(String expression) {
        return "LENGTH(" + expression + ")";
    }

    private void insertFromStaging() throws SQLException {
        session.step("INSERT into " + target);
        List<String> columns = request.columns();
        session.execute("INSERT INTO " + Sql.name(target) + Sql.columnList(columns) + " SELECT "
                + (columns.isEmpty() ? "*" : Sql.names(columns)) + " FROM " + Sql.name(staging));
    }

    /** Runs a statement of bound keys for each chunk of them, and returns the rows that all touched. */
    private long bound(List<List<Object>> keys, ChunkSql sql) throws SQLException {
        int size = Math.max(1, MOST_PARAMETERS / request.keys().size());
        long rows = 0;
        for (int from = 0; from < keys.size(); from += size) {
            List<List<Object>> chunk = keys.subList(from, Math.min(from + size, keys.size()));
            try (PreparedStatement statement = session.connection().prepareStatement(sql.of(chunk))) {
                int parameter = 1;
                for (List<Object> key : chunk) {
                    for (Object value : key) {
                        statement.setString(parameter++, value.toString());
                    }
                }
                rows += statement.executeUpdate();
            }
        }
        return rows;
    }

    /** The SQL for some keys, which are its parameters, one after the other. */
    private interface ChunkSql {
        String of(List<List<Object>> keys) throws SQLException;
    }

    private String deleteStatement(List<List<Object>> keys) throws SQLException {
        List<String> values = parameters();
        String delete = "DELETE FROM " + Sql.name(target) + " WHERE ";
        if (values.size() == 1 && !isVarchar(0)) {
            return delete + Sql.name(request.keys().get(0)) + " IN ("
                    + String.join(", ", Collections.nCopies(keys.size(), values.get(0))) + ")";
        }
        List<String> rows = new ArrayList<>();
        for (List<Object> key : keys) {
            List<String> matches = new ArrayList<>();
            for (int i = 0; i < key.size(); i++) {
                String column = Sql.name(request.keys().get(i));
                matches.add(column + " = " + values.get(i));
                if (isVarchar(i)) {
                    String value = key.get(i).toString();
                    matches.add(length(column) + " = " + value.codePointCount(0, value.length()));
                }
            }
            rows.add("(" + String.join(" AND ", matches) + ")");
        }
        return delete + String.join(" OR ", rows);
    }

    private String insertStatement(List<List<Object>> keys) throws SQLException {
        String row = "(" + String.join(", ", parameters()) + ")";
        return "INSERT INTO " + Sql.name(staging) + " (" + Sql.names(request.keys()) + ") VALUES "
                + String.join(", ", Collections.nCopies(keys.size(), row));
    }

    /** A parameter for each key column. Keys arrive as text, and Redshift compares no number with a text. */
    private List<String> parameters() throws SQLException {
        return keyColumns().stream().map(LoadSteps::parameter).toList();
    }

    private List<TargetColumn> keyColumns() throws SQLException {
        if (keyColumns == null) {
            session.step("reading the key columns of " + target);
            List<TargetColumn> columns = RedshiftCatalog.columns(session.connection(), target)
                    .orElseThrow(() -> new RedshiftLoadException(
                            request.describe() + " failed: couldn't find table " + target + " on Redshift."));
            keyColumns = request.keys().stream()
                    .map(key -> columns.stream()
                            .filter(column -> ColumnPlan.isSame(column.name(), key))
                            .findFirst()
                            .orElseThrow(() -> new RedshiftLoadException(request.describe() + ": the key column '" + key
                                    + "' is missing in the target. Add it there or name other keys.")))
                    .toList();
        }
        return keyColumns;
    }

    /** A text as a value of a type. CAST would take the digits of a VARBYTE for its bytes ("FROM_HEX function"). */
    private static String parameter(TargetColumn column) {
        String type = castType(column);
        return type.equals("varbyte") ? "FROM_HEX(CAST(? AS VARCHAR(65535)))" : "CAST(? AS " + type + ")";
    }

    /** A VARCHAR without a length would cut at 256 bytes. */
    private static String castType(TargetColumn column) {
        return switch (column.typeName()) {
            case "varchar", "bpchar", "text" -> "VARCHAR(65535)";
            case "numeric" -> "NUMERIC(" + column.size() + ", " + column.scale() + ")";
            default -> column.typeName();
        };
    }
}
