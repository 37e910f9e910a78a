package io.github.redshiftreplicator.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code COPY table FROM 's3://…'} taken apart, as strictly as the Amazon Redshift Database Developer Guide describes it ("COPY",
 * "Data format parameters", "Data conversion parameters", "Data load operations", "Authorization parameters").
 */
final class CopyStatement {

    /** How the objects are compressed. */
    enum Compression {
        NONE,
        GZIP,
        BZIP2,
        LZOP,
        ZSTD
    }

    /** Whose permissions read the objects: a role, or a pair of keys with an optional token. */
    record Authorization(String role, String accessKey, String secretKey, String sessionToken) {}

    private static final int MOST_ERRORS = 100_000;
    private static final int LEAST_COMPRESSION_ROWS = 1_000;

    private final Set<String> seen = new HashSet<>();
    private String table;
    private List<String> columns = List.of();
    private String bucket;
    private String key;
    private Authorization authorization;
    private String accessKey;
    private String secretKey;
    private String sessionToken;
    private boolean csv;
    private char quote = '"';
    private char delimiter = ',';
    private Compression compression = Compression.NONE;
    private boolean manifest;
    private String region;
    private String nullAs = "\\N";
    private boolean emptyAsNull;
    private boolean blanksAsNull;
    private boolean trimBlanks;
    private boolean truncateColumns;
    private Character invalidCharacter;
    private boolean acceptAnyDate;
    private String dateFormat;
    private String timeFormat;
    private int ignoreHeader;
    private int maxError;
    private boolean roundDecimals;
    private boolean explicitIds;
    private boolean fillRecord;
    private boolean ignoreBlankLines;
    private boolean noLoad;

    private CopyStatement() {}

    static CopyStatement parse(String sql, SqlCursor cursor) {
        CopyStatement copy = new CopyStatement();
        copy.read(cursor);
        return copy;
    }

    private void read(SqlCursor cursor) {
        cursor.expect("copy");
        if (cursor.at("(")) {
            throw cursor.error();
        }
        table = cursor.qualifiedName();
        if (cursor.at("(")) {
            columns = cursor.identifiers();
            if (new HashSet<>(columns).size() < columns.size()) {
                throw new SqlError("42701", "column specified more than once");
            }
        }
        if (cursor.at("to")) {
            throw cursor.error();
        }
        cursor.expect("from");
        source(cursor);
        while (!cursor.atEnd()) {
            option(cursor);
            if (cursor.accept(",") && cursor.atEnd()) {
                throw cursor.error();
            }
        }
        check();
    }

    private void source(SqlCursor cursor) {
        if (cursor.at("stdin")) {
            throw SqlError.unsupported("COPY FROM STDIN is not supported");
        }
        String source = cursor.string();
        if (source.startsWith("dynamodb://") || source.startsWith("emr://")) {
            throw SqlError.unsupported(
                    "COPY from " + source.substring(0, source.indexOf(':')) + " is not supported by the sandbox");
        }
        if (!source.startsWith("s3://")) {
            throw SqlError.unsupported("COPY from this file-system or host not supported on Redshift");
        }
        int slash = source.indexOf('/', 5);
        bucket = slash < 0 ? source.substring(5) : source.substring(5, slash);
        key = slash < 0 ? "" : source.substring(slash + 1);
        if (bucket.isEmpty()) {
            throw SqlError.syntax("Invalid S3 path: " + source);
        }
    }

