package io.github.redshiftreplicator.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One token of an SQL text, with its place in the text. Comments and white space yield no tokens.
 *
 * @param kind what it is
 * @param text a word in lower case, a quoted identifier or a string without its quotes, anything else as written
 * @param start its first character's index in the text
 * @param end the index after its last character
 */
record SqlToken(Kind kind, String text, int start, int end) {
    private static final Pattern CAPITALS = Pattern.compile("[A-Z]+");

    enum Kind {
        WORD,
        QUOTED,
        STRING,
        NUMBER,
        PARAMETER,
        SYMBOL
    }

    boolean is(String word) {
        return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equals(word);
    }

    boolean isAny(String... words) {
        for (String word : words) {
            if (is(word)) {
                return true;
            }
        }
        return false;
    }

    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED;
    }

    /** A name as Redshift folds it, which is its ASCII letters alone ("Names and identifiers"). */
    static String fold(String name) {
        return CAPITALS.matcher(name).replaceAll(capitals -> capitals.group().toLowerCase(Locale.ROOT));
    }

    /** All tokens of the text; an unterminated string, identifier or comment is a syntax error. */
    static List<SqlToken> scan(String sql) {
        List<SqlToken> tokens = new ArrayList<>();
        int length = sql.length();
        int i = 0;
        while (i < length) {
            char c = sql.charAt(i);
            if (Character.isWhitespace(c)) {
                i++;
            } else if (c == '-' && sql.startsWith("--", i)) {
                i = endOfLine(sql, i);
            } else if (c == '/' && sql.startsWith("/*", i)) {
                i = endOfComment(sql, i);
            } else if (c == '\'') {
                i = string(sql, i, i, true, tokens);
            } else if ((c == 'e' || c == 'E' || c == 'x' || c == 'X' || c == 'b' || c == 'B' || c == 'n' || c == 'N')
                    && i + 1 < length
                    && sql.charAt(i + 1) == '\'') {
                i = string(sql, i, i + 1, true, tokens);
            } else if (c == '"') {
                i = quoted(sql, i, tokens);
            } else if (c == '$' && i + 1 < length && Character.isDigit(sql.charAt(i + 1))) {
                int end = i + 1;
                while (end < length && Character.isDigit(sql.charAt(end))) {
                    end++;
                }
                tokens.add(new SqlToken(Kind.PARAMETER, sql.substring(i, end), i, end));
                i = end;
            } else if (c == '$' && dollarTag(sql, i) != null) {
                String tag = dollarTag(sql, i);
                int close = sql.indexOf(tag, i + tag.length());
                if (close < 0) {
                    throw SqlError.syntax("unterminated dollar-quoted string");
                }
                int end = close + tag.length();
                tokens.add(new SqlToken(Kind.STRING, sql.substring(i + tag.length(), close), i, end));
                i = end;
            } else if (isWordStart(c)) {
                int end = i + 1;
                while (end < length && isWordPart(sql.charAt(end))) {
                    end++;
                }
                tokens.add(new SqlToken(Kind.WORD, fold(sql.substring(i, end)), i, end));
                i = end;
            } else if (Character.isDigit(c)) {
                int end = endOfNumber(sql, i);
                tokens.add(new SqlToken(Kind.NUMBER, sql.substring(i, end), i, end));
                i = end;
            } else if (c == ':' && sql.startsWith("::", i)) {
                tokens.add(new SqlToken(Kind.SYMBOL, "::", i, i + 2));
                i += 2;
            } else {
                tokens.add(new SqlToken(Kind.SYMBOL, String.valueOf(c), i, i + 1));
                i++;
            }
        }
        return tokens;
    }

    /** The tokens of each statement of a text, in order; empty statements are left out. */
    static List<List<SqlToken>> statements(List<SqlToken> tokens) {
        List<List<SqlToken>> statements = new ArrayList<>();
        List<SqlToken> current = new ArrayList<>();
        for (SqlToken token : tokens) {
            if (token.is(";")) {
                if (!current.isEmpty()) {
                    statements.add(current);
                    current = new ArrayList<>();
                }
            } else {
                current.add(token);
            }
        }
        if (!current.isEmpty()) {
            statements.add(current);
        }
        return statements;
    }

    private static boolean isWordStart(char c) {
        return Character.isLetter(c) || c == '_' || c == '#' || c > 127;
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c > 127;
    }

    /** Digits, a fraction and an exponent; a word may follow without a space, as in {@code 1WHEN}. */
    private static int endOfNumber(String sql, int start) {
        int end = digits(sql, start);
        if (end < sql.length() && sql.charAt(end) == '.') {
            end = digits(sql, end + 1);
        }
        if (end < sql.length() && (sql.charAt(end) == 'e' || sql.charAt(end) == 'E')) {
            int exponent = end + 1;
            if (exponent < sql.length() && (sql.charAt(exponent) == '+' || sql.charAt(exponent) == '-')) {
                exponent++;
            }
            int after = digits(sql, exponent);
            if (after > exponent) {
                end = after;
            }
        }
        return end;
    }

    private static int digits(String sql, int start) {
        int end = start;
        while (end < sql.length() && Character.isDigit(sql.charAt(end))) {
            end++;
        }
        return end;
    }

    private static String dollarTag(String sql, int start) {
        int end = start + 1;
        while (end < sql.length() && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
            end++;
        }
        return end < sql.length() && sql.charAt(end) == '$' ? sql.substring(start, end + 1) : null;
    }

    private static int endOfLine(String sql, int start) {
        int end = start;
        while (end < sql.length() && sql.charAt(end) != '\n' && sql.charAt(end) != '\r') {
            end++;
        }
        return end;
    }

    private static int endOfComment(String sql, int start) {
        int depth = 0;
        int i = start;
        while (i < sql.length()) {
            if (sql.startsWith("/*", i)) {
                depth++;
                i += 2;
            } else if (sql.startsWith("*/", i)) {
                depth--;
                i += 2;
                if (depth == 0) {
                    return i;
                }
            } else {
                i++;
            }
        }
        throw SqlError.syntax("unterminated /* comment");
    }

    private static int quoted(String sql, int start, List<SqlToken> tokens) {
        StringBuilder name = new StringBuilder();
        int i = start + 1;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (c == '"') {
                if (i + 1 < sql.length() && sql.charAt(i + 1) == '"') {
                    name.append('"');
                    i += 2;
                    continue;
                }
                tokens.add(new SqlToken(Kind.QUOTED, name.toString(), start, i + 1));
                return i + 1;
            }
            name.append(c);
            i++;
        }
        throw SqlError.syntax("unterminated quoted identifier");
    }

    /** Redshift reads backslash escapes in every string literal, as PostgreSQL 8.0 did. */
    private static int string(String sql, int start, int quote, boolean escapes, List<SqlToken> tokens) {
        StringBuilder value = new StringBuilder();
        int i = quote + 1;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (c == '\'') {
                if (i + 1 < sql.length() && sql.charAt(i + 1) == '\'') {
                    value.append('\'');
                    i += 2;
                    continue;
                }
                tokens.add(new SqlToken(Kind.STRING, value.toString(), start, i + 1));
                return i + 1;
            }
            if (escapes && c == '\\' && i + 1 < sql.length()) {
                i = escape(sql, i, value);
                continue;
            }
            value.append(c);
            i++;
        }
        throw SqlError.syntax("unterminated quoted string");
    }

    /** An unknown escape keeps its backslash, so that both {@code '\N'} and {@code '\\N'} name COPY's null marker. */
    private static int escape(String sql, int start, StringBuilder value) {
        char c = sql.charAt(start + 1);
        switch (c) {
            case 't' -> value.append('\t');
            case 'n' -> value.append('\n');
            case 'r' -> value.append('\r');
            case 'b' -> value.append('\b');
            case 'f' -> value.append('\f');
            case '\\' -> value.append('\\');
            case '\'' -> value.append('\'');
            default -> {
                int end = start + 1;
                int code = 0;
                while (end < sql.length() && end < start + 4 && sql.charAt(end) >= '0' && sql.charAt(end) <= '7') {
                    code = code * 8 + sql.charAt(end) - '0';
                    end++;
                }
                if (end > start + 1) {
                    value.append((char) code);
                    return end;
                }
                value.append('\\').append(c);
            }
        }
        return start + 2;
    }
}
