package io.github.redshiftreplicator.sandbox;

import io.github.redshiftreplicator.sandbox.SqlToken.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds what PostgreSQL would take anywhere in a statement and Redshift does not (Amazon Redshift Database Developer Guide,
 * "Amazon Redshift and PostgreSQL" and the commands' own syntax).
 */
final class PostgreSqlOnly {

    /** "Unsupported PostgreSQL data types", those that a value can be cast to. */
    private static final Set<String> TYPES =
            Set.of("json", "jsonb", "uuid", "bytea", "money", "inet", "cidr", "macaddr", "xml", "hstore");

    /**
     * "Unsupported PostgreSQL functions". GENERATE_SERIES, which is among them, is none here: it does run on the leader node, and
     * the page says so of functions like it.
     */
    private static final Set<String> FUNCTIONS = Set.of(
            "string_agg",
            "array_agg",
            "every",
            "xmlagg",
            "corr",
            "covar_pop",
            "covar_samp",
            "regr_avgx",
            "regr_avgy",
            "regr_count",
            "regr_intercept",
            "regr_r2",
            "regr_slope",
            "regr_sxx",
            "regr_sxy",
            "regr_syy",
            "clock_timestamp",
            "justify_days",
            "justify_hours",
            "justify_interval",
            "pg_sleep",
            "transaction_timestamp",
            "div",
            "setseed",
            "width_bucket",
            "generate_subscripts",
            "bit_length",
            "overlay",
            "convert_from",
            "convert_to",
            "encode",
            "format",
            "quote_nullable",
            "regexp_matches",
            "regexp_split_to_array",
            "regexp_split_to_table",
            "current_query",
            "inet_client_addr",
            "inet_client_port",
            "inet_server_addr",
            "inet_server_port",
            "pg_conf_load_time",
            "pg_listening_channels",
            "pg_my_temp_schema",
            "pg_postmaster_start_time",
            "pg_trigger_depth",
            "pg_advisory_lock",
            "pg_advisory_xact_lock",
            "pg_try_advisory_lock",
            "pg_try_advisory_xact_lock",
            "pg_advisory_unlock",
            "pg_relation_size",
            "pg_table_size",
            "pg_total_relation_size",
            "pg_database_size",
            "to_tsvector",
            "to_tsquery",
            "nextval",
            "currval",
            "lastval",
            "setval");

    /** "Unsupported PostgreSQL features": Redshift has no system columns, but for the oid of its catalog's tables. */
    static final Set<String> SYSTEM_COLUMNS = Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

    private final String sql;
    private final List<SqlToken> tokens;
    private final Deque<Boolean> casts = new ArrayDeque<>();

    private PostgreSqlOnly(String sql, List<SqlToken> tokens) {
        this.sql = sql;
        this.tokens = tokens;
    }

    /** Throws the error that Redshift would answer with. */
    static void refuse(String sql, List<SqlToken> tokens) {
        new PostgreSqlOnly(sql, tokens).refuse();
    }

    private void refuse() {
        if (at(0, "prepare", "transaction")) {
            throw SqlError.unsupported("SQL command \"PREPARE TRANSACTION\" not supported on Redshift tables.");
        }
        if (at(0, "explain") && any(1, "analyze", "(")) {
            throw syntaxAt(1);
        }
        for (int i = 0; i < tokens.size(); i++) {
            if (at(i, "(")) {
                casts.push(i > 0 && tokens.get(i - 1).is("cast"));
            } else if (at(i, ")")) {
                casts.poll();
            }
            refuseClause(i);
            refuseOfQuery(i);
            refuseSystemColumn(i);
            refuseFunction(i);
            refuseType(i);
        }
    }

    private void refuseClause(int i) {
        boolean modifiesInWith = at(i, "as", "(") && any(i + 2, "insert", "update", "delete", "merge");
        boolean fetches = i > 0 && at(i, "fetch") && any(i + 1, "first", "next");
        boolean checks = at(0, "create") && at(i, "with") && any(tokens.size() - 2, "check");
        if (fetches
                || checks && at(tokens.size() - 1, "option")
                || any(i, "returning", "tablesample", "overriding")
                || at(i, "on", "conflict")
                || at(i, "filter", "(", "where")) {
            throw syntaxAt(i);
        }
        if (modifiesInWith || at(i, "is", "distinct") || at(i, "(", "values", "(")) {
            throw syntaxAt(modifiesInWith ? i + 2 : i + 1);
        }
        if (at(i, "is", "not", "distinct")) {
            throw syntaxAt(i + 2);
        }
        if (at(i, "for") && any(i + 1, "update", "share", "no", "key")) {
            throw SqlError.unsupported(
                    "SELECT FOR " + tokens.get(i + 1).text().toUpperCase(Locale.ROOT) + " is not supported");
        }
        if (at(i, "distinct", "on")) {
            throw SqlError.unsupported("SELECT DISTINCT ON is not supported");
        }
    }

    /** "WITH clause": it may begin a SELECT, an UPDATE and a DELETE. */
    private void refuseOfQuery(int i) {
        if (!casts.isEmpty() || !any(0, "select", "with")) {
            return;
        }
        if (any(i, "insert", "merge") && at(i + 1, "into")) {
            throw syntaxAt(i);
        }
        if (at(i, "into")) {
            throw SqlError.unsupported("SELECT INTO is not supported by the sandbox");
        }
    }

    private void refuseSystemColumn(int i) {
        if (tokens.get(i).kind() == Kind.WORD
                && SYSTEM_COLUMNS.contains(tokens.get(i).text())) {
            throw new SqlError("42703", "column \"" + tokens.get(i).text() + "\" does not exist");
        }
    }

    private void refuseFunction(int i) {
        boolean called = tokens.get(i).kind() == Kind.WORD && at(i + 1, "(");
        boolean named = i > 0 && any(i - 1, "table", "into", "exists", "references", ".") && !at(i - 2, "pg_catalog");
        if (called && !named && FUNCTIONS.contains(tokens.get(i).text())) {
            throw new SqlError("42883", "function " + tokens.get(i).text() + " does not exist");
        }
    }

    private void refuseType(int i) {
        boolean cast = at(i, "::") || at(i, "as") && Boolean.TRUE.equals(casts.peek());
        if (cast && i + 1 < tokens.size() && TYPES.contains(tokens.get(i + 1).text())) {
            throw new SqlError("42704", "type \"" + tokens.get(i + 1).text() + "\" does not exist");
        }
    }

    private boolean at(int from, String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!any(from + i, words[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean any(int i, String... words) {
        return i >= 0 && i < tokens.size() && tokens.get(i).isAny(words);
    }

    private SqlError syntaxAt(int i) {
        SqlToken token = tokens.get(i);
        return SqlError.syntaxAt(sql.substring(token.start(), token.end()));
    }
}
