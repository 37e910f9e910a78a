package io.github.redshiftreplicator.sandbox;

import io.github.redshiftreplicator.sandbox.Wire.Body;
import io.github.redshiftreplicator.sandbox.Wire.Message;
import io.github.redshiftreplicator.sandbox.Wire.Reader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns PostgreSQL's errors and parameters into what Redshift says in the same case. */
final class RedshiftErrors {

    /** The version that Redshift reports of the PostgreSQL it descends from. */
    static final String SERVER_VERSION = "8.0.2";

    private static final Pattern LENGTH_CHECK = Pattern.compile("^rs_bytes_(varchar|char|varbyte)_(\\d+)_");

    private RedshiftErrors() {}

    static Message parameterStatus(Message message) {
        Reader reader = message.reader();
        String name = reader.string();
        return name.equals("server_version")
                ? new Message(
                        'S', new Body().string(name).string(SERVER_VERSION).toBytes())
                : message;
    }

    static Message translate(Message message) {
        Map<Character, String> fields = new LinkedHashMap<>();
        Reader reader = message.reader();
        while (reader.remaining() > 1) {
            char type = (char) reader.int8();
            fields.put(type, reader.string());
        }
        switch (fields.getOrDefault('C', "")) {
            case "40001" -> serializable(fields);
            case "23514" -> tooLong(fields);
            case "428C9" -> identity(fields);
            case "21000" -> duplicates(fields);
            default -> {
                return message;
            }
        }
        Body body = new Body();
        fields.forEach((type, value) -> body.int8(type).string(value));
        return new Message('E', body.int8(0).toBytes());
    }

    private static void serializable(Map<Character, String> fields) {
        fields.put('M', "1023");
        fields.put(
                'D', "Serializable isolation violation on table - 0, transactions forming the cycle are: 0, 0 (pid:0)");
        fields.remove('H');
    }

    private static void tooLong(Map<Character, String> fields) {
        Matcher matcher = LENGTH_CHECK.matcher(fields.getOrDefault('n', ""));
        if (matcher.find()) {
            String type =
                    switch (matcher.group(1)) {
                        case "varchar" -> "character varying";
                        case "char" -> "character";
                        default -> "varbyte";
                    };
            fields.put('C', "22001");
            fields.put('M', "value too long for type " + type + "(" + matcher.group(2) + ")");
            fields.remove('D');
        }
    }

    private static void duplicates(Map<Character, String> fields) {
        if (fields.getOrDefault('M', "").startsWith("MERGE command")) {
            fields.put('M', "Found multiple matches to update the same tuple.");
            fields.remove('H');
        }
    }

    private static void identity(Map<Character, String> fields) {
        fields.put('C', SqlError.NOT_SUPPORTED);
        fields.put('M', "cannot set an identity column to a value");
        fields.remove('D');
        fields.remove('H');
    }
}
