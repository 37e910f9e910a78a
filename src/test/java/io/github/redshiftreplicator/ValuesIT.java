package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.table.CsvFormat;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every value arrives as it left, is refused with its row's key, or is altered by a policy and counted. */
class ValuesIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;

    /** What a role's owner may have set; none of it may show in a value. */
    private static final List<String> HOSTILE = List.of(
            "DateStyle = 'SQL, DMY'",
            "IntervalStyle = 'sql_standard'",
            "extra_float_digits = -15",
            "bytea_output = 'escape'",
            "TimeZone = 'Asia/Kolkata'",
            "client_encoding = 'LATIN1'",
            "xmloption = 'document'",
            "quote_all_identifiers = on",
            "default_transaction_isolation = 'serializable'");

    private static final List<String> PLAIN = List.of(
            "DateStyle = 'ISO, YMD'",
            "IntervalStyle = 'postgres'",
            "extra_float_digits = 1",
            "bytea_output = 'hex'",
            "TimeZone = 'UTC'");

    @BeforeAll
    static void setTheRoleUp() throws SQLException {
        for (String setting : HOSTILE) {
            SANDBOX.source("ALTER ROLE CURRENT_USER SET " + setting);
        }
    }

    @AfterAll
    static void setTheRoleBack() throws SQLException {
        SANDBOX.source("ALTER ROLE CURRENT_USER RESET ALL");
    }

    @BeforeEach
    void deploy() {
        deployment = new Deployment(directory, SANDBOX.properties());
    }

    private Deployment.Result replicate(String... parameters) {
        deployment.table("v", "full", parameters);
        return deployment.run("replicate", "v");
    }

    private void arrives(String reader, String sourceColumns, String targetColumns) throws SQLException {
        Deployment.Result result = replicate("reader", reader);
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(SANDBOX.redshiftRows("SELECT id, " + targetColumns + " FROM v ORDER BY id"))
                .isEqualTo(sourceRows("SELECT id, " + sourceColumns + " FROM v ORDER BY id"));
        assertThat(deployment.run("status", "--json", "v").out()).contains("\"altered_count\": 0");
    }

    private static List<List<String>> sourceRows(String query) throws SQLException {
        try (Connection connection = SANDBOX.source()) {
            for (String setting : PLAIN) {
                SandboxExtension.execute(connection, "SET " + setting);
            }
            return SandboxExtension.rows(connection, query);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "sql"})
    void numbersArriveAsTheyLeft(String reader) throws SQLException {
        SANDBOX.source(
                "CREATE DOMAIN price AS numeric(38, 10)",
                "CREATE TABLE v (id int GENERATED ALWAYS AS IDENTITY, i2 int2, i4 int4, i8 int8, n price, u numeric,"
                        + " r float4, d float8, b bool, m money, g int GENERATED ALWAYS AS (i4 / 2) STORED)",
                "INSERT INTO v (i2, i4, i8, n, u, r, d, b, m) VALUES"
                        + " (-32768, -2147483648, -9223372036854775808, -9999999999999999999999999999.9999999999, 0.00,"
                        + " 1.17549435e-38, 2.2250738585072014e-308, true, -92233720368547758.08),"
                        + " (32767, 2147483647, 9223372036854775807, 1e-10, 1.5000, 3.4028235e38,"
                        + " 1.7976931348623157e308, false, 0.01),"
                        + " (0, 0, 0, 0, -12345678901234567890.12345, 0.1, 0.1, NULL, NULL),"
                        + " (NULL, NULL, NULL, NULL, NULL, 'NaN', '-Infinity', NULL, NULL),"
                        + " (1, 1, 1, 1, 1, 16777217, 9007199254740993, true, 1),"
                        + " (2, 2, 2, 2, 2, '-0', '-0', false, -0.01)");
        SANDBOX.redshift("CREATE TABLE v (id int, i2 smallint, i4 bigint, i8 bigint, n decimal(38,10), u decimal(38,8),"
                + " r real, d float8, b boolean, m decimal(19,2), g int)");
        arrives(
                reader,
                "i2, i4, i8, n, u::numeric(38,8), r::varchar, d::varchar, b, m::numeric(19,2), g",
                "i2, i4, i8, n, u, r::varchar, d::varchar, b, m, g");
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "sql"})
    void timesArriveAsTheyLeft(String reader) throws SQLException {
        SANDBOX.source(
                "CREATE TABLE v (id int, d date, t time, tz timetz, ts timestamp, tt timestamptz, tu timestamptz, i interval)",
                "INSERT INTO v VALUES"
                        + " (1, '0001-01-01', '00:00:00', '00:00:00+14', '0001-01-01 00:00:00', '0001-01-01 12:00:00+00',"
                        + " '0001-01-01 12:00:00+00', '1 year 2 mons -3 days 04:05:06.000007'),"
                        + " (2, '9999-12-31', '23:59:59.999999', '23:59:59.999999-12', '9999-12-31 23:59:59.999999',"
                        + " '9999-12-31 23:59:59.999999+00', '9999-12-31 23:59:59.999999+00', '-178000000 years'),"
                        + " (3, '2024-02-29', '02:30:00.000001', '02:30:00.1+05:30', '2026-03-29 02:30:00.1',"
                        + " '2026-03-29 02:30:00+01', '2026-10-25 02:30:00.123456+02', '0'),"
                        + " (4, NULL, NULL, NULL, '1893-04-01 00:00:01', '1883-11-18 12:03:58-04:56:02', NULL, NULL),"
                        + " (5, '1900-02-28', '24:00:00', '12:00:00-00:30', '2026-10-25 02:30:00', '2026-10-25 02:30:00+01',"
                        + " '2026-10-25 02:30:00+01', '-1 year 3 days -00:00:01'),"
                        + " (6, '2000-02-29', NULL, NULL, '2026-03-29 02:59:59.999999', NULL, NULL, '13 mons'),"
                        + " (7, NULL, NULL, NULL, NULL, NULL, NULL, '400 days 25:00:00.5')");
        SANDBOX.redshift(
                "CREATE TABLE v (id int, d date, t time, tz timetz, ts timestamp, tt timestamptz, tu timestamp,"
                        + " i varchar(100))");
        arrives(
                reader,
                "d, t, tz, ts, extract(epoch from tt)::numeric(30,6), tu AT TIME ZONE 'UTC', i::text",
                "d, t, tz, ts, extract(epoch from tt)::numeric(30,6), tu, i");
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "sql"})
    void textsArriveAsTheyLeft(String reader) throws SQLException {
        SANDBOX.source("CREATE TABLE v (id serial, t text, w varchar(65535), c char(5))");
        List<String> texts = List.of(
                "",
                " ",
                "  both  ",
                "\"",
                "\"\"",
                "a \"quoted\" word",
                "'",
                ",",
                "\n",
                "\r",
                "\r\n",
                "a\nb\rc\r\nd",
                "\t",
                "\\",
                "\\\\",
                "\\N",
                "\\n",
                "\\.",
                "NULL",
                "null",
                "@NULL",
                "x" + CsvFormat.NULL_MARKER,
                CsvFormat.NULL_MARKER + ",",
                "\"" + CsvFormat.NULL_MARKER + "\"",
                ",\"" + CsvFormat.NULL_MARKER + "\",",
                "€ä日本語",
                "👩‍👩‍👧‍👦😀",
                "e\u0301o\u0308",
                "\ufeffbom",
                "\u0001\u007f\u0085\u2028",
                "#",
                "x".repeat(65_535),
                "日".repeat(21_845),
                "\"".repeat(65_535));
        try (Connection connection = SANDBOX.source();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO v (t, w, c) VALUES (?, ?, 'ab')")) {
            for (String text : texts) {
                insert.setString(1, text);
                insert.setString(2, text);
                insert.executeUpdate();
            }
        }
        SANDBOX.source("INSERT INTO v (t, w) VALUES (NULL, NULL), ('', NULL)");
        SANDBOX.redshift("CREATE TABLE v (id int, t varchar(65535), w varchar(max), c char(5))");
        String columns = "t IS NULL, octet_length(t), md5(t), w IS NULL, md5(w), c";
        arrives(reader, columns, columns);
    }

    /** Of an empty string in the only column a writer of CSV makes a blank line. */
    @ParameterizedTest
    @ValueSource(strings = {"copy", "sql"})
    void theOnlyColumnMayBeEmpty(String reader) throws SQLException {
        SANDBOX.source(
                "CREATE TABLE v (t text)", "INSERT INTO v VALUES (''), (NULL), (' '), ('\\.'), ('x'), (''), (E'\\n')");
        SANDBOX.redshift("CREATE TABLE v (t varchar(10))");
        Deployment.Result result = replicate("reader", reader);
        assertThat(result.code()).as(result.toString()).isZero();
        String rows = "SELECT t IS NULL, md5(t), count(*) FROM v GROUP BY t ORDER BY 1, 2";
        assertThat(SANDBOX.redshiftRows(rows)).isEqualTo(sourceRows(rows));
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "sql"})
    void rowsOfNothingButNullArrive(String reader) throws SQLException {
        SANDBOX.source(
                "CREATE TABLE v (id int, t text, n numeric, d date, e text)",
                "INSERT INTO v VALUES (NULL, NULL, NULL, NULL, NULL), (1, '', NULL, NULL, ''), (2, NULL, 0, NULL, ''),"
                        + " (3, '', 1, '2026-01-01', NULL)");
        SANDBOX.redshift("CREATE TABLE v (id int, t varchar(10), n decimal(5,2), d date, e varchar(5))");
        arrives(reader, "t, t IS NULL, n::numeric(5,2), d, e, e IS NULL", "t, t IS NULL, n, d, e, e IS NULL");
    }

    /** CHAR(n) is the one type whose casts forget what its output shows. */
    @ParameterizedTest
    @ValueSource(strings = {"copy", "sql"})
    void paddingIsCutButNotElsewhere(String reader) throws SQLException {
        SANDBOX.source(
                "CREATE TABLE v (id int PRIMARY KEY, c char(8), w char(8))",
                "INSERT INTO v VALUES (1, 'ab', 'ab'), (2, 'äöüäöüäö', 'äöüäöüäö'), (3, '', '')");
        SANDBOX.redshift("CREATE TABLE v (id int, c varchar(10), w varchar(32))");
        Deployment.Result result = replicate("reader", reader, "onOverflow", "truncate");
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(SANDBOX.redshiftRows("SELECT * FROM v ORDER BY id"))
                .containsExactly(
                        List.of("1", "ab      ", "ab      "),
                        List.of("2", "äöüäö", "äöüäöüäö"),
                        List.of("3", "        ", "        "));
        assertThat(deployment.run("status", "--json", "v").out()).contains("\"altered_count\": 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "sql"})
    void theOtherTypesArriveAsTheyLeft(String reader) throws SQLException {
        SANDBOX.source(
                "CREATE TYPE mood AS ENUM ('sad', 'a \"b\", c')",
                "CREATE TYPE place AS (x int, name text)",
                "CREATE DOMAIN email AS varchar(40) CHECK (VALUE <> 'x')",
                "CREATE TABLE v (id int, u uuid, e mood, p place, pj place, dm email, j json, jb jsonb, jt jsonb, a int[], at text[],"
                        + " rg int4range, mr nummultirange, ip inet, ci cidr, ma macaddr, bt bit(3), vb varbit, by bytea, x xml,"
                        + " ts tsvector, ob bit(1))",
                "INSERT INTO v VALUES (1, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a \"b\", c', (1, 'a,\"b'), (1, 'a,\"b'),"
                        + " 'me@x.org', '{\"a\":  [1, \"é\\n\"], \"a\": null}', '{\"b\": 1e2}', '[\"\\\\\\\"\"]', '{1,NULL,3}',"
                        + " '{\"a,\\\"b\\\\\",NULL,\"\"}', '[1,5)', '{[1.5,2),[3,4]}', '10.0.0.1/8', '10.0.0.0/8',"
                        + " '08:00:2b:01:02:03', B'101', B'', '\\x00ff0d0a225c', '<a b=\"1\">&amp;</a>', 'fat:2 cat:3', B'1'),"
                        + " (2, NULL, NULL, NULL, NULL, NULL, '\"s\"', 'null', NULL, '{}', NULL, 'empty', NULL, NULL, NULL, NULL, NULL,"
                        + " NULL, NULL, NULL, '', B'0')");
        SANDBOX.redshift(
                "CREATE TABLE v (id int, u char(36), e varchar(20), p varchar(100), pj super, dm varchar(160), j super,"
                        + " jb super, jt varchar(1000), a super, at varchar(100), rg varchar(50), mr varchar(50), ip varchar(50),"
                        + " ci varchar(50), ma varchar(20), bt varchar(3), vb varchar(9), by varbyte(10), x varchar(max),"
                        + " ts varchar(max), ob boolean)");
        arrives(
                reader,
                "u::text, e::text, p::text, to_json(pj)::text, dm, j::text, jb::text, jt::text, to_json(a)::text, at::text, rg::text,"
                        + " mr::text, ip::text, ci::text, ma::text, bt::text, vb::text, encode(by, 'hex'), x::text, ts::text, ob::int = 1",
                "u, e, p, pj, dm, j, jb, jt, a, at, rg, mr, ip, ci," + " ma, bt, vb, by, x, ts, ob");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "numeric(10,3) | decimal(10,2) | 1.005 | more than 2 decimals",
                "numeric | decimal(10,2) | 0.001 | more than 2 decimals",
                "numeric | int | 1.5 | decimals",
                "numeric | decimal(38,0) | NaN | NaN or infinity",
                "numeric | decimal(5,2) | 1000 | more than 3 digits",
                "numeric | float8 | 0.12345678901234567 | more digits than the float keeps",
                "float8 | real | 0.1000000001 | more digits than the float keeps",
                "bigint | int | 2147483648 | a number outside",
                "bigint | float8 | 9007199254740993 | more digits than the float keeps",
                "timestamp | date | 2026-01-01 00:00:01 | a time of day",
                "timestamp | timestamp | infinity | infinity, a date BC",
                "date | date | 0044-03-15 BC | infinity, a date BC",
                "text | varchar(3) | äö | more than 3 bytes",
                "text | char(3) | ä | characters that CHAR cannot hold",
                "text | char(3) | 'a ' | trailing blanks",
                "text | varchar(20) | @NULL7Kq@ | the text that stands for NULL",
                "bytea | varbyte(1) | \\x0001 | more than 1 bytes",
                "bytea | varbyte(1) | \\x | no byte",
                "text | varbyte(9) | '' | no byte",
                "text | super | '' | no JSON",
                "json | super | '{\"a\": \"b,\", \"c\": 0.123456789012345678901234567890123456789}' | a JSON number of more",
                "jsonb | super | '[\"\\\"\", 1e40]' | a JSON number of more than 38 digits",
                "numeric[] | super | {1,123456789012345678901234567890123456789} | a JSON number of more than 38",
                "text | super | -1234567890123456789012345678901234567890 | a JSON number of more than 38 digits",
                "json | super | '{\"a\": [1e-400]}' | a JSON number of more than 38 digits, or with an exponent",
                "char(9) | varchar(8) | ab | more than 8 bytes",
                "numeric | float8 | 1e400 | more digits than the float keeps",
                "float8 | float8 | 4.9e-324 | a number closer to zero than 2.2250738585072014e-308",
                "numeric | real | 1e-60 | more digits than the float keeps",
                "int | real | -2147483647 | more digits than the float keeps",
                "timetz | timetz | 24:00:00+02 | 24:00:00",
                "date | timestamp | 294276-12-31 | infinity, a date BC"
            })
    void whatDoesNotFitFailsAndNamesTheRow(String example) throws SQLException {
        String[] words = example.split(" \\| ");
        String value = words[2].startsWith("'") ? words[2] : "'" + words[2] + "'";
        SANDBOX.source("CREATE TABLE v (id int PRIMARY KEY, x " + words[0] + ")");
        SANDBOX.redshift("CREATE TABLE v (id int, x " + words[1] + ")");
        SANDBOX.source("INSERT INTO v VALUES (6, NULL), (4711, " + value + ")");

        Deployment.Result result = replicate();

        assertThat(result.code()).as(result.toString()).isEqualTo(1);
        assertThat(result.toString()).contains("column x holds " + words[3], "id=4711");
        assertThat(SANDBOX.redshiftRows("SELECT * FROM v")).isEmpty();
    }

    @Test
    void policiesAlterWhatDoesNotFitAndCountIt() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE v (id int PRIMARY KEY, t text, c text, n numeric, i int8, d date, ts timestamp, f float8, b bytea)",
                "INSERT INTO v VALUES (1, 'aä日😀', 'é ', 12345.678, 99999, 'infinity', '-infinity', 'NaN', '\\x010203'),"
                        + " (2, '@NULL7Kq@', 'ok', 'NaN', -99999, '0044-03-15 BC', '2026-01-01', 2.555, '\\x01'),"
                        + " (3, 'ok', NULL, 1.23, 1, NULL, NULL, NULL, NULL)");
        SANDBOX.redshift(
                "CREATE TABLE v (id int, t varchar(9), c char(3), n decimal(5,2), i smallint, d date, ts timestamp,"
                        + " f decimal(9,2), b varbyte(2))");

        Deployment.Result result = replicate("onOverflow", "truncate, i=null", "onInvalid", "replace, ts=null");

        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(SANDBOX.redshiftRows("SELECT id, t, c, n, i, d, ts, f, b FROM v ORDER BY id"))
                .containsExactly(
                        java.util.Arrays.asList("1", "aä日", "?  ", "999.99", null, "9999-12-31", null, null, "0102"),
                        java.util.Arrays.asList(
                                "2", "@NULL7Kq?", "ok ", null, null, "0001-01-01", "2026-01-01 00:00:00", "2.55", "01"),
                        java.util.Arrays.asList("3", "ok", null, "1.23", "1", null, null, null, null));
        assertThat(deployment.run("status", "--json", "v").out()).contains("\"altered_count\": 13");
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "sql"})
    void longDigitsInTextsOfJsonArriveAndLongNumbersAreCounted(String reader) throws SQLException {
        String digits = "123456789012345678901234567890123456789012345678901234567890";
        SANDBOX.source(
                "CREATE TABLE v (id int, j jsonb, t text)",
                "INSERT INTO v VALUES (1, '{\"" + digits + "\": \"" + digits + "\"}', '[\"" + digits
                        + "\", 0.1]'), (2, '[" + digits + "]', '[1]')");
        SANDBOX.redshift("CREATE TABLE v (id int, j super, t super)");
        Deployment.Result result = replicate("reader", reader, "onOverflow", "null");
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(SANDBOX.redshiftRows("SELECT id, j, t FROM v ORDER BY id"))
                .containsExactly(
                        List.of("1", "{\"" + digits + "\": \"" + digits + "\"}", "[\"" + digits + "\", 0.1]"),
                        java.util.Arrays.asList("2", null, "[1]"));
        assertThat(deployment.run("status", "--json", "v").out()).contains("\"altered_count\": 1");
    }

    /** Rows that come beside the window's, since somebody asked for them again, are altered and counted as well. */
    @Test
    void whatIsMovedAgainIsCountedToo() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE v (id int PRIMARY KEY, t text)",
                "INSERT INTO v VALUES (1, 'long'), (2, 'long'), (3, 'x')");
        SANDBOX.redshift("CREATE TABLE v (id int, t varchar(3))");
        deployment.table("v", "identity", "onOverflow", "truncate");
        deployment.run("replicate", "v");

        assertThat(deployment.run("resync", "v", "--from", "1", "--to", "1").code())
                .isZero();

        assertThat(deployment.run("status", "--json", "v").out())
                .contains("\"altered_count\": 1", "\"record_count\": 1");
        assertThat(SANDBOX.redshiftRows("SELECT * FROM v ORDER BY id"))
                .containsExactly(List.of("1", "lon"), List.of("2", "lon"), List.of("3", "x"));
    }

    @Test
    void floatsAreRoundedByPolicyOnly() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE v (id int PRIMARY KEY, n numeric, i int, f float8, r float4)",
                "INSERT INTO v VALUES (1, 1e400, -2147483648, 1e308, -3e38), (2, -1e400, 16777217, 0, 0),"
                        + " (3, 1e-400, 16777216, -4.9e-324, 1e-45), (4, 'NaN', 0, 'NaN', 'NaN'),"
                        + " (5, 'Infinity', 1, '-Infinity', 'Infinity'), (6, 0.1, NULL, NULL, 1.17549435e-38)");
        SANDBOX.redshift("CREATE TABLE v (id int, n float8, i real, f float8, r real)");
        Deployment.Result result = replicate("onOverflow", "truncate");
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(SANDBOX.redshiftRows("SELECT id, n::varchar, i::varchar, f::varchar, r::varchar FROM v ORDER BY id"))
                .containsExactly(
                        List.of("1", "1.7976931348623157e+308", "-2.1474836e+09", "1e+308", "-3e+38"),
                        List.of("2", "-1.7976931348623157e+308", "1.6777216e+07", "0", "0"),
                        List.of("3", "0", "1.6777216e+07", "0", "0"),
                        List.of("4", "NaN", "0", "NaN", "NaN"),
                        List.of("5", "Infinity", "1", "-Infinity", "Infinity"),
                        java.util.Arrays.asList("6", "0.1", null, null, "1.1754944e-38"));
        assertThat(deployment.run("status", "--json", "v").out()).contains("\"altered_count\": 6");
    }

    @Test
    void typesThatDoNotFitAreRefusedBeforeAnExport() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE v (id int PRIMARY KEY, t text, p point)", "INSERT INTO v VALUES (1, '1', '(1,2)')");
        SANDBOX.redshift("CREATE TABLE v (id int, t int, p varchar(100))");

        Deployment.Result result = replicate();

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.toString())
                .contains("the column 't' of the type text does not fit the target's column 't' of the type int4")
                .contains("It fits varchar")
                .contains("the column 'p' of the type point is left out");
        assertThat(deployment.run("doctor").out()).contains("FAIL", "the column 't' of the type text");
    }

    /** What no rule of the types foresees: COPY names a line, the line names the row. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "csv"})
    void aRowThatOnlyCopyRefusesIsFoundInItsPart(String format) throws SQLException {
        SANDBOX.source(
                "CREATE TABLE v (a text, id int PRIMARY KEY, j text)",
                "INSERT INTO v VALUES (E'two\\nlines, \"quoted\"', 1, '{}'), (E'\\n', 2, '[]'), ('x', 4711, '{no json')");
        SANDBOX.redshift("CREATE TABLE v (a varchar(100), id int, j super)");
        deployment.set("replicator.format", format);

        Deployment.Result result = replicate();

        assertThat(result.code()).as(result.toString()).isEqualTo(1);
        assertThat(result.toString()).contains("column j (super)", "It is the row id=4711.");
        assertThat(deployment.run("status", "--json", "v").out()).contains("It is the row id=4711.");
    }

    @Test
    void aValueOf65536BytesFails() throws SQLException {
        SANDBOX.source("CREATE TABLE v (id int PRIMARY KEY, t text)", "INSERT INTO v VALUES (7, repeat('x', 65536))");
        SANDBOX.redshift("CREATE TABLE v (id int, t varchar(65535))");
        Deployment.Result result = replicate();
        assertThat(result.toString()).contains("column t holds more than 65535 bytes in the row id=7");
    }
}
