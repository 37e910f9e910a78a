package io.github.redshiftreplicator.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table's name, with or without its schema, exactly as spelled: not quoted, not folded.
 *
 * @param schema the schema, empty if the database's search path decides
 * @param name the bare name, never blank
 */
public record TableName(Optional<String> schema, String name) {
    public TableName {
        if (name.isBlank()) {
            throw new IllegalArgumentException("A table's name must not be blank.");
        }
    }

    /**
     * Parses {@code name} or {@code schema.name}. A part that itself contains a dot is written in double quotes; a
     * double quote inside quotes is doubled, as in SQL.
     *
     * @throws IllegalArgumentException if the text is not one or two such parts
     */
    public static TableName parse(String text) {
        List<String> parts = parts(text);
        return switch (parts.size()) {
            case 1 -> new TableName(Optional.empty(), parts.get(0));
            case 2 -> new TableName(Optional.of(parts.get(0)), parts.get(1));
            default ->
                throw new IllegalArgumentException("'" + text
                        + "' is not a table's name: write name or schema.name, with double quotes around a part that has a"
                        + " dot in it.");
        };
    }

    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                part.append(c);
                i++;
            } else if (c == '"' && (quoted || part.length() == 0)) {
                quoted = !quoted;
            } else if (c == '.' && !quoted) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        if (quoted || parts.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a table's name: a part of it is empty or a quote is" + " not closed.");
        }
        return parts;
    }

    /** This name with every part quoted for SQL by the given quote character. */
    public String quoted(char quote) {
        return schema.map(s -> quote(s, quote) + ".").orElse("") + quote(name, quote);
    }

    /** One identifier quoted for SQL; the quote character inside it is doubled. The only place that quotes names. */
    public static String quote(String identifier, char quote) {
        String q = String.valueOf(quote);
        return q + identifier.replace(q, q + q) + q;
    }

    /** The text that {@link #parse} reads back. */
    @Override
    public String toString() {
        return schema.map(s -> plain(s) + ".").orElse("") + plain(name);
    }

    private static String plain(String part) {
        return part.indexOf('.') >= 0 || part.indexOf('"') >= 0 ? quote(part, '"') : part;
    }
}
