package io.github.redshiftreplicator.sandbox;

import java.util.Map;
import java.util.TreeMap;

/** Replacements of stretches of one SQL text; what is not replaced stays as written. */
final class SqlEdits {

    private record Edit(int end, String text) {}

    private final String sql;
    private final TreeMap<Integer, Edit> edits = new TreeMap<>();

    SqlEdits(String sql) {
        this.sql = sql;
    }

    void replace(SqlToken token, String text) {
        replace(token.start(), token.end(), text);
    }

    void replace(int start, int end, String text) {
        edits.put(start, new Edit(end, text));
    }

    /** The edited text between two places of the original. */
    String text(int from, int to) {
        StringBuilder out = new StringBuilder(to - from + 64);
        int at = from;
        for (Map.Entry<Integer, Edit> entry : edits.subMap(from, to).entrySet()) {
            if (entry.getKey() < at) {
                continue;
            }
            out.append(sql, at, entry.getKey()).append(entry.getValue().text());
            at = entry.getValue().end();
        }
        return at < to ? out.append(sql, at, to).toString() : out.toString();
    }
}
