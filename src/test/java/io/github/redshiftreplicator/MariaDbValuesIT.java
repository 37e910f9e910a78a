package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.source.MariaDb;
import io.github.redshiftreplicator.source.MySql;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link ValuesIT} says of PostgreSQL, of MariaDB, by its own driver and by MySQL's, and of MySQL. */
class MariaDbValuesIT {
    /** What a server may have set; none of it may show in a value. */
    private static final String HOSTILE =
            "sql_mode='PAD_CHAR_TO_FULL_LENGTH,NO_BACKSLASH_ESCAPES,EMPTY_STRING_IS_NULL,ANSI,HIGH_NOT_PRECEDENCE',"
                    + "sql_select_limit=2,time_zone='-07:00'";

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @RegisterExtension
    static final MariaDb MARIADB = new MariaDb();

    @RegisterExtension
    static final MySql MYSQL = new MySql();

    @TempDir
    Path directory;

    private static String url(String kind) {
        return kind.equals("mysql-server") ? MYSQL.url() : MARIADB.url(kind);
    }

    private static Connection source(String kind) throws SQLException {
        return DriverManager.getConnection(url(kind), "admin", "admin");
    }

    private static void execute(String kind, String... statements) throws SQLException {
        try (Connection connection = source(kind);
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = '', time_zone = '+00:00'");
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The state is kept in the sandbox's source. */
    private Deployment deploy(String kind) {
        Deployment deployment = new Deployment(directory.resolve(kind), SANDBOX.properties());
        SANDBOX.properties().forEach((key, value) -> {
            if (key.startsWith("replicator.source.")) {
                deployment.set(key.replace(".source.", ".state."), value);
            }
        });
        String url = url(kind);
        String hostile = kind.equals("mysql-server")
                ? HOSTILE.replace("EMPTY_STRING_IS_NULL", "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE")
                : HOSTILE;
        // MariaDB's driver takes the text as it is
        String sessions = kind.startsWith("mysql") ? URLEncoder.encode(hostile, StandardCharsets.UTF_8) : hostile;
        return deployment
                .set("replicator.source.url", url + (url.contains("?") ? "&" : "?") + "sessionVariables=" + sessions)
                .set("replicator.source.username", "admin")
                .set("replicator.source.password", "admin");
    }

    private Deployment.Result replicate(String kind, String... parameters) {
        return deploy(kind).table("v", "full", parameters).run("replicate", "v");
    }

    /** MariaDB's driver 3.5 shows 0.005 seconds of a DATETIME(3) as .5000, and of a TIME(3) with useServerPrepStmts. */
    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql", "mysql-server"})
    void fractionsOfSecondsArriveWithTheirZeros(String kind) throws SQLException {
        execute(
                kind,
                "DROP TABLE IF EXISTS v",
                "CREATE TABLE v (k datetime(3) PRIMARY KEY, d1 datetime(1), d6 datetime(6), s4 timestamp(4) NULL, t3 time(3),"
                        + " c datetime(3), w datetime(3))",
                "INSERT INTO v VALUES ('2026-01-01 00:00:00.005', '2026-01-01 00:00:00.1', '2026-01-01 00:00:00.000009',"
                        + " '2026-01-01 00:00:00.0203', '00:00:00.007', '2026-01-01 00:00:00.034', '2026-01-01 00:00:00.034')");
        SANDBOX.redshift(
                "CREATE TABLE v (k timestamp, d1 timestamp, d6 timestamp, s4 timestamp, t3 time, c varchar(30),"
                        + " w timestamptz)");

        Deployment.Result result = replicate(kind);

        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(SANDBOX.redshiftRows("SELECT k::text, d1::text, d6::text, s4::text, t3::text, c, extract(epoch FROM"
                        + " w)::numeric(20,6) FROM v"))
                .containsExactly(List.of(
                        "2026-01-01 00:00:00.005",
                        "2026-01-01 00:00:00.1",
                        "2026-01-01 00:00:00.000009",
                        "2026-01-01 00:00:00.0203",
                        "00:00:00.007",
                        "2026-01-01 00:00:00.034",
                        "1767225600.034000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql", "mysql-server"})
    void everyTypeArrivesAsItLeft(String kind) throws SQLException {
        execute(
                kind,
                "DROP TABLE IF EXISTS v",
                "CREATE TABLE v (id int PRIMARY KEY, u bigint unsigned, z int(7) unsigned zerofill, t tinyint(1), o tinyint(1),"
                        + " b bit(1), w bit(5), q bit(64), n decimal(65,30), f float, d double, dn double, i bigint, y year,"
                        + " dt date, tm time(6), ts datetime(6), tz timestamp(6) NULL, c char(10), ch char(10),"
                        + " l varchar(20) CHARACTER SET latin1, x varchar(20) CHARACTER SET utf16, e enum('a','B,\"'), s set('x','y'),"
                        + " j json, bl blob, bi binary(3), "
                        + (kind.equals("mysql-server") ? "uu char(36), ip varchar(39))" : "uu uuid, ip inet6)"),
                "INSERT INTO v VALUES (1, 18446744073709551615, 42, -128, 1, b'1', b'00101', 18446744073709551615,"
                        + " 1234567890123456789012345678.0123456789, 16777216, 0.1, 0.29, 16777216, 1901, '0001-01-01',"
                        + " '23:59:59.999999', '2026-03-29 02:30:00.000001', '2026-10-25 01:30:00.123456', 'a', 'a', x'8180ff5c',"
                        + " 'ä€😀', 'B,\"', 'x,y', '{\"a\": [1, \"é\\\\n\"]}', x'00ff0d0a', x'01', '123e4567-e89b-12d3-a456-426655440000',"
                        + " '2001:db8::ff00:42:8329')",
                "INSERT INTO v VALUES (2, 0, 0, 127, 0, b'0', b'0', 0, -0.0000000001, -3.4028235e38, -1.7976931348623157e308,"
                        + " -12345678.875, -1234560000, 2155, '9999-12-31', '00:00:00', '9999-12-31 23:59:59.999999',"
                        + " '1970-01-01 00:00:01', '', '', '', '', 'a', '', 'null', x'5c', x'', NULL, NULL)",
                "INSERT INTO v (id) VALUES (3)");
        SANDBOX.redshift(
                "CREATE TABLE v (id int, u decimal(20,0), z int, t smallint, o boolean, b boolean, w varchar(5),"
                        + " q decimal(20,0), n decimal(38,10), f real, d float8, dn decimal(20,5), i real, y smallint, dt date, tm time,"
                        + " ts timestamp, tz timestamptz, c varchar(40), ch char(10), l varchar(80), x varchar(80), e varchar(12),"
                        + " s varchar(12), j super, bl varbyte(9), bi varbyte(3), uu char(36), ip varchar(39))");

        Deployment.Result result = replicate(kind);

        assertThat(result.code()).as(result.toString()).isZero();
        List<List<String>> rows =
                SANDBOX.redshiftRows("SELECT id, u, z, t, o::int, b::int, w, q, n, f::varchar, d::varchar, dn,"
                        + " i::varchar, y, dt, tm, ts, extract(epoch from tz)::numeric(20,6), c, ch, l, x, e, s, j, bl,"
                        + " bi, uu, ip FROM v ORDER BY id");
        assertThat(rows)
                .containsExactly(
                        List.of(
                                "1",
                                "18446744073709551615",
                                "42",
                                "-128",
                                "1",
                                "1",
                                "00101",
                                "18446744073709551615",
                                "1234567890123456789012345678.0123456789",
                                "1.6777216e+07",
                                "0.1",
                                "0.29000",
                                "1.6777216e+07",
                                "1901",
                                "0001-01-01",
                                "23:59:59.999999",
                                "2026-03-29 02:30:00.000001",
                                "1792891800.123456",
                                "a",
                                "a         ",
                                "\u0081€ÿ\\",
                                "ä€😀",
                                "B,\"",
                                "x,y",
                                "{\"a\": [1, \"é\\n\"]}",
                                "00ff0d0a",
                                "010000",
                                "123e4567-e89b-12d3-a456-426655440000",
                                "2001:db8::ff00:42:8329"),
                        Arrays.asList(
                                "2",
                                "0",
                                "0",
                                "127",
                                "0",
                                "0",
                                "00000",
                                "0",
                                "-0.0000000001",
                                "-3.4028235e+38",
                                "-1.7976931348623157e+308",
                                "-12345678.87500",
                                "-1.23456e+09",
                                "2155",
                                "9999-12-31",
                                "00:00:00",
                                "9999-12-31 23:59:59.999999",
                                "1.000000",
                                "",
                                "          ",
                                "",
                                "",
                                "a",
                                "",
                                "null",
                                "5c",
                                "000000",
                                null,
                                null),
                        Arrays.asList(Arrays.copyOf(new String[] {"3"}, 29)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql-server"})
    void textsArriveAsTheyLeft(String kind) throws SQLException {
        execute(
                kind,
                "DROP TABLE IF EXISTS v",
                "CREATE TABLE v (id int PRIMARY KEY AUTO_INCREMENT, t mediumtext CHARACTER SET utf8mb4)");
        List<String> texts = Arrays.asList(
                "",
                " ",
                "  both  ",
                "\"",
                "a \"quoted\" word",
                "'",
                ",",
                "\n",
                "\r\n",
                "a\nb\rc",
                "\t",
                "\\",
                "\\N",
                "\\.",
                "NULL",
                "@null7kq@",
                "@NULL7Kq@ ",
                "😀€e\u0301",
                "\u0001\u007f\u0085",
                "x".repeat(65_535),
                "日".repeat(21_845),
                null);
        try (Connection connection = source(kind);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO v (t) VALUES (?)")) {
            for (String text : texts) {
                insert.setString(1, text);
                insert.executeUpdate();
            }
        }
        SANDBOX.redshift("CREATE TABLE v (id int, t varchar(65535))");

        Deployment.Result result = replicate(kind);

        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(SANDBOX.redshiftRows("SELECT t FROM v ORDER BY id"))
                .containsExactlyElementsOf(texts.stream().map(Arrays::asList).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "date | date | '0000-00-00' | a date with zeros",
                "time | time | '24:00:01' | less than 00:00:00",
                "text | char(9) | 'a ' | trailing blanks",
                "text | varchar(9) | 'a\0' | the character NUL",
                "text | super | '' | no JSON",
                "text | super | '{\"1\": \"2,\\\\\\\\\", \"3\": 123456789012345678901234567890123456789}' | a JSON number of more than 38",
                "text | super | '{\"1\": 1e400}' | a JSON number of more than 38 digits, or with an exponent",
                "text | varchar(20) | '@NULL7Kq@' | the text that stands for NULL",
                "blob | varbyte(9) | '' | no byte",
                "tinyint(1) | boolean | 2 | a number other than 0 and 1",
                "decimal(10,3) | decimal(10,2) | 0.001 | more than 2 decimals",
                "double | decimal(38,0) | 1e36 | more than 0 decimals",
                "bigint | real | 16777217 | more digits than the float keeps"
            })
    void whatDoesNotFitFailsAndNamesTheRow(String example) throws SQLException {
        for (String kind : List.of("mariadb", "mysql-server")) {
            whatDoesNotFitFailsAndNamesTheRow(kind, example);
        }
    }

    private void whatDoesNotFitFailsAndNamesTheRow(String kind, String example) throws SQLException {
        String[] words = example.split(" \\| ");
        execute(
                kind,
                "DROP TABLE IF EXISTS v",
                "CREATE TABLE v (id int PRIMARY KEY, x " + words[0] + ")",
                "INSERT INTO v VALUES (6, NULL), (4711, " + words[2] + ")");
        SANDBOX.redshift("DROP TABLE IF EXISTS v", "CREATE TABLE v (id int, x " + words[1] + ")");

        Deployment.Result result = replicate(kind);

        assertThat(result.code()).as(result.toString()).isEqualTo(1);
        assertThat(result.toString()).contains("column x holds " + words[3], "id=4711");
        assertThat(SANDBOX.redshiftRows("SELECT * FROM v")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql-server"})
    void policiesAlterWhatDoesNotFitAndCountIt(String kind) throws SQLException {
        execute(
                kind,
                "DROP TABLE IF EXISTS v",
                "CREATE TABLE v (id int PRIMARY KEY, d date, t text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci, c varchar(9), n double, r bigint,"
                        + " bl blob, x varchar(30) CHARACTER SET utf16, j json, s json)",
                "INSERT INTO v VALUES (1, '0000-00-00', concat('a', char(0), 'äö😀'), 'é ', 0.299, 16777217, '', '@null7kq@', '{\"a\": 1}', '[\"123456789012345678901234567890123456789\", 1.5]'),"
                        + " (2, '2026-00-10', '@NULL7Kq@', 'ok', 0.29, 16777216, 'x', '@NULL7Kq@', '[]', '{}'),"
                        + " (3, NULL, 'ok', 'a  ', 1e300, -5, NULL, concat('ä', char(0 using utf8mb4)), NULL, NULL)");
        SANDBOX.redshift(
                "CREATE TABLE v (id int, d date, t varchar(7), c char(3), n decimal(9,2), r real, bl varbyte(2),"
                        + " x varchar(30), j varchar(3), s super)");
        Deployment deployment = deploy(kind);
        deployment.table("v", "full", "onOverflow", "truncate", "onInvalid", "replace");

        Deployment.Result result = deployment.run("replicate", "v");

        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(SANDBOX.redshiftRows("SELECT id, d, t, c, n, r::varchar, bl, x, j, s FROM v ORDER BY id"))
                .containsExactly(
                        Arrays.asList(
                                "1",
                                "0001-01-01",
                                "aäö",
                                "?  ",
                                "0.29",
                                "1.6777216e+07",
                                null,
                                "@null7kq@",
                                "{\"a",
                                "[\"123456789012345678901234567890123456789\", 1.5]"),
                        Arrays.asList(
                                "2",
                                "0001-01-01",
                                "@NULL7K",
                                "ok ",
                                "0.29",
                                "1.6777216e+07",
                                "78",
                                "@NULL7Kq?",
                                "[]",
                                "{}"),
                        Arrays.asList("3", null, "ok", "a  ", "9999999.99", "-5", null, "ä", null, null));
        assertThat(deployment.run("status", "--json", "v").out()).contains("\"altered_count\": 13");
    }
}