    private void option(SqlCursor cursor) {
        SqlToken token = cursor.next();
        String word = token.text();
        if (token.kind() != SqlToken.Kind.WORD) {
            throw SqlError.syntaxAt(cursor.written(token));
        }
        switch (word) {
            case "with" -> {
                if (!cursor.at("credentials")) {
                    throw cursor.error();
                }
            }
            case "iam_role" -> {
                authorize();
                String role = cursor.accept("default") ? "default" : cursor.string();
                authorization = new Authorization(role, null, null, null);
            }
            case "access_key_id" -> {
                authorize();
                accessKey = argument(cursor);
            }
            case "secret_access_key" -> {
                once("secret_access_key");
                secretKey = argument(cursor);
            }
            case "session_token" -> {
                once("session_token");
                sessionToken = argument(cursor);
            }
            case "credentials" -> {
                authorize();
                authorization = credentials(argument(cursor));
            }
            case "format" -> {
                cursor.accept("as");
                format(cursor, cursor.next());
            }
            case "csv",
                    "parquet",
                    "orc",
                    "avro",
                    "json",
                    "rcfile",
                    "sequencefile",
                    "textfile",
                    "shapefile",
                    "fixedwidth" -> format(cursor, token);
            case "delimiter" -> {
                once(word);
                delimiter = character(argument(cursor), "DELIMITER");
            }
            case "gzip", "bzip2", "lzop", "zstd" -> {
                once("compression");
                compression = Compression.valueOf(word.toUpperCase(Locale.ROOT));
            }
            case "manifest" -> {
                once(word);
                manifest = true;
            }
            case "region" -> {
                once(word);
                region = argument(cursor);
            }
            case "null" -> {
                once(word);
                nullAs = argument(cursor);
            }
            case "emptyasnull" -> {
                once(word);
                emptyAsNull = true;
            }
            case "blanksasnull" -> {
                once(word);
                blanksAsNull = true;
            }
            case "trimblanks" -> {
                once(word);
                trimBlanks = true;
            }
            case "truncatecolumns" -> {
                once(word);
                truncateColumns = true;
            }
            case "acceptinvchars" -> {
                once(word);
                boolean as = cursor.accept("as");
                boolean given = as || cursor.peek() != null && cursor.peek().kind() == SqlToken.Kind.STRING;
                invalidCharacter = given ? character(cursor.string(), "ACCEPTINVCHARS") : '?';
            }
            case "acceptanydate" -> {
                once(word);
                acceptAnyDate = true;
            }
            case "dateformat" -> {
                once(word);
                dateFormat = argument(cursor);
            }
            case "timeformat" -> {
                once(word);
                timeFormat = argument(cursor);
            }
            case "ignoreheader" -> {
                once(word);
                ignoreHeader = number(cursor, "IGNOREHEADER", 0, Integer.MAX_VALUE);
            }
            case "maxerror" -> {
                once(word);
                maxError = number(cursor, "MAXERROR", 0, MOST_ERRORS);
            }
            case "roundec" -> {
                once(word);
                roundDecimals = true;
            }
            case "explicit_ids" -> {
                once(word);
                explicitIds = true;
            }
            case "fillrecord" -> {
                once(word);
                fillRecord = true;
            }
            case "ignoreblanklines" -> {
                once(word);
                ignoreBlankLines = true;
            }
            case "escape", "removequotes", "ignoreallerrors" -> once(word);
            case "encoding" -> {
                once(word);
                String encoding = argument(cursor).toUpperCase(Locale.ROOT);
                if (!Set.of("UTF8", "UTF16", "UTF16LE", "UTF16BE", "ISO88591").contains(encoding)) {
                    throw SqlError.syntax("Invalid encoding \"" + encoding + "\"");
                }
                if (!encoding.equals("UTF8")) {
                    throw SqlError.unsupported("ENCODING " + encoding + " is not supported by the sandbox");
                }
            }
            case "compupdate" -> {
                once(word);
                if (!acceptSwitch(cursor)) {
                    cursor.accept("preset");
                }
            }
            case "statupdate" -> {
                once(word);
                acceptSwitch(cursor);
            }
            case "noload" -> {
                once(word);
                noLoad = true;
            }
            case "comprows" -> {
                once(word);
                number(cursor, "COMPROWS", LEAST_COMPRESSION_ROWS, Integer.MAX_VALUE);
            }
            case "readratio" -> throw SqlError.syntax("READRATIO is only valid for COPY from DynamoDB");
            case "ssh" -> throw SqlError.unsupported("COPY from SSH is not supported by the sandbox");
            case "encrypted", "master_symmetric_key" ->
                throw SqlError.unsupported("ENCRYPTED is not supported by the sandbox");
            default -> throw SqlError.syntaxAt(cursor.written(token));
        }
    }

    private static boolean acceptSwitch(SqlCursor cursor) {
        return cursor.accept("on") || cursor.accept("off") || cursor.accept("true") || cursor.accept("false");
    }

    private void format(SqlCursor cursor, SqlToken format) {
        once("format");
        switch (format.text()) {
            case "csv" -> {
                csv = true;
                if (cursor.accept("quote")) {
                    quote = character(argument(cursor), "QUOTE");
                }
            }
            case "fixedwidth" -> {
                cursor.accept("as");
                cursor.string();
                seen.add("fixedwidth");
            }
            case "parquet", "orc", "avro", "json", "rcfile", "sequencefile", "textfile", "shapefile", "delimiter" ->
                throw SqlError.unsupported("COPY with format " + format.text().toUpperCase(Locale.ROOT)
                        + " is not supported by the sandbox");
            default -> throw SqlError.syntaxAt(cursor.written(format));
        }
    }

    private void check() {
        if (accessKey != null || secretKey != null || sessionToken != null) {
            if (accessKey == null || secretKey == null) {
                throw SqlError.syntax("ACCESS_KEY_ID and SECRET_ACCESS_KEY must be specified together");
            }
            authorization = new Authorization(null, accessKey, secretKey, sessionToken);
        }
        if (authorization == null) {
            throw SqlError.syntax("CREDENTIALS argument is required when loading from S3");
        }
        if (authorization.role() != null
                && !authorization.role().equals("default")
                && !authorization.role().startsWith("arn:")) {
            throw SqlError.syntax("Invalid credentials. Must be of the format: credentials 'aws_iam_role=...' or"
                    + " 'aws_access_key_id=...;aws_secret_access_key=...[;token=...]'");
        }
        if (csv) {
            for (String other : List.of("escape", "removequotes", "fixedwidth")) {
                if (seen.contains(other)) {
                    throw SqlError.syntax("CSV is not compatible with " + other.toUpperCase(Locale.ROOT));
                }
            }
            if (quote == delimiter) {
                throw SqlError.syntax("QUOTE and DELIMITER must be different");
            }
        } else if (seen.contains("fixedwidth")) {
            if (seen.contains("delimiter")) {
                throw SqlError.syntax("DELIMITER is not compatible with FIXEDWIDTH");
            }
            throw SqlError.unsupported("COPY with FIXEDWIDTH is not supported by the sandbox");
        } else {
            throw SqlError.unsupported("COPY without CSV is not supported by the sandbox");
        }
        if (seen.contains("ignoreallerrors")) {
            throw seen.contains("maxerror")
                    ? SqlError.syntax("IGNOREALLERRORS is not compatible with MAXERROR")
                    : SqlError.unsupported("COPY with IGNOREALLERRORS is not supported by the sandbox");
        }
        // "EMPTYASNULL and NULL AS '' (empty string) produce the same behavior"
        emptyAsNull |= nullAs.isEmpty();
        if (nullAs.indexOf('\n') >= 0 || nullAs.indexOf('\r') >= 0) {
            throw SqlError.syntax("NULL AS cannot contain a newline");
        }
    }

