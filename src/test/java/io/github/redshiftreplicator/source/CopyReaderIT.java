package io.github.redshiftreplicator.source;

import static io.github.redshiftreplicator.source.Tables.begin;
import static io.github.redshiftreplicator.source.Tables.full;
import static io.github.redshiftreplicator.source.Tables.identity;
import static io.github.redshiftreplicator.source.Tables.plan;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.export.CsvPart;
import io.github.redshiftreplicator.export.PartCutter;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.Row;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TargetColumn;
import java.io.ByteArrayOutputStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

/** Rows read by COPY are PostgreSQL's own CSV, of one snapshot, whatever runs beside. */
class CopyReaderIT {
    private static final String READERS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = '"
            + PostgreSqlDialect.READER_NAME + "' AND datname = current_database() AND state <> 'idle'";

    @RegisterExtension
    final PostgreSql postgres = new PostgreSql();

    private PostgreSql.Session admin;
    private SourceDatabase source;

    @BeforeEach
    void open() throws SQLException {
        admin = postgres.session();
        source = SourceDatabase.open(postgres.url(), "postgres", "postgres", SourceSettings.defaults());
    }

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void theTextIsWhatPostgreSqlWrites() throws Exception {
        admin.execute(
                "CREATE TYPE mood AS ENUM ('sad', 'so, so')",
                "CREATE TABLE all_types (id int, t text, n numeric(20, 6), f float8, r real, b bool, d date,"
                        + " ts timestamp, j jsonb, a int[], u uuid, m mood, i interval, c char(4))",
                "INSERT INTO all_types VALUES"
                        + " (1, E'a \"quoted\", text\\nof two lines\\r\\n', 12.340000, 0.1, 0.1, true, '2026-02-03',"
                        + " '2026-02-03 04:05:06.789', '{\"a\": [1, \"x\"]}', '{1,2,NULL}',"
                        + " '00000000-0000-0000-0000-000000000001', 'so, so', '1 day 02:03', 'abcd'),"
                        + " (2, '', NULL, 'NaN', '-Infinity', false, NULL, '2026-02-03 04:05:06', NULL, NULL, NULL, 'sad', NULL, NULL),"
                        + " (3, NULL, -1e10, 1e300, 1e-30, NULL, NULL, NULL, 'null', '{}', NULL, NULL, NULL, NULL),"
                        + " (4, '\\N', 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),"
                        + " (5, 'Grüße 😀 \u2028 \\ \\.', 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        admin.connection()
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY all_types TO STDOUT (FORMAT csv, NULL '@NULL7Kq@')", expected);
        try (Export export = begin(source, full("all_types"), null).orElseThrow()) {
            assertThat(Tables.csv(export)).isEqualTo(expected.toString(UTF_8));
            assertThat(export.progress().rows()).isEqualTo(5);
            assertThat(export.progress().bytes()).isEqualTo(expected.size());
        }
    }

    @Test
    void valuesTakeTheFormThatTheTargetReads() throws SQLException {
        admin.execute(
                "CREATE TABLE x (id int, b bytea, m money, flag bool, word bool, at timestamptz, day timestamptz, list int[])",
                "INSERT INTO x VALUES (1, '\\x00ff', 12.5, true, false, '2026-07-01 12:00:00+02', '2026-07-02 02:00:00+02',"
                        + " '{1,2}')");
        SourceTable table = source.describe(TableName.parse("x"));
        List<String> types = List.of("int4", "varbyte", "numeric", "int2", "varchar", "timestamp", "date", "super");
        List<ColumnPlan.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            pairs.add(new ColumnPlan.Pair(
                    table.columns().get(i),
                    new TargetColumn(table.columns().get(i).name(), types.get(i), 100, 2)));
        }
        Opening opening = source.probe(full("x"), table, Optional.empty(), Optional.empty())
                .orElseThrow();
        try (Export export = source.begin(full("x"), table, new ColumnPlan(pairs), opening)) {
            assertThat(Tables.csv(export)).isEqualTo("1,00ff,12.50,1,false,2026-07-01 10:00:00,2026-07-02,\"[1,2]\"\n");
        }
    }

