package io.github.redshiftreplicator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.TimeZone;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** COPY from S3, by the pages "COPY" and "Data conversion parameters" of the Amazon Redshift Database Developer Guide. */
class CopyIT {

    private static final String FAILED = "failed.  Check 'stl_load_errors' system table for details.";

    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @Test
    void everyTypeArrivesAsItWasWritten() throws SQLException {
        sandbox.redshift("""
                CREATE TABLE t (a SMALLINT, b INT, c BIGINT, d DECIMAL(38,10), e REAL, f DOUBLE PRECISION, g BOOLEAN, h CHAR(5),
                    i VARCHAR(20), j DATE, k TIMESTAMP, l TIMESTAMPTZ, m TIME, n TIMETZ, o VARBYTE(4), p SUPER)""");
        copy(
                "t",
                "-32768,-2147483648,-9223372036854775808,1234567890123456789012345678.0123456789,1.5,-2.25e10,true,abc,"
                        + "\"Zoë \"\"x\"\", y\nz\",2024-02-29,2024-02-29 23:59:59.123456,2024-02-29 23:59:59+02,10:20:30,10:20:30+01,"
                        + "00ff,\"{\"\"a\"\":[1,null]}\"\n",
                "CSV");
        assertThat(rows("SELECT * FROM t"))
                .containsExactly(List.of(
                        "-32768",
                        "-2147483648",
                        "-9223372036854775808",
                        "1234567890123456789012345678.0123456789",
                        "1.5",
                        "-2.25E10",
                        "t",
                        "abc  ",
                        "Zoë \"x\", y\nz",
                        "2024-02-29",
                        "2024-02-29 23:59:59.123456",
                        "2024-02-29 21:59:59+00",
                        "10:20:30",
                        "10:20:30+01",
                        "00ff",
                        "{\"a\":[1,null]}"));
    }

    @Test
    void anEmptyFieldIsNullExceptInText() throws SQLException {
        sandbox.redshift("CREATE TABLE t (id INT, n INT, v VARCHAR(5), c CHAR(2), d DATE)");
        copy("t", "1,,,,\n2,\\N,\\N,\\N,\\N\n3,\"\",\"\",\"\",\"\"\n4,1,\"\\N\",x,2024-01-01\n", "CSV");
        assertThat(rows("SELECT id, n, v, c, d FROM t ORDER BY id"))
                .containsExactly(
                        Arrays.asList("1", null, "", "  ", null),
                        Arrays.asList("2", null, null, null, null),
                        Arrays.asList("3", null, "", "  ", null),
                        Arrays.asList("4", "1", "\\N", "x ", "2024-01-01"));
    }

    /** "Data conversion parameters": EMPTYASNULL and NULL AS '' produce the same behavior. */
    @ParameterizedTest
    @ValueSource(strings = {"EMPTYASNULL", "NULL AS ''"})
    void emptyAsNullChangesEmptyStringsToo(String clause) throws SQLException {
        sandbox.redshift("CREATE TABLE t (id INT, v VARCHAR(5))");
        copy("t", "1,\n2,\"\"\n3,x\n", "CSV " + clause);
        assertThat(rows("SELECT id, v FROM t ORDER BY id"))
                .containsExactly(Arrays.asList("1", null), Arrays.asList("2", null), List.of("3", "x"));
    }

