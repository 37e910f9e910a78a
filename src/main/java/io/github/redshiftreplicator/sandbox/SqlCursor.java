package io.github.redshiftreplicator.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Walks over a statement's tokens and knows what a syntax error reads like. */
final class SqlCursor {

    /** Amazon Redshift Database Developer Guide, "Reserved words": no names unless they stand in quotes. */
    private static final Set<String> RESERVED = Set.of("""
            aes128 aes256 all allowoverwrite analyse analyze and any array as asc authorization az64 backup between binary
            blanksasnull both bytedict bzip2 case cast check collate column constraint create credentials cross
            current_date current_time current_timestamp current_user current_user_id default deferrable deflate defrag
            delta delta32k desc disable distinct do else emptyasnull enable encode encrypt encryption end except explicit
            false for foreign freeze from full globaldict256 globaldict64k grant group gzip having identity ignore ilike
            in initially inner intersect interval into is isnull join leading left like limit localtime localtimestamp lun
            luns lzo lzop minus mostly16 mostly32 mostly8 natural new not notnull null nulls off offline offset oid old on
            only open or order outer overlaps parallel partition percent permissions pivot placing primary raw readratio
            recover references rejectlog resort respect restore right select session_user similar snapshot some sysdate
            system table tag tdes text255 text32k then timestamp to top trailing true truncatecolumns union unique unnest
            unpivot user using verbose wallet when where with without
            """.strip().split("\\s+"));

    private final String sql;
    private final List<SqlToken> tokens;
    private final boolean caseSensitive;
    private int at;

    SqlCursor(String sql, List<SqlToken> tokens, boolean caseSensitive) {
        this.sql = sql;
        this.tokens = tokens;
        this.caseSensitive = caseSensitive;
    }

    boolean atEnd() {
        return at >= tokens.size();
    }

    SqlToken peek() {
        return atEnd() ? null : tokens.get(at);
    }

    SqlToken peek(int ahead) {
        return at + ahead < tokens.size() ? tokens.get(at + ahead) : null;
    }

    SqlToken next() {
        if (atEnd()) {
            throw SqlError.syntax("syntax error at end of input");
        }
        return tokens.get(at++);
    }

    int position() {
        return at;
    }

    boolean at(String... words) {
        for (int i = 0; i < words.length; i++) {
            SqlToken token = peek(i);
            if (token == null || !token.is(words[i])) {
                return false;
            }
        }
        return true;
    }

    boolean accept(String... words) {
        if (at(words)) {
            at += words.length;
            return true;
        }
        return false;
    }

    void expect(String... words) {
        for (String word : words) {
            if (!accept(word)) {
                throw error();
            }
        }
    }

    SqlError error() {
        SqlToken token = peek();
        return token == null ? SqlError.syntax("syntax error at end of input") : SqlError.syntaxAt(written(token));
    }

    void expectEnd() {
        if (!atEnd()) {
            throw error();
        }
    }

    String written(SqlToken token) {
        return sql.substring(token.start(), token.end());
    }

    String string() {
        SqlToken token = peek();
        if (token == null || token.kind() != SqlToken.Kind.STRING) {
            throw error();
        }
        at++;
        return token.text();
    }

    long integer() {
        boolean negative = accept("-");
        SqlToken token = peek();
        if (token == null || token.kind() != SqlToken.Kind.NUMBER) {
            throw error();
        }
        at++;
        try {
            long value = Long.parseLong(token.text());
            return negative ? -value : value;
        } catch (NumberFormatException e) {
            throw SqlError.syntaxAt(token.text());
        }
    }

    /** An identifier, folded as Redshift folds it. */
    String identifier() {
        SqlToken token = peek();
        boolean reserved = token != null && token.kind() == SqlToken.Kind.WORD && RESERVED.contains(token.text());
        if (token == null || !token.isName() || reserved) {
            throw error();
        }
        at++;
        return fold(token);
    }

    /** A name for a column that is to be, which is no system column's. */
    String columnName() {
        String name = identifier();
        if (name.equals("oid") || PostgreSqlOnly.SYSTEM_COLUMNS.contains(name)) {
            throw new SqlError("42701", "column name \"" + name + "\" conflicts with a system column name");
        }
        return name;
    }

    String fold(SqlToken token) {
        if (token.kind() == SqlToken.Kind.WORD) {
            return token.text().startsWith("#") ? token.text().substring(1) : token.text();
        }
        return caseSensitive ? token.text() : SqlToken.fold(token.text());
    }

    /** A name of up to three parts (database.schema.table), as SQL; the database is left out. */
    String qualifiedName() {
        List<String> parts = new ArrayList<>();
        do {
            parts.add(quote(identifier()));
        } while (accept("."));
        if (parts.size() > 3) {
            throw SqlError.syntax("improper qualified name (too many dotted names): " + String.join(".", parts));
        }
        return String.join(".", parts.size() == 3 ? parts.subList(1, 3) : parts);
    }

    /** Identifiers in parentheses. */
    List<String> identifiers() {
        expect("(");
        List<String> names = new ArrayList<>();
        do {
            names.add(identifier());
        } while (accept(","));
        expect(")");
        return names;
    }

    /** Skips tokens up to, not including, the parenthesis that closes the current level or a comma in it. */
    void skipItem() {
        int depth = 0;
        while (!atEnd()) {
            SqlToken token = peek();
            if (depth == 0 && token.isAny(",", ")")) {
                return;
            }
            if (token.is("(")) {
                depth++;
            } else if (token.is(")")) {
                depth--;
            }
            at++;
        }
    }

    static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    static String literal(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