    @Test
    void theSettingsOfRoleAndJvmChangeNothing() throws SQLException {
        admin.execute(
                "CREATE TABLE s (ts timestamptz, i interval, b bytea, f float8, d date)",
                "INSERT INTO s VALUES ('2026-07-01 12:00:00+02', '1 day 2 hours', '\\x41', 0.1, '2026-07-01')",
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET TimeZone = ''Asia/Tokyo''', current_database());"
                        + " EXECUTE format('ALTER DATABASE %I SET DateStyle = ''German''', current_database());"
                        + " EXECUTE format('ALTER DATABASE %I SET IntervalStyle = ''iso_8601''', current_database());"
                        + " EXECUTE format('ALTER DATABASE %I SET extra_float_digits = -5', current_database()); END $$");
        TimeZone zone = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
        try (Export export = begin(source, full("s"), null).orElseThrow()) {
            assertThat(Tables.csv(export)).isEqualTo("2026-07-01 10:00:00+00,1 day 02:00:00,41,0.1,2026-07-01\n");
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void namesThatNeedQuotesAreQuoted() throws SQLException {
        admin.execute(
                "CREATE SCHEMA \"my schema\"",
                "CREATE TABLE \"my schema\".\"Order \"\"s\"\"\" (id int PRIMARY KEY, \"order\" text, \"a%s\" bool)",
                "INSERT INTO \"my schema\".\"Order \"\"s\"\"\" VALUES (1, 'x', true)");
        Table table = identity("\"my schema\".\"Order \"\"s\"\"\"");
        try (Export export = begin(source, table, null).orElseThrow()) {
            assertThat(Tables.csv(export)).isEqualTo("1,x,t\n");
        }
    }

    @Test
    void parallelReadersShareOneSnapshotWhileWritersRun() throws Exception {
        admin.execute(
                "CREATE TABLE big (id bigserial PRIMARY KEY, v int NOT NULL DEFAULT 0, pad text)",
                "INSERT INTO big (pad) SELECT repeat('x', 200) FROM generate_series(1, 120000)",
                "ANALYZE big");
        Table table = Tables.table("big", Strategy.FULL, Optional.empty(), Map.of("parallelism", "3"));
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = new Thread(() -> write(stop));
        writer.start();
        try (Export export = begin(source, table, null).orElseThrow()) {
            assertThat(export.progress().estimatedRows().orElseThrow()).isBetween(100_000L, 200_000L);
            long sum = 0;
            List<Integer> ids = new ArrayList<>();
            for (String line : Tables.csv(export).split("\n")) {
                String[] fields = line.split(",");
                ids.add(Integer.parseInt(fields[0]));
                sum += Integer.parseInt(fields[1]);
            }
            // the writer moves one from a row to another, so a snapshot always sums up to nothing
            assertThat(sum).isZero();
            assertThat(ids).hasSize(120_000).doesNotHaveDuplicates();
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    private void write(AtomicBoolean stop) {
        try {
            PostgreSql.Session session = postgres.session();
            for (int i = 1; !stop.get(); i++) {
                session.execute("UPDATE big SET v = v + CASE WHEN id = " + i + " THEN 1 ELSE -1 END WHERE id IN (" + i
                        + ", " + (120_000 - i) + ")");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRangeOfKeysIsReadInParallelToo() throws SQLException {
        admin.execute("CREATE TABLE k (id bigint PRIMARY KEY)", "INSERT INTO k SELECT generate_series(1, 1000000, 2)");
        Table table = Tables.table("k", Strategy.IDENTITY, Optional.of("id"), Map.of("parallelism", "2"));
        try (Export export = begin(source, table, "100").orElseThrow()) {
            assertThat(Tables.lines(export)).hasSize(499_950).doesNotHaveDuplicates();
        }
    }

    @Test
    void closingEarlyEndsTheStatementsAndReleasesTheConnections() throws SQLException {
        admin.execute("CREATE TABLE big AS SELECT i, repeat('x', 100) AS pad FROM generate_series(1, 300000) i");
        Table table = Tables.table("big", Strategy.FULL, Optional.empty(), Map.of("parallelism", "2"));
        for (int round = 0; round < 20; round++) {
            Export export = begin(source, table, null).orElseThrow();
            CopyReader reader = export.copy();
            assertThat(reader.hasNext()).isTrue();
            reader.next();
            if (round % 2 == 0) {
                reader.close();
            }
            export.close();
            export.close();
        }
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> admin.value(READERS)
                .equals("0"));
        try (Export export = begin(source, table, null).orElseThrow()) {
            export.copy().forEachRemaining(block -> {});
            assertThat(export.progress().rows()).isEqualTo(300_000);
        }
    }

    @Test
    void anErrorWhileReadingReachesTheCaller() throws SQLException {
        admin.execute("CREATE TABLE bad AS SELECT i FROM generate_series(1, 200000) i");
        Table table =
                Tables.table("bad", Strategy.FULL, Optional.empty(), Map.of("where", "100 / (150000 - i) > -1000"));
        try (Export export = begin(source, table, null).orElseThrow();
                CopyReader reader = export.copy()) {
            assertThatThrownBy(() -> reader.forEachRemaining(block -> {}))
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("division by zero");
        }
        assertThat(begin(source, full("bad"), null).map(export -> {
                    try (export) {
                        return Tables.lines(export).size();
                    }
                }))
                .contains(200_000);
    }

    @Test
    void aSessionThatIsTerminatedIsAnErrorAndNotAnEnd() throws SQLException {
        admin.execute("CREATE TABLE big AS SELECT i, repeat('x', 500) AS pad FROM generate_series(1, 100000) i");
        try (Export export = begin(source, full("big"), null).orElseThrow();
                CopyReader reader = export.copy()) {
            reader.next();
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"
                    + PostgreSqlDialect.READER_NAME + "' AND datname = current_database()");
            assertThatThrownBy(() -> reader.forEachRemaining(block -> {})).isInstanceOf(SourceException.class);
        }
    }

    @Test
    void rowsThroughJdbcAreTheSameAsByCopy() throws SQLException {
        admin.execute(
                "CREATE TABLE r (id int, t text, n numeric(20, 6), b bool, d date, ts timestamp, tz timestamptz, x bytea)",
                "INSERT INTO r VALUES (1, 'a', 12.34, true, '2026-02-03', '2026-02-03 04:05:06.789',"
                        + " '2026-02-03 04:05:06+02', '\\x00ff'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
        SourceTable table = source.describe(TableName.parse("r"));
        Opening opening = source.probe(full("r"), table, Optional.empty(), Optional.empty())
                .orElseThrow();
        try (Export export = source.begin(full("r"), table, plan(table), opening);
                RowReader reader = export.rows()) {
            Row row = reader.next();
            assertThat(row)
                    .containsExactly(
                            "1",
                            "a",
                            "12.340000",
                            "true",
                            "2026-02-03",
                            "2026-02-03 04:05:06.789",
                            "2026-02-03 02:05:06+00",
                            "00ff");
            assertThat(row.get("t")).isEqualTo("a");
            assertThat(reader.next()).containsExactly("2", null, null, null, null, null, null, null);
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    void aMillionRowsNeedConstantMemory() throws SQLException {
        admin.execute("CREATE TABLE big AS SELECT i AS id, repeat('x', 200) AS pad FROM generate_series(1, 1000000) i");
        Runtime runtime = Runtime.getRuntime();
        long rows = 0;
        long most = 0;
        // What other tests left in this JVM is not the reader's.
        System.gc();
        long before = runtime.totalMemory() - runtime.freeMemory();
        try (Export export = begin(source, full("big"), null).orElseThrow();
                PartCutter cutter = new PartCutter(export.copy(), PartCutter.DEFAULT_PART_SIZE, 2)) {
            while (cutter.hasNext()) {
                CsvPart part = cutter.next();
                rows += part.rows();
                System.gc();
                most = Math.max(most, runtime.totalMemory() - runtime.freeMemory());
            }
        }
        assertThat(rows).isEqualTo(1_000_000);
        assertThat(most - before).isLessThan(90L << 20);
    }
}
