package io.github.redshiftreplicator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the stand-in refuses because Redshift does. The first column names the page of the Amazon Redshift Database Developer Guide
 * that the rule is read from.
 */
class RefusalsIT {

    private static final String S3 = " FROM 's3://sandbox/none' ";
    private static final String KEYS = " ACCESS_KEY_ID 'a' SECRET_ACCESS_KEY 'b' ";
    private static final String LEADER = "Specified types or functions";
    private static final String COPY = "COPY t" + S3 + KEYS;

    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    static Stream<Arguments> refusals() {
        return Stream.of(
                // statements
                arguments("Unsupported PostgreSQL features", "CREATE INDEX i ON t (id)", "0A000", "CREATE INDEX"),
                arguments(
                        "Unsupported PostgreSQL features", "CREATE UNIQUE INDEX i ON t (id)", "0A000", "not supported"),
                arguments(
                        "Unsupported PostgreSQL features",
                        "CREATE TRIGGER x BEFORE INSERT ON t EXECUTE PROCEDURE f()",
                        "0A000",
                        "TRIGGER"),
                arguments("Unsupported PostgreSQL features", "CREATE EXTENSION hstore", "0A000", "EXTENSION"),
                arguments(
                        "Unsupported PostgreSQL features", "CREATE TABLESPACE s LOCATION '/s'", "0A000", "TABLESPACE"),
                arguments("Unsupported PostgreSQL features", "CREATE SEQUENCE s", "0A000", "SEQUENCE"),
                arguments("Unsupported PostgreSQL features", "CREATE TYPE e AS ENUM ('a')", "0A000", "TYPE"),
                arguments("Unsupported PostgreSQL features", "LISTEN x", "0A000", "LISTEN"),
                arguments("Unsupported PostgreSQL features", "NOTIFY x", "0A000", "NOTIFY"),
                arguments("Unsupported PostgreSQL features", "DO $$ BEGIN END $$", "0A000", "DO"),
                arguments("Unsupported PostgreSQL features", "SAVEPOINT s", "0A000", "SAVEPOINT"),
                arguments("ROLLBACK", "ROLLBACK TO SAVEPOINT s", "0A000", "SAVEPOINT"),
                arguments("INSERT", "INSERT INTO t VALUES (1, 'a') ON CONFLICT DO NOTHING", "42601", "\"ON\""),
                arguments("INSERT", "INSERT INTO t VALUES (1, 'a') RETURNING id", "42601", "\"RETURNING\""),
                arguments("DELETE", "DELETE FROM t RETURNING id", "42601", "\"RETURNING\""),
                arguments("UPDATE", "UPDATE t SET id = 2 RETURNING id", "42601", "\"RETURNING\""),
                arguments("SELECT", "SELECT * FROM t FOR UPDATE", "0A000", "FOR UPDATE"),
                arguments("SELECT", "SELECT * FROM t FOR SHARE", "0A000", "FOR SHARE"),
                arguments("LOCK", "LOCK TABLE t IN SHARE MODE", "42601", "\"IN\""),
                arguments("SET", "SET lock_timeout TO 1", "42704", "unrecognized configuration parameter"),
                arguments("SET", "SET LOCAL timezone TO 'UTC'", "0A000", "SET LOCAL"),
                arguments("SELECT", "SELECT id FROM t -- a comment\rFOR UPDATE", "0A000", "FOR UPDATE"),
                arguments("SELECT", "SELECT DISTINCT ON (id) name FROM t", "0A000", "DISTINCT ON"),
                arguments("SELECT INTO", "SELECT id INTO x FROM t", "0A000", "SELECT INTO"),
                arguments("WITH clause", "WITH d AS (DELETE FROM t) SELECT 1", "42601", "\"DELETE\""),
                arguments(
                        "WITH clause",
                        "WITH d AS (SELECT 1 AS a) INSERT INTO t (id) SELECT a FROM d",
                        "42601",
                        "INSERT"),
                arguments("EXPLAIN", "EXPLAIN UPDATE t SET id = 2 RETURNING id", "42601", "\"RETURNING\""),
                arguments("Unsupported PostgreSQL features", "PREPARE TRANSACTION 'x'", "0A000", "PREPARE TRANSACTION"),
                arguments("Unsupported PostgreSQL features", "SELECT * FROM (VALUES (1)) AS v (a)", "42601", "VALUES"),
                arguments(
                        "Unsupported PostgreSQL features",
                        "SELECT count(*) FILTER (WHERE id > 1) FROM t",
                        "42601",
                        "FILTER"),
                arguments(
                        "Unsupported PostgreSQL functions",
                        "SELECT string_agg(name, ',') FROM t",
                        "42883",
                        "string_agg"),
                arguments(
                        "Unsupported PostgreSQL functions",
                        "SELECT pg_catalog.FORMAT('%s', id) FROM t",
                        "42883",
                        "format"),
                arguments("Unsupported PostgreSQL functions", "SELECT pg_sleep(0)", "42883", "pg_sleep"),
                arguments(
                        "Unsupported PostgreSQL functions",
                        "SELECT id FROM t WHERE id IS NOT DISTINCT FROM 1",
                        "42601",
                        "DISTINCT"),
                arguments("Unsupported PostgreSQL data types", "SELECT CAST(name AS json) FROM t", "42704", "json"),
                arguments("Unsupported PostgreSQL data types", "SELECT CAST((name) AS UUID) FROM t", "42704", "uuid"),
                arguments("extra_float_digits", "SET extra_float_digits TO 3", "22023", "extra_float_digits"),
                arguments(
                        "Configuration reference",
                        "SET standard_conforming_strings TO on",
                        "55P02",
                        "cannot be changed"),
                arguments(
                        "Configuration reference",
                        "SET transaction_isolation TO 'read committed'",
                        "55P02",
                        "cannot be changed"),
                arguments("Unsupported PostgreSQL features", "SELECT t.ctid FROM t", "42703", "\"ctid\""),
                arguments("EXPLAIN", "EXPLAIN ANALYZE SELECT 1", "42601", "\"ANALYZE\""),
                arguments("EXPLAIN", "EXPLAIN (FORMAT JSON) SELECT 1", "42601", "\"(\""),
                arguments("SELECT", "SELECT id FROM t FETCH FIRST 1 ROW ONLY", "42601", "\"FETCH\""),
                arguments("SELECT", "SELECT id FROM t TABLESAMPLE SYSTEM (1)", "42601", "\"TABLESAMPLE\""),
                arguments("INSERT", "INSERT INTO i OVERRIDING SYSTEM VALUE VALUES (1, 2)", "42601", "\"OVERRIDING\""),
                arguments("CREATE VIEW", "CREATE VIEW w AS SELECT id FROM t WITH CHECK OPTION", "42601", "\"WITH\""),
                arguments("Leader node-only functions", "SELECT current_schema() FROM t", "0A000", LEADER),
                arguments(
                        "Leader node-only functions",
                        "SELECT s.table_name FROM pg_class c, svv_redshift_tables s WHERE s.schema_name = current_schema()",
                        "0A000",
                        LEADER),
                arguments(
                        "Leader node-only functions",
                        "SELECT 1 FROM pg_class c JOIN public.x ON has_table_privilege(c.oid, 'SELECT')",
                        "0A000",
                        LEADER),
                arguments(
                        "ALTER TABLE",
                        "ALTER TABLE t ALTER DISTKEY none_such",
                        "0A000",
                        "not supported by the sandbox"),
                // types and tables
                arguments("Reserved words", "CREATE TABLE tag (a INT)", "42601", "\"tag\""),
                arguments("Reserved words", "CREATE TABLE x (a INT, open TIMESTAMP)", "42601", "\"open\""),
                arguments("Reserved words", "ALTER TABLE t ADD COLUMN snapshot INT", "42601", "\"snapshot\""),
                arguments("Reserved words", "COPY t (id, offset)" + S3 + KEYS + "CSV", "42601", "\"offset\""),
                arguments("Unsupported PostgreSQL features", "CREATE TABLE x (\"oid\" INT)", "42701", "system column"),
                arguments("CREATE TABLE", "CREATE TABLE x (a INT) SORTKEY a", "42601", "\"a\""),
                arguments("CREATE TABLE AS", "CREATE TABLE IF NOT EXISTS x AS SELECT 1 AS a", "42601", "\"AS\""),
                arguments("CREATE TABLE AS", "CREATE TABLE x (a) AS VALUES (1)", "42601", "\"VALUES\""),
                arguments("CREATE TABLE AS", "CREATE TABLE x AS SELECT 1 AS a WITH NO DATA", "42601", "\"WITH\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x (a UUID)",
                        "0A000",
                        "unsupported type \"uuid\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x (a JSON)",
                        "0A000",
                        "unsupported type \"json\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x (a JSONB)",
                        "0A000",
                        "unsupported type \"jsonb\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x (a BYTEA)",
                        "0A000",
                        "unsupported type \"bytea\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x (a INT[])",
                        "0A000",
                        "unsupported type \"int[]\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x (a MONEY)",
                        "0A000",
                        "unsupported type \"money\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x (a INET)",
                        "0A000",
                        "unsupported type \"inet\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x (a XML)",
                        "0A000",
                        "unsupported type \"xml\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x (a HSTORE)",
                        "0A000",
                        "unsupported type \"hstore\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x (a BIT(3))",
                        "0A000",
                        "unsupported type \"bit\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x (a SERIAL)",
                        "0A000",
                        "unsupported type \"serial\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x (a BIGSERIAL)",
                        "0A000",
                        "unsupported type \"bigserial\""),
                arguments(
                        "Unsupported PostgreSQL data types",
                        "CREATE TABLE x AS SELECT ARRAY[1] AS a",
                        "0A000",
                        "unsupported type"),
                arguments("Character types", "CREATE TABLE x (a VARCHAR(65536))", "22023", "65535"),
                arguments("Character types", "CREATE TABLE x (a CHAR(4097))", "22023", "4096"),
                arguments("Numeric types", "CREATE TABLE x (a DECIMAL(39))", "22023", "between 1 and 38"),
                arguments(
                        "Names and identifiers", "CREATE TABLE " + "x".repeat(128) + " (a INT)", "42622", "127 bytes"),
                arguments("CREATE TABLE", "CREATE TABLE x (a INT CHECK (a > 0))", "0A000", "CHECK"),
                arguments("CREATE TABLE", "CREATE TABLE x (a INT, EXCLUDE (a WITH =))", "0A000", "EXCLUDE"),
                arguments("CREATE TABLE", "CREATE TABLE x (a INT DISTKEY, b INT DISTKEY)", "42P16", "DISTKEY"),
                arguments("CREATE TABLE", "CREATE TABLE x (a INT) DISTSTYLE KEY", "42P16", "DISTKEY"),
                arguments("CREATE TABLE", "CREATE TABLE x (a INT DISTKEY) DISTSTYLE EVEN", "42P16", "DISTSTYLE"),
                arguments("CREATE TABLE", "CREATE TABLE x (a INT) SORTKEY (b)", "42703", "\"b\""),
                arguments("SUPER type", "CREATE TABLE x (a SUPER) SORTKEY (a)", "0A000", "cannot be a key"),
                arguments("CREATE TABLE", "CREATE TABLE x (LIKE t) DISTSTYLE ALL", "0A000", "LIKE"),
                arguments("CREATE TABLE", "CREATE TABLE x (a INT) TABLESPACE s", "42601", "TABLESPACE"),
                arguments("CREATE TABLE", "CREATE TABLE x (a INT ENCODE gzip)", "42704", "gzip"),
                arguments(
                        "INSERT",
                        "INSERT INTO t VALUES (1, 'äää')",
                        "22001",
                        "value too long for type character varying(5)"),
                arguments("CREATE TABLE", "INSERT INTO i VALUES (1, 2)", "0A000", "identity column"),
                arguments("ALTER TABLE", "ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT", "42601", "IF"),
                arguments("ALTER TABLE", "ALTER TABLE t ADD COLUMN c INT NOT NULL", "42P16", "NOT NULL"),
                arguments("ALTER TABLE", "ALTER TABLE t ADD COLUMN c UUID", "0A000", "uuid"),
                arguments("ALTER TABLE", "ALTER TABLE t ALTER COLUMN name TYPE VARCHAR(3)", "0A000", "not smaller"),
                arguments("ALTER TABLE", "ALTER TABLE t ALTER COLUMN id TYPE BIGINT", "0A000", "only for VARCHAR"),
                arguments("ALTER TABLE", "ALTER TABLE t ALTER COLUMN id SET NOT NULL", "42601", "SET"),
                arguments("ALTER TABLE", "ALTER TABLE d ALTER COLUMN b TYPE VARCHAR(9)", "0A000", "default"),
                arguments("ALTER TABLE", "ALTER TABLE d ALTER COLUMN c TYPE VARCHAR(9)", "0A000", "text255"),
                arguments("ALTER TABLE", "ALTER TABLE d ALTER COLUMN u TYPE VARCHAR(9)", "0A000", "key"),
                arguments("ALTER TABLE", "ALTER TABLE d DROP COLUMN a", "0A000", "distribution key"),
                arguments("ALTER TABLE", "ALTER TABLE d DROP COLUMN s", "0A000", "sort key"),
                arguments("ALTER TABLE", "ALTER TABLE d DROP m", "2BP01", "key"),
                arguments("ALTER TABLE", "ALTER TABLE k DROP COLUMN a RESTRICT", "2BP01", "key"),
                arguments("ALTER TABLE", "ALTER TABLE r DROP COLUMN a", "0A000", "last column"),
                arguments("ALTER TABLE", "ALTER TABLE d DROP COLUMN none_such", "42703", "none_such"),
                arguments("ALTER TABLE", "ALTER TABLE t RENAME id TO number", "42601", "\"id\""),
                arguments("ALTER TABLE", "ALTER TABLE t RENAME TO #temporary", "42601", "#temporary"),
                arguments("ALTER TABLE", "ALTER TABLE t RENAME COLUMN id TO \"oid\"", "42701", "system column"),
                arguments("ALTER TABLE", "ALTER TABLE t ADD COLUMN c INT ENCODE gzip", "42704", "gzip"),
                arguments("ALTER TABLE", "ALTER TABLE t ALTER COLUMN id ENCODE gzip", "42704", "gzip"),
                arguments(
                        "ALTER TABLE APPEND",
                        "ALTER TABLE t APPEND FROM i IGNOREEXTRA FILLTARGET",
                        "42601",
                        "FILLTARGET"),
                arguments("ALTER TABLE APPEND", "ALTER TABLE t APPEND FROM e", "0A000", "distribution"),
                arguments("ALTER TABLE", "ALTER TABLE t ADD PRIMARY KEY (id)", "0A000", "\"id\" is nullable"),
                arguments("ALTER TABLE", "ALTER TABLE k ADD PRIMARY KEY (a)", "42P16", "multiple primary keys"),
                arguments("ALTER TABLE", "ALTER TABLE t ADD UNIQUE (none_such)", "42703", "none_such"),
                arguments("ALTER TABLE", "ALTER TABLE t ADD CHECK (id > 0)", "0A000", "CHECK"),
                arguments("ALTER TABLE", "ALTER TABLE t DROP CONSTRAINT none_such", "42704", "none_such"),
                arguments(
                        "Table constraints",
                        "CREATE TABLE x (a INT REFERENCES t (id))",
                        "42830",
                        "no unique constraint"),
                arguments("Table constraints", "CREATE TABLE x (a INT REFERENCES none_such)", "42P01", "none_such"),
                arguments("DROP TABLE", "DROP TABLE k", "2BP01", "other objects depend on it"),
                arguments("DROP TABLE", "DROP TABLE t RESTRICT", "2BP01", "other objects depend on it"),
                arguments("COMMENT", "COMMENT ON TABLE none_such IS 'a'", "42P01", "none_such"),
                arguments("COMMENT", "COMMENT ON COLUMN t.none_such IS 'a'", "42703", "none_such"),
                // MERGE
                arguments(
                        "MERGE",
                        "MERGE INTO t USING (SELECT 1 AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE",
                        "0A000",
                        "subquery"),
                arguments("MERGE", "MERGE INTO t x USING i ON x.id = i.a WHEN MATCHED THEN DELETE", "0A000", "alias"),
                arguments("MERGE", "MERGE INTO t USING i ON t.id > i.a WHEN MATCHED THEN DELETE", "0A000", "equality"),
                arguments("MERGE", "MERGE INTO t USING i ON t.id = i.a WHEN MATCHED THEN DELETE", "42601", "both"),
                arguments(
                        "MERGE",
                        "MERGE INTO t USING i ON t.id = i.a WHEN NOT MATCHED THEN INSERT VALUES (1, 'a') WHEN MATCHED THEN DELETE",
                        "42601",
                        "both"),
                // maintenance
                arguments("VACUUM", "VACUUM REINDEX t", "0A000", "interleaved"),
                arguments("VACUUM", "VACUUM REINDEX il BOOST", "42601", "BOOST"),
                arguments("VACUUM", "VACUUM FULL TO 90 PERCENT", "42601", "table"),
                arguments("VACUUM", "VACUUM FULL t TO 101 PERCENT", "42601", "0 and 100"),
                arguments("VACUUM", "VACUUM VERBOSE ANALYZE t", "42601", "syntax error"),
                arguments("VACUUM", "VACUUM none_such", "42P01", "none_such"),
                arguments("ANALYZE", "ANALYZE none_such", "42P01", "none_such"),
                // COPY
                arguments("COPY", "COPY t FROM STDIN", "0A000", "STDIN"),
                arguments("COPY", "COPY t TO STDOUT", "42601", "\"TO\""),
                arguments("COPY", "COPY t FROM '/tmp/x' CSV", "0A000", "not supported on Redshift"),
                arguments("COPY", "COPY t" + S3 + "CSV", "42601", "CREDENTIALS"),
                arguments("COPY", "COPY none_such" + S3 + KEYS + "CSV", "42P01", "none_such"),
                arguments("Authorization parameters", COPY + "IAM_ROLE default CSV", "42601", "redundant"),
                arguments("Authorization parameters", "COPY t" + S3 + "ACCESS_KEY_ID 'a' CSV", "42601", "together"),
                arguments(
                        "Authorization parameters",
                        "COPY t" + S3 + "IAM_ROLE 'role' CSV",
                        "42601",
                        "Invalid credentials"),
                arguments(
                        "Authorization parameters",
                        "COPY t" + S3 + "CREDENTIALS 'key=1' CSV",
                        "42601",
                        "Invalid credentials"),
                arguments("Data format parameters", COPY + "CSV ESCAPE", "42601", "ESCAPE"),
                arguments("Data format parameters", COPY + "CSV REMOVEQUOTES", "42601", "REMOVEQUOTES"),
                arguments("Data format parameters", COPY + "CSV FIXEDWIDTH 'a:1'", "42601", "redundant"),
                arguments("Data format parameters", COPY + "CSV CSV", "42601", "redundant"),
                arguments("Data format parameters", COPY + "CSV QUOTE 'ab'", "42601", "QUOTE"),
                arguments("Data format parameters", COPY + "CSV DELIMITER '\"'", "42601", "different"),
                arguments("File compression parameters", COPY + "CSV GZIP ZSTD", "42601", "redundant"),
                arguments("Data conversion parameters", COPY + "CSV HEADER", "42601", "HEADER"),
                arguments("Data conversion parameters", COPY + "CSV IGNOREHEADER", "42601", "end of input"),
                arguments("Data load operations", COPY + "CSV MAXERROR 100001", "42601", "100000"),
                arguments("Data load operations", COPY + "CSV MAXERROR -1", "42601", "100000"),
                arguments("Data load operations", COPY + "CSV COMPUPDATE maybe", "42601", "maybe"),
                arguments("Data load operations", COPY + "CSV COMPROWS 999", "42601", "1000"),
                arguments("Data load operations", COPY + "CSV IGNOREALLERRORS MAXERROR 5", "42601", "MAXERROR"),
                arguments("COPY", COPY + "CSV,", "42601", "end of input"),
                arguments("COPY from Amazon DynamoDB", COPY + "CSV READRATIO 50", "42601", "READRATIO"),
                arguments("Column mapping options", "COPY t (none_such)" + S3 + KEYS + "CSV", "42703", "none_such"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("refusals")
    void refuses(String page, String statement, String state, String text) throws SQLException {
        sandbox.redshift(
                "CREATE TABLE t (id INT, name VARCHAR(5))",
                "CREATE VIEW v AS SELECT id FROM t",
                "CREATE TABLE k (a INT PRIMARY KEY)",
                "CREATE TABLE r (a INT REFERENCES k)",
                "CREATE TABLE i (id INT IDENTITY(1,1), a INT)",
                "CREATE TABLE il (a INT) INTERLEAVED SORTKEY (a)",
                "CREATE TABLE e (id INT DISTKEY, name VARCHAR(5))",
                "CREATE TABLE d (a INT DISTKEY, b VARCHAR(5) DEFAULT 'x', c VARCHAR(5) ENCODE text255, u VARCHAR(5) UNIQUE,"
                        + " s INT SORTKEY, m INT, n INT, UNIQUE (m, n))");
        Assertions.assertThatThrownBy(() -> sandbox.redshift(statement))
                .as(page)
                .isInstanceOfSatisfying(SQLException.class, e -> {
                    assertThat(e.getSQLState()).isEqualTo(state);
                    assertThat(e.getMessage()).containsIgnoringCase(text);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VACUUM t",
                "VACUUM FULL t TO 99 PERCENT BOOST",
                "ALTER TABLE t APPEND FROM other",
                "ALTER TABLE t ALTER COLUMN name TYPE VARCHAR(300)"
            })
    void refusesWithinATransaction(String statement) throws SQLException {
        sandbox.redshift("CREATE TABLE t (id INT, name VARCHAR(5))", "CREATE TABLE other (LIKE t)");
        try (Connection redshift = sandbox.redshift()) {
            redshift.setAutoCommit(false);
            SandboxExtension.execute(redshift, "INSERT INTO other VALUES (1, 'a')");
            Assertions.assertThatThrownBy(() -> SandboxExtension.execute(redshift, statement))
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("25001");
                        assertThat(e.getMessage()).contains("cannot run inside a transaction block");
                    });
            redshift.rollback();
        }
        sandbox.redshift(statement);
    }
}