    @ParameterizedTest(name = "{0} ← {1}: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "INT            | x                   | 1207 | Invalid digit, Value 'x', Pos 0, Type: Integer",
                "INT            | 1.0                 | 1207 | Invalid digit, Value '.', Pos 1, Type: Integer",
                "INT            | 2147483648          | 1222 | Overflow, Column type: Integer",
                "SMALLINT       | -32769              | 1222 | Overflow, Column type: Short",
                "BIGINT         | 9223372036854775808 | 1222 | Overflow, Column type: Long",
                "DECIMAL(4,2)   | 123.4               | 1209 | Numeric overflow: 123.4 exceeds DECIMAL(4,2)",
                "FLOAT8         | 1e309               | 1208 | Overflow (Float8 valid range 2.225074e-308 to 1.797693e+308)",
                "FLOAT8         | -4.9E-324           | 1208 | Overflow (Float8 valid range 2.225074e-308 to 1.797693e+308)",
                "DECIMAL(4,2)   | NaN                 | 1207 | Invalid digit, Value 'N', Pos 0, Type: Decimal",
                "VARCHAR(4)     | ääb                 | 1204 | String length exceeds DDL length",
                "CHAR(4)        | ä                   | 1220 | Multibyte character not supported for CHAR (Hint: try using VARCHAR). Invalid char: c3 a4",
                "BOOLEAN        | maybe               | 1210 | Unknown boolean format",
                "DATE           | 2023-02-29          | 1205 | Invalid Date Format or Value [YYYY-MM-DD]",
                "TIMESTAMP      | 2023-02-01T10:00:00 | 1206 | Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]",
                "TIMESTAMP      | 2023-02-01 10:00:00+02 | 1206 | Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]",
                "TIMESTAMP      | infinity            | 1206 | Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]",
                "TIMESTAMP      | 2023-02-01 10:00:00.1234567 | 1206 | Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]",
                "TIMESTAMP      | 0000-01-01 10:00:00 | 1206 | Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]",
                "TIME           | 10:00:00.1234567    | 1206 | Invalid time format or value",
                "TIME           | 24:00:01            | 1206 | Invalid time format or value",
                "TIMETZ         | 24:00:00+00         | 1206 | Invalid time format or value",
                "VARBYTE(4)     | \\xff               | 1207 | Invalid digit, Value '\\', Pos 0, Type: Varbyte",
                "SUPER          | {a                  | 1224 | Invalid JSON format for type SUPER",
                "INT NOT NULL   | \\N                 | 1213 | Missing data for not-null field",
                "VARCHAR(9)     | a\"b                | 1214 | Invalid quote formatting for CSV",
            })
    void aFieldThatDoesNotFitFailsTheLoadAndIsRecorded(String type, String field, int code, String reason)
            throws SQLException {
        sandbox.redshift("CREATE TABLE t (id BIGINT, v " + type + ")");
        assertThatThrownBy(
                        () -> copy("t", "1,\n".repeat(type.endsWith("NOT NULL") ? 0 : 1) + "2," + field + "\n", "CSV"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("Load into table 't' " + FAILED);
        assertThat(rows("SELECT * FROM t")).isEmpty();
        List<String> error =
                rows("SELECT err_code, err_reason, line_number FROM stl_load_errors WHERE filename LIKE 's3://%"
                                + sandbox.prefix() + "/data%'")
                        .get(0);
        assertThat(error.get(0)).isEqualTo(String.valueOf(code));
        assertThat(error.get(1)).startsWith(reason.substring(0, Math.min(reason.length(), 100)));
        assertThat(error.get(2)).isEqualTo(type.endsWith("NOT NULL") ? "1" : "2");
    }

    /** "DATEFORMAT and TIMEFORMAT strings". */
    @ParameterizedTest(name = "{0} ← {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "DATE        | 30.02.2023                    | DATEFORMAT 'DD.MM.YYYY'",
                "DATE        | 01.01.0000                    | DATEFORMAT 'DD.MM.YYYY'",
                "TIMESTAMP   | 30.02.2023 10:11              | TIMEFORMAT 'DD.MM.YYYY HH:MI'",
                "TIMESTAMP   | 2023-02-01T10:00:00.1234567   | TIMEFORMAT 'auto'",
                "TIMESTAMPTZ | 2023-02-01 10:00:00.1234567+00 | TIMEFORMAT 'auto'",
                "TIMESTAMPTZ | 2023-02-01 10:00:00+02        | TIMEFORMAT 'YYYY-MM-DD HH:MI:SSOF'",
            })
    void aDateThatIsNoneFailsWhateverItsFormat(String type, String field, String format) throws SQLException {
        sandbox.redshift("CREATE TABLE t (v " + type + ")");
        assertThatThrownBy(() -> copy("t", field + "\n", "CSV " + format)).isInstanceOf(SQLException.class);
        assertThat(rows("SELECT * FROM t")).isEmpty();
    }

    /** "Datetime types": the range of TIME is 00:00:00 to 24:00:00. */
    @Test
    void aTimeMayBeTheEndOfTheDay() throws SQLException {
        sandbox.redshift("CREATE TABLE t (v TIME)");
        copy("t", "24:00:00\n00:00:00\n", "CSV");
        assertThat(rows("SELECT v::varchar FROM t ORDER BY v"))
                .containsExactly(List.of("00:00:00"), List.of("24:00:00"));
    }

    /** "COPY": the maximum size of a single input row from any source is 4 MB. "Limitations" of SUPER: 64 MB with one. */
    @Test
    void aRowOfMoreThanFourMegabytesNeedsASuper() throws SQLException {
        String row = "\"" + "x".repeat(4 * 1024 * 1024) + "\"\n";
        sandbox.redshift("CREATE TABLE t (v VARCHAR(MAX))", "CREATE TABLE u (v SUPER)");
        assertThatThrownBy(() -> copy("t", row, "CSV TRUNCATECOLUMNS")).hasMessageContaining(FAILED);
        copy("u", row.replaceFirst("^\"", "\"\"\"").replaceFirst("\"\n$", "\"\"\"\n"), "CSV");
        assertThat(rows("SELECT count(*) FROM u")).containsExactly(List.of("1"));
    }

    /** "Data conversion parameters", ACCEPTINVCHARS: valid only for VARCHAR columns. */
    @Test
    void acceptInvCharsDoesNothingForChar() throws SQLException {
        sandbox.redshift("CREATE TABLE t (v CHAR(4))");
        assertThatThrownBy(() -> copy("t", "ä\n", "CSV ACCEPTINVCHARS")).hasMessageContaining(FAILED);
    }

    @Test
    void aRolledBackLoadKeepsItsErrors() throws SQLException {
        sandbox.redshift("CREATE TABLE t (id BIGINT, v VARCHAR(3))");
        String url = sandbox.put("data", "1,abc\n2,abcd\n");
        try (Connection redshift = sandbox.redshift()) {
            redshift.setAutoCommit(false);
            assertThatThrownBy(() -> SandboxExtension.execute(redshift, command("t", url, "CSV")))
                    .hasMessageContaining(FAILED);
            redshift.rollback();
        }
        assertThat(rows(
                        "SELECT trim(file_name), line_number, trim(column_name), trim(column_type), trim(column_length), error_code"
                                + " FROM sys_load_error_detail WHERE file_name LIKE '%" + sandbox.prefix() + "/data%'"))
                .containsExactly(List.of(url, "2", "v", "varchar", "3", "1204"));
        assertThat(rows(
                        "SELECT octet_length(filename), trim(raw_line), trim(raw_field_value) FROM stl_load_errors WHERE filename LIKE '%"
                                + sandbox.prefix() + "/data%'"))
                .containsExactly(List.of("256", "2,abcd", "abcd"));
    }

    /** "STL_LOAD_ERRORS", "STL_LOAD_COMMITS": times are in UTC, wherever this machine is. */
    @Test
    void theTimesOfLoadsAreInUtc() throws SQLException {
        sandbox.redshift("CREATE TABLE t (id INT)");
        TimeZone zone = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
        try {
            assertThatThrownBy(() -> copy("t", "x\n", "CSV")).hasMessageContaining(FAILED);
            copy("t", "1\n", "CSV");
        } finally {
            TimeZone.setDefault(zone);
        }
        String recent =
                " BETWEEN timezone('UTC', current_timestamp) - interval '1 minute' AND timezone('UTC', current_timestamp)";
        assertThat(rows("SELECT e.starttime" + recent + ", c.curtime" + recent
                        + " FROM stl_load_errors e, stl_load_commits c"
                        + " WHERE e.filename = c.filename AND e.filename LIKE '%" + sandbox.prefix() + "/data%'"))
                .containsExactly(List.of("t", "t"));
    }

    @Test
    void tooManyAndTooFewColumnsAreErrors() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT, b INT)");
        assertThatThrownBy(() -> copy("t", "1\n", "CSV")).hasMessageContaining(FAILED);
        assertThatThrownBy(() -> copy("t", "1,2,3\n", "CSV")).hasMessageContaining(FAILED);
        copy("t", "1\n", "CSV FILLRECORD");
        assertThat(rows("SELECT a, b FROM t")).containsExactly(Arrays.asList("1", null));
    }

    @Test
    void maxErrorLoadsTheRest() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT, b INT)");
        copy("t", "1\n1,2,3\n4,5\n", "CSV MAXERROR 3");
        assertThat(rows("SELECT * FROM t")).containsExactly(List.of("4", "5"));
        assertThat(rows("SELECT trim(err_reason) FROM stl_load_errors WHERE filename LIKE '%" + sandbox.prefix()
                        + "/data%' ORDER BY" + " line_number"))
                .containsExactly(List.of("Delimiter not found"), List.of("Extra column(s) found"));
        assertThatThrownBy(() -> copy("t", "1\n1,2,3\n4,5\n", "CSV MAXERROR 2")).hasMessageContaining(FAILED);
    }

    @Test
    void conversionsChangeDataOnlyWhenAsked() throws SQLException {
        sandbox.redshift("CREATE TABLE t (v VARCHAR(3), d DECIMAL(4,1), s TIMESTAMP)");
        copy("t", "aää,1.29,2024-01-01T10:00:00.5Z\n", "CSV TRUNCATECOLUMNS ROUNDEC TIMEFORMAT 'auto'");
        copy("t", "a ,1.29,2024-01-01 10:00:00\n", "CSV TRIMBLANKS");
        copy("t", " ,1.25,01.02.2024 10:11\n", "CSV BLANKSASNULL TIMEFORMAT 'DD.MM.YYYY HH:MI'");
        assertThat(rows("SELECT v, d, s FROM t ORDER BY d DESC, s"))
                .containsExactly(
                        List.of("aä", "1.3", "2024-01-01 10:00:00.5"),
                        List.of("a", "1.2", "2024-01-01 10:00:00"),
                        Arrays.asList(null, "1.2", "2024-02-01 10:11:00"));
    }

    @Test
    void invalidUtf8AndNulAreRefusedOrReplaced() throws SQLException {
        sandbox.redshift("CREATE TABLE t (v VARCHAR(9))");
        String invalid = sandbox.put("invalid", new byte[] {'a', (byte) 0xa4, 'b', '\n'});
        String nul = sandbox.put("nul", "a\0b\n".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> sandbox.redshift(command("t", invalid, "CSV"))).hasMessageContaining(FAILED);
        assertThatThrownBy(() -> sandbox.redshift(command("t", nul, "CSV"))).hasMessageContaining(FAILED);
        // a NUL is no invalid character but the end of the record ("NULL AS")
        assertThatThrownBy(() -> sandbox.redshift(command("t", nul, "CSV ACCEPTINVCHARS")))
                .hasMessageContaining(FAILED);
        sandbox.redshift(
                command("t", invalid, "CSV ACCEPTINVCHARS"), command("t", invalid, "CSV ACCEPTINVCHARS AS '^'"));
        assertThat(rows("SELECT v FROM t ORDER BY v DESC")).containsExactly(List.of("a^b"), List.of("a?b"));
    }

    @Test
    void aManifestLoadsExactlyItsFilesAndAPrefixAllThatBeginWithIt() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT)");
        String one = sandbox.put("users_1", "1\n");
        sandbox.put("users_10", "10\n");
        sandbox.redshift(command("t", sandbox.putManifest("manifest", one), "MANIFEST CSV"));
        assertThat(rows("SELECT * FROM t")).containsExactly(List.of("1"));
        sandbox.redshift(command("t", one, "CSV"));
        assertThat(rows("SELECT * FROM t ORDER BY a")).containsExactly(List.of("1"), List.of("1"), List.of("10"));
    }

    @Test
    void aMissingMandatoryFileFailsAndAnOptionalOneDoesNot() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT)");
        String one = sandbox.put("one", "1\n");
        String mandatory = sandbox.putManifest("mandatory", one, one + "x");
        String optional = sandbox.put(
                "optional", "{\"entries\":[{\"url\":\"" + one + "\"},{\"url\":\"" + one + "x\",\"mandatory\":false}]}");
        assertThatThrownBy(() -> sandbox.redshift(command("t", mandatory, "MANIFEST CSV")))
                .hasMessageContaining("NoSuchKey");
        assertThat(rows("SELECT * FROM t")).isEmpty();
        sandbox.redshift(command("t", optional, "MANIFEST CSV"));
        assertThat(rows("SELECT * FROM t")).containsExactly(List.of("1"));
    }

    @Test
    void aManifestIsReadStrictly() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT)");
        String one = sandbox.put("one", "1\n");
        for (String manifest : List.of(
                "",
                "[]",
                "{\"entries\":[{\"uri\":\"" + one + "\"}]}",
                "{\"entries\":[{\"url\":\"" + one + "\",\"mandatory\":\"yes\"}]}",
                "{\"entries\":[{\"url\":\"one\"}]}",
                "{\"entries\":[{\"url\":\"" + one + "\",\"meta\":{\"content_length\":3}}]}")) {
            String url = sandbox.put("manifest", manifest);
            assertThatThrownBy(() -> sandbox.redshift(command("t", url, "MANIFEST CSV")))
                    .as(manifest)
                    .isInstanceOf(SQLException.class);
        }
        assertThat(rows("SELECT * FROM t")).isEmpty();
    }

    @Test
    void compressionMustBeDeclaredAsItIs() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT)");
        String gzip = sandbox.putGzip("gzip", "1\n");
        String plain = sandbox.put("plain", "1\n");
        assertThatThrownBy(() -> sandbox.redshift(command("t", gzip, "CSV"))).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> sandbox.redshift(command("t", plain, "CSV GZIP")))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> sandbox.redshift(command("t", gzip, "CSV ZSTD")))
                .isInstanceOf(SQLException.class);
        sandbox.redshift(command("t", gzip, "CSV GZIP"));
        assertThat(rows("SELECT * FROM t")).containsExactly(List.of("1"));
    }

    @Test
    void aTruncatedGzipFileLoadsNothing() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT)");
        String whole = sandbox.putGzip("whole", "1\n2\n3\n".repeat(1000));
        byte[] bytes = sandbox.s3()
                .getObjectAsBytes(r -> r.bucket(Sandbox.BUCKET).key(sandbox.prefix() + "/whole"))
                .asByteArray();
        String cut = sandbox.put("cut", Arrays.copyOf(bytes, bytes.length - 10));
        assertThatThrownBy(
                        () -> sandbox.redshift(command("t", sandbox.putManifest("m", whole, cut), "MANIFEST CSV GZIP")))
                .hasMessageContaining("decompress");
        assertThat(rows("SELECT * FROM t")).isEmpty();
    }

    /** The answer is an error, not the end of the connection, which a client may take for a reason to try again. */
    @ParameterizedTest
    @ValueSource(strings = {"ZSTD", "BZIP2", "GZIP"})
    void aDamagedFileIsAnErrorOfTheStatement(String compression) throws Exception {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (OutputStream out =
                switch (compression) {
                    case "ZSTD" -> new ZstdOutputStream(whole);
                    case "BZIP2" -> new BZip2CompressorOutputStream(whole);
                    default -> new GZIPOutputStream(whole);
                }) {
            out.write("1\n2\n3\n".repeat(1000).getBytes(StandardCharsets.US_ASCII));
        }
        byte[] damaged = Arrays.copyOf(whole.toByteArray(), whole.size() - 6);
        damaged[damaged.length - 3] ^= 0x55;
        String url = sandbox.put("damaged", damaged);
        sandbox.redshift("CREATE TABLE t (a INT)");
        try (Connection redshift = sandbox.redshift()) {
            assertThatThrownBy(() -> SandboxExtension.execute(redshift, command("t", url, "CSV " + compression)))
                    .hasMessageContaining("Failed to decompress");
            assertThat(SandboxExtension.rows(redshift, "SELECT * FROM t")).isEmpty();
        }
    }

    /** "Limitations" of SUPER: the COPY scanner's buffer holds a row of 64 MB at the most. */
    @Test
    void aRowThatNoBufferHoldsIsAnErrorOfTheStatement() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT, v SUPER)");
        byte[] row = new byte[65 * 1024 * 1024];
        Arrays.fill(row, (byte) '1');
        String url = sandbox.put("long", row);
        try (Connection redshift = sandbox.redshift()) {
            assertThatThrownBy(() -> SandboxExtension.execute(redshift, command("t", url, "CSV")))
                    .hasMessageContaining("more than 64 MB");
            assertThat(SandboxExtension.rows(redshift, "SELECT * FROM t")).isEmpty();
        }
    }

    @Test
    void aNulThatIsNoDigitIsRecorded() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT)");
        String url = sandbox.put("data", "1\n\0\n");
        assertThatThrownBy(() -> sandbox.redshift(command("t", url, "CSV"))).hasMessageContaining(FAILED);
        assertThat(rows("SELECT trim(err_reason), trim(raw_line) FROM stl_load_errors WHERE filename LIKE '%"
                        + sandbox.prefix() + "/data%'"))
                .containsExactly(List.of("Invalid digit, Value '.', Pos 0, Type: Integer", "."));
    }

    @Test
    void wrongKeysRolesAndRegionsAreRefused() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT)");
        String url = sandbox.put("one", "1\n");
        String copy = "COPY t FROM '" + url + "' ";
        assertThatThrownBy(() -> sandbox.redshift(copy + "ACCESS_KEY_ID 'AKIAWRONG' SECRET_ACCESS_KEY 'wrong' CSV"))
                .hasMessageContaining("S3ServiceException")
                .hasMessageContaining("403");
        assertThatThrownBy(() -> sandbox.redshift(copy + "IAM_ROLE 'arn:aws:iam::000000000000:role/other' CSV"))
                .hasMessageContaining("not authorized to assume IAM Role");
        assertThatThrownBy(() -> sandbox.redshift(copy + "IAM_ROLE '" + Sandbox.IAM_ROLE + "' CSV REGION 'eu-west-1'"))
                .hasMessageContaining("301");
        sandbox.redshift(
                copy + "IAM_ROLE '" + Sandbox.IAM_ROLE + "' CSV REGION AS '" + Sandbox.REGION + "'",
                copy + "IAM_ROLE default FORMAT AS CSV",
                copy + "CREDENTIALS 'aws_iam_role=" + Sandbox.IAM_ROLE + "' CSV");
        assertThat(rows("SELECT count(*) FROM t")).containsExactly(List.of("3"));
    }

    @Test
    void identityColumnsNeedExplicitIds() throws SQLException {
        sandbox.redshift("CREATE TABLE t (id BIGINT IDENTITY(1,1), a INT)");
        String url = sandbox.put("one", "7,1\n");
        assertThatThrownBy(() -> sandbox.redshift(command("t (id, a)", url, "CSV")))
                .hasMessageContaining("identity column");
        sandbox.redshift(command("t", url, "CSV EXPLICIT_IDS"), command("t (a)", sandbox.put("two", "2\n"), "CSV"));
        assertThat(rows("SELECT a FROM t ORDER BY a")).containsExactly(List.of("1"), List.of("2"));
        assertThat(rows("SELECT id FROM t WHERE a = 1")).containsExactly(List.of("7"));
    }

    @Test
    void noloadChecksAndLoadsNothing() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT)");
        copy("t", "1\n", "CSV NOLOAD");
        assertThatThrownBy(() -> copy("t", "x\n", "CSV NOLOAD")).hasMessageContaining(FAILED);
        assertThat(rows("SELECT * FROM t")).isEmpty();
    }

    @Test
    void theSessionKnowsItsLastCopy() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT)");
        String url = sandbox.put("one", "1\n2\n3\n");
        try (Connection redshift = sandbox.redshift()) {
            assertThat(SandboxExtension.rows(redshift, "SELECT pg_last_copy_count()"))
                    .containsExactly(List.of("0"));
            redshift.setAutoCommit(false);
            SandboxExtension.execute(redshift, command("t", url, "CSV"));
            redshift.rollback();
            assertThat(SandboxExtension.rows(redshift, "SELECT pg_last_copy_count(), count(*) FROM t"))
                    .containsExactly(List.of("3", "0"));
        }
    }

    private void copy(String table, String csv, String options) throws SQLException {
        sandbox.redshift(command(table, sandbox.put("data", csv), options));
    }

    private static String command(String table, String url, String options) {
        return "COPY " + table + " FROM '" + url + "' " + sandbox.authorization() + " " + options;
    }

    private static List<List<String>> rows(String query) throws SQLException {
        return sandbox.redshiftRows(query);
    }
}