    private void authorize() {
        if (authorization != null || accessKey != null) {
            throw SqlError.syntax("conflicting or redundant credentials");
        }
    }

    private void once(String clause) {
        if (!seen.add(clause)) {
            throw SqlError.syntax("conflicting or redundant options");
        }
    }

    private static String argument(SqlCursor cursor) {
        cursor.accept("as");
        return cursor.string();
    }

    private static int number(SqlCursor cursor, String clause, int least, int most) {
        cursor.accept("as");
        SqlToken token = cursor.peek();
        long value = token != null && token.kind() == SqlToken.Kind.STRING ? parse(cursor.string()) : cursor.integer();
        if (value < least || value > most) {
            throw SqlError.syntax(clause + " must be between " + least + " and " + most);
        }
        return (int) value;
    }

    private static long parse(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw SqlError.syntaxAt(text);
        }
    }

    private static char character(String text, String clause) {
        if (text.length() != 1 || text.charAt(0) > 127 || text.charAt(0) == '\n' || text.charAt(0) == '\r') {
            throw SqlError.syntax(clause + " must be a single ASCII character");
        }
        return text.charAt(0);
    }

    private static Authorization credentials(String text) {
        Map<String, String> parts = new HashMap<>();
        for (String part : text.split(";")) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals).strip();
            if (equals < 0
                    || !Set.of("aws_iam_role", "aws_access_key_id", "aws_secret_access_key", "token")
                            .contains(name)
                    || parts.put(name, part.substring(equals + 1).strip()) != null) {
                throw invalidCredentials();
            }
        }
        boolean role = parts.containsKey("aws_iam_role");
        boolean keys = parts.containsKey("aws_access_key_id") && parts.containsKey("aws_secret_access_key");
        if (role == keys || role && parts.size() > 1) {
            throw invalidCredentials();
        }
        return new Authorization(
                parts.get("aws_iam_role"),
                parts.get("aws_access_key_id"),
                parts.get("aws_secret_access_key"),
                parts.get("token"));
    }

    private static SqlError invalidCredentials() {
        return SqlError.syntax("Invalid credentials. Must be of the format: credentials 'aws_iam_role=...' or"
                + " 'aws_access_key_id=...;aws_secret_access_key=...[;token=...]'");
    }

    /** The table's name as SQL, quoted and qualified as in the statement. */
    String table() {
        return table;
    }

    /** The columns listed, folded; empty means all. */
    List<String> columns() {
        return columns;
    }

    String bucket() {
        return bucket;
    }

    String key() {
        return key;
    }

    String url() {
        return "s3://" + bucket + "/" + key;
    }

    Authorization authorization() {
        return authorization;
    }

    byte quote() {
        return (byte) quote;
    }

    byte delimiter() {
        return (byte) delimiter;
    }

    Compression compression() {
        return compression;
    }

    boolean manifest() {
        return manifest;
    }

    String region() {
        return region;
    }

    byte[] nullAs() {
        return nullAs.getBytes(StandardCharsets.UTF_8);
    }

    boolean emptyAsNull() {
        return emptyAsNull;
    }

    boolean blanksAsNull() {
        return blanksAsNull;
    }

    boolean trimBlanks() {
        return trimBlanks;
    }

    boolean truncateColumns() {
        return truncateColumns;
    }

    /** What replaces an invalid character, or null if one is an error. */
    Character invalidCharacter() {
        return invalidCharacter;
    }

    boolean acceptAnyDate() {
        return acceptAnyDate;
    }

    String dateFormat() {
        return dateFormat;
    }

    String timeFormat() {
        return timeFormat;
    }

    int ignoreHeader() {
        return ignoreHeader;
    }

    int maxError() {
        return maxError;
    }

    boolean roundDecimals() {
        return roundDecimals;
    }

    boolean explicitIds() {
        return explicitIds;
    }

    boolean fillRecord() {
        return fillRecord;
    }

    boolean ignoreBlankLines() {
        return ignoreBlankLines;
    }

    boolean noLoad() {
        return noLoad;
    }
}
