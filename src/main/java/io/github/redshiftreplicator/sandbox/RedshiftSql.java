package io.github.redshiftreplicator.sandbox;

import io.github.redshiftreplicator.sandbox.SqlToken.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads a statement as Redshift would and plans what is done with it: passed on to PostgreSQL with Redshift's words rewritten,
 * performed by the stand-in, or refused.
 */
final class RedshiftSql {

    private static final int LONGEST_IDENTIFIER = 127;
    private static final int LONGEST_BACKEND_IDENTIFIER = 63;

    /** Amazon Redshift Database Developer Guide, "Configuration reference"; those PostgreSQL has too. */
    private static final Set<String> SHARED_SETTINGS = Set.of(
            "datestyle",
            "extra_float_digits",
            "search_path",
            "statement_timeout",
            "timezone",
            "application_name",
            "client_encoding",
            "seed",
            "session_authorization");

    /** What a client may ask for and the stand-in relies on. */
    private static final Set<String> SHOWN_SETTINGS = Set.of(
            "transaction_read_only",
            "transaction_isolation",
            "standard_conforming_strings",
            "server_version",
            "intervalstyle",
            "bytea_output",
            "is_superuser");

    /** "extra_float_digits": -15 to 2. */
    private static final int MOST_FLOAT_DIGITS = 2;

    private static final int LEAST_FLOAT_DIGITS = -15;

    /** The same page; those only Redshift has. */
    private static final Set<String> REDSHIFT_SETTINGS = Set.of(
            "analyze_threshold_percent",
            "cast_super_null_on_error",
            "datashare_break_glass_session_var",
            "default_geometry_encoding",
            "describe_field_name_in_uppercase",
            "downcase_delimited_identifier",
            "enable_case_sensitive_identifier",
            "enable_case_sensitive_super_attribute",
            "enable_numeric_rounding",
            "enable_result_cache_for_session",
            "enable_vacuum_boost",
            "error_on_nondeterministic_update",
            "json_serialization_enable",
            "json_serialization_parse_nested_strings",
            "max_concurrency_scaling_clusters",
            "max_cursor_result_set_size",
            "mv_enable_aqmv_for_session",
            "navigate_super_null_on_error",
            "parse_super_null_on_error",
            "pg_federation_repeatable_read",
            "query_group",
            "spectrum_enable_pseudo_columns",
            "enable_spectrum_oid",
            "spectrum_query_maxerror",
            "stored_proc_log_min_messages",
            "use_fips_ssl",
            "wlm_query_slot_count",
            "query_cache_enabled",
            "autocommit");

    private static final Set<String> UNSUPPORTED_COMMANDS = Set.of(
            "savepoint",
            "release",
            "listen",
            "notify",
            "unlisten",
            "do",
            "cluster",
            "reindex",
            "checkpoint",
            "discard",
            "load",
            "security",
            "refresh",
            "reassign",
            "import",
            "values",
            "table",
            "move");

    private static final Set<String> COMMANDS = Set.of(
            "select",
            "with",
            "insert",
            "update",
            "delete",
            "merge",
            "begin",
            "start",
            "commit",
            "end",
            "rollback",
            "abort",
            "set",
            "show",
            "reset",
            "explain",
            "declare",
            "fetch",
            "close",
            "prepare",
            "execute",
            "deallocate",
            "create",
            "drop",
            "alter",
            "grant",
            "revoke",
            "lock",
            "analyze",
            "vacuum",
            "truncate",
            "copy",
            "unload",
            "comment",
            "call",
            "cancel");

    /**
     * What is done with a statement.
     *
     * @param original as the client wrote it
     * @param sql what PostgreSQL executes; may be several statements if not passed on
     * @param passes whether PostgreSQL answers it; otherwise the session executes {@code sql} or {@code copy} and answers the tag
     * @param tag the command's tag
     * @param copy the COPY to perform, or null
     * @param error why it is refused, or null
     * @param outsideTransaction the command's name if it must not run in a transaction block, or null
     * @param commits whether it commits the open transaction
     * @param controlsTransaction whether it begins or ends a transaction
     * @param caseSensitive what it sets {@code enable_case_sensitive_identifier} to, or null
     */
    record Plan(
            String original,
            String sql,
            boolean passes,
            String tag,
            CopyStatement copy,
            SqlError error,
            String outsideTransaction,
            boolean commits,
            boolean controlsTransaction,
            Boolean caseSensitive) {

        static Plan pass(String original, String sql) {
            return new Plan(original, sql, true, null, null, null, null, false, false, null);
        }

        static Plan script(String original, String sql, String tag) {
            return new Plan(original, sql, false, tag, null, null, null, false, false, null);
        }

        static Plan outside(String original, String sql, String tag, String command) {
            return new Plan(original, sql, false, tag, null, null, command, false, false, null);
        }

        static Plan committing(String original, String sql, String tag) {
            return new Plan(original, sql, false, tag, null, null, null, true, false, null);
        }

        static Plan copy(String original, CopyStatement copy) {
            return new Plan(original, "", false, "COPY", copy, null, null, false, false, null);
        }

        static Plan refused(String original, SqlError error) {
            return new Plan(original, "", false, null, null, error, null, false, false, null);
        }

        static Plan transaction(String original, String sql) {
            return new Plan(original, sql, true, null, null, null, null, false, true, null);
        }

        Plan settingCaseSensitive(boolean on) {
            return new Plan(
                    original, sql, passes, tag, copy, error, outsideTransaction, commits, controlsTransaction, on);
        }
    }

    private final String sql;
    private final List<SqlToken> tokens;
    private final boolean caseSensitive;
    private final SqlEdits edits;
    private final SqlCursor cursor;

    private RedshiftSql(String sql, List<SqlToken> tokens, SessionState state) {
        this.sql = sql;
        this.tokens = tokens;
        this.caseSensitive = state.caseSensitive();
        this.edits = new SqlEdits(sql);
        this.cursor = new SqlCursor(sql, tokens, caseSensitive);
    }

    /** Plans the one statement of a prepared string. */
    static Plan plan(String sql, SessionState state) {
        List<Plan> plans = plans(sql, state);
        if (plans.isEmpty()) {
            return Plan.pass(sql, "");
        }
        if (plans.size() > 1) {
            return Plan.refused(sql, SqlError.syntax("cannot insert multiple commands into a prepared statement"));
        }
        return plans.get(0);
    }

    /** Plans each statement of a simple query. */
    static List<Plan> plans(String sql, SessionState state) {
        List<Plan> plans = new ArrayList<>();
        List<List<SqlToken>> statements;
        try {
            statements = SqlToken.statements(SqlToken.scan(sql));
        } catch (SqlError e) {
            return List.of(Plan.refused(sql, e));
        }
        for (List<SqlToken> tokens : statements) {
            int from = tokens.get(0).start();
            String text = sql.substring(from, tokens.get(tokens.size() - 1).end());
            try {
                plans.add(new RedshiftSql(text, SqlToken.scan(text), state).plan());
            } catch (SqlError e) {
                plans.add(Plan.refused(text, e));
            }
        }
        return plans;
    }

    private Plan plan() {
        rewriteWords();
        PostgreSqlOnly.refuse(sql, tokens);
        LeaderNode.refuse(tokens);
        SqlToken first = tokens.get(0);
        if (first.is("(")) {
            return pass();
        }
        if (UNSUPPORTED_COMMANDS.contains(first.text())) {
            throw notSupported(first.text());
        }
        if (first.kind() != Kind.WORD || !COMMANDS.contains(first.text())) {
            throw SqlError.syntaxAt(cursor.written(first));
        }
        return switch (first.text()) {
            case "copy" -> Plan.copy(sql, CopyStatement.parse(sql, cursor));
            case "create" -> create();
            case "alter" -> alter();
            case "drop" -> drop();
            case "vacuum" -> vacuum();
            case "analyze" -> analyze();
            case "truncate" -> truncate();
            case "merge" -> merge();
            case "set", "reset", "show" -> setting();
            case "begin", "start", "commit", "end", "rollback", "abort" -> transaction();
            case "lock" -> lock();
            case "comment" -> comment();
            case "grant", "revoke" -> grant();
            case "unload", "call", "cancel" ->
                throw SqlError.unsupported(first.text().toUpperCase(Locale.ROOT) + " is not supported by the sandbox");
            default -> pass();
        };
    }

    private Plan pass() {
        return Plan.pass(sql, edits.text(0, sql.length()));
    }

    private SqlError notSupported(String command) {
        return SqlError.unsupported(
                "SQL command \"" + command.toUpperCase(Locale.ROOT) + "\" not supported on Redshift tables.");
    }

    // ---- words

    /** What is said differently anywhere in a statement. */
    private void rewriteWords() {
        DriverQueries.rewrite(tokens, edits);
        for (int i = 0; i < tokens.size(); i++) {
            SqlToken token = tokens.get(i);
            SqlToken before = i > 0 ? tokens.get(i - 1) : null;
            if (token.isName()) {
                checkLength(token);
            }
            if (token.kind() == Kind.QUOTED) {
                if (!caseSensitive && !token.text().equals(SqlToken.fold(token.text()))) {
                    edits.replace(token, SqlCursor.quote(SqlToken.fold(token.text())));
                }
            } else if (token.kind() == Kind.WORD) {
                rewriteWord(i, token, before);
            } else if (token.kind() == Kind.NUMBER && i + 1 < tokens.size()) {
                SqlToken after = tokens.get(i + 1);
                if (after.start() == token.end() && after.kind() == Kind.WORD) {
                    // PostgreSQL of today wants the space that Redshift does not
                    edits.replace(token, token.text() + " ");
                }
            }
        }
    }

    private void rewriteWord(int i, SqlToken token, SqlToken before) {
        boolean qualified = before != null && before.is(".");
        SqlToken after = i + 1 < tokens.size() ? tokens.get(i + 1) : null;
        switch (token.text()) {
            case "sysdate" -> {
                if (!qualified) {
                    edits.replace(token, "pg_catalog.sysdate()");
                }
            }
            case "nvl", "isnull" -> {
                if (!qualified && after != null && after.is("(")) {
                    edits.replace(token, "coalesce");
                }
            }
            case "max" -> {
                if (before != null
                        && before.is("(")
                        && i > 1
                        && tokens.get(i - 2).isAny("varchar", "nvarchar", "varying")) {
                    edits.replace(token, "65535");
                } else if (before != null
                        && before.is("(")
                        && i > 1
                        && tokens.get(i - 2).isAny("varbyte")) {
                    edits.replace(token, "1000000");
                }
            }
            case "nvarchar" -> {
                if (before != null && before.isAny("::", "as")) {
                    edits.replace(token, "varchar");
                }
            }
            case "pg_description", "pg_constraint", "pg_get_constraintdef" -> {
                // PostgreSQL's hold the stand-in's own notes and checks
                int from = qualified ? tokens.get(i - 2).start() : token.start();
                edits.replace(from, token.end(), "pg_internal." + token.text());
            }
            default -> {
                if (token.text().startsWith("#")) {
                    edits.replace(token, token.text().substring(1));
                }
            }
        }
    }

    /** Amazon Redshift Database Developer Guide, "Names and identifiers". */
    private static void checkLength(SqlToken token) {
        int length = token.text().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_IDENTIFIER) {
            throw new SqlError(
                    "42622",
                    "identifier \"" + token.text() + "\" exceeds the maximum length of " + LONGEST_IDENTIFIER
                            + " bytes");
        }
        if (length > LONGEST_BACKEND_IDENTIFIER) {
            throw SqlError.unsupported("identifier \"" + token.text() + "\" has more than " + LONGEST_BACKEND_IDENTIFIER
                    + " bytes, which Redshift accepts and the sandbox does not");
        }
    }

    // ---- merge

    /** Amazon Redshift Database Developer Guide, "MERGE". */
    private Plan merge() {
        cursor.expect("merge");
        cursor.expect("into");
        String target = cursor.qualifiedName();
        if (!cursor.at("using")) {
            throw SqlError.unsupported("MERGE does not support an alias for the target table");
        }
        cursor.expect("using");
        if (cursor.at("(")) {
            throw SqlError.unsupported("MERGE with a subquery as the source is not supported");
        }
        cursor.qualifiedName();
        if (!cursor.at("on")) {
            cursor.accept("as");
            cursor.identifier();
        }
        cursor.expect("on");
        mergeCondition();
        String rest = tokens.subList(cursor.position(), tokens.size()).stream()
                .map(SqlToken::text)
                .reduce("", (a, b) -> a + " " + b);
        if (cursor.at("remove", "duplicates")) {
            throw SqlError.unsupported("MERGE ... REMOVE DUPLICATES is not supported by the sandbox");
        }
        if (rest.contains(" do nothing") || rest.contains("not matched by source") || rest.contains(" matched and ")) {
            throw SqlError.syntax("syntax error in MERGE into " + target);
        }
        int matched = rest.indexOf("when matched then");
        if (matched < 0 || rest.indexOf("when not matched then insert") < matched) {
            throw SqlError.syntax("MERGE must specify both WHEN MATCHED and, behind it, WHEN NOT MATCHED");
        }
        return pass();
    }

    /** Redshift's condition compares source and target columns for equality, joined by AND. */
    private void mergeCondition() {
        while (!cursor.atEnd() && !cursor.at("when") && !cursor.at("remove")) {
            SqlToken token = cursor.next();
            if (token.isAny("<", ">", "!", "or", "like", "between", "in", "not", "is")) {
                throw SqlError.unsupported("MERGE supports only equality join conditions");
            }
        }
    }

    // ---- transactions and settings

    private Plan transaction() {
        for (SqlToken token : tokens) {
            if (token.is("savepoint") || token.is("to")) {
                throw notSupported("rollback to savepoint");
            }
            if (token.isAny("prepared", "chain")) {
                throw SqlError.syntaxAt(cursor.written(token));
            }
        }
        return Plan.transaction(sql, serializable());
    }

    /** Redshift accepts the four isolation levels and runs all of them as serializable. */
    private String serializable() {
        for (int i = 0; i + 2 < tokens.size(); i++) {
            if (tokens.get(i).is("isolation") && tokens.get(i + 1).is("level")) {
                boolean twoWords = tokens.get(i + 2).isAny("read", "repeatable");
                int end = i + 2 + (twoWords ? 1 : 0);
                if (end >= tokens.size()) {
                    throw SqlError.syntax("syntax error at end of input");
                }
                edits.replace(tokens.get(i + 2).start(), tokens.get(end).end(), "serializable");
            }
        }
        return edits.text(0, sql.length());
    }

    /** Amazon Redshift Database Developer Guide, "Configuration reference". */
    private Plan setting() {
        boolean set = cursor.next().is("set");
        if (cursor.atEnd()) {
            throw cursor.error();
        }
        if (cursor.accept("session") && cursor.at("characteristics") || cursor.at("transaction")) {
            return Plan.pass(sql, serializable());
        }
        if (cursor.at("local")) {
            throw SqlError.unsupported("SET LOCAL is not supported");
        }
        if (tokens.get(0).is("reset") && cursor.at("all")) {
            return pass().settingCaseSensitive(false);
        }
        if (cursor.accept("time", "zone")
                || cursor.at("all")
                || cursor.at("authorization")
                || cursor.at("transaction")) {
            return pass();
        }
        SqlToken name = cursor.next();
        if (REDSHIFT_SETTINGS.contains(name.text())) {
            edits.replace(name, "redshift." + name.text());
            Plan plan = pass();
            if (!name.text().equals("enable_case_sensitive_identifier")) {
                return plan;
            }
            if (!set) {
                return tokens.get(0).is("reset") ? plan.settingCaseSensitive(false) : plan;
            }
            if (!cursor.accept("to")) {
                cursor.expect("=");
            }
            SqlToken value = cursor.next();
            return plan.settingCaseSensitive(
                    Set.of("true", "on", "1", "yes", "t").contains(value.text().toLowerCase(Locale.ROOT)));
        }
        if (SHOWN_SETTINGS.contains(name.text())) {
            if (tokens.get(0).is("show")) {
                return pass();
            }
            throw new SqlError("55P02", "parameter \"" + name.text() + "\" cannot be changed");
        }
        if (set && name.is("extra_float_digits")) {
            checkFloatDigits();
        }
        if (!SHARED_SETTINGS.contains(name.text())) {
            throw new SqlError("42704", "unrecognized configuration parameter \"" + name.text() + "\"");
        }
        return pass();
    }

    private static long parse(String number) {
        try {
            return Long.parseLong(number.strip());
        } catch (NumberFormatException e) {
            throw SqlError.syntaxAt(number);
        }
    }

    private void checkFloatDigits() {
        if (!cursor.accept("to")) {
            cursor.expect("=");
        }
        if (cursor.accept("default")) {
            return;
        }
        SqlToken value = cursor.peek();
        boolean quoted = value != null && value.kind() == Kind.STRING;
        long digits = quoted ? parse(cursor.string()) : cursor.integer();
        if (digits < LEAST_FLOAT_DIGITS || digits > MOST_FLOAT_DIGITS) {
            throw new SqlError(
                    "22023",
                    digits + " is outside the valid range for parameter \"extra_float_digits\" (" + LEAST_FLOAT_DIGITS
                            + " .. " + MOST_FLOAT_DIGITS + ")");
        }
    }

    /** Amazon Redshift Database Developer Guide, "LOCK": ACCESS EXCLUSIVE, without modes. */
    private Plan lock() {
        for (SqlToken token : tokens) {
            if (token.isAny("in", "nowait")) {
                throw SqlError.syntaxAt(cursor.written(token));
            }
        }
        return pass();
    }

    // ---- tables

    private Plan create() {
        cursor.expect("create");
        if (cursor.at("table") || cursor.at("temp") || cursor.at("temporary") || cursor.at("local")) {
            if (!cursor.at("table") && cursor.peek(1) != null && !cursor.peek(1).isAny("table", "temp", "temporary")) {
                throw notSupported("create temporary " + cursor.peek(1).text());
            }
            boolean select = tokens.stream().anyMatch(t -> t.is("select"));
            return Plan.script(sql, new TableDdl(sql, cursor, edits).rewrite(), select ? "SELECT" : "CREATE TABLE");
        }
        if (cursor.at("index")
                || cursor.at("unique")
                || cursor.at("trigger")
                || cursor.at("rule")
                || cursor.at("extension")
                || cursor.at("tablespace")
                || cursor.at("sequence")
                || cursor.at("type")
                || cursor.at("domain")
                || cursor.at("aggregate")
                || cursor.at("operator")
                || cursor.at("cast")
                || cursor.at("collation")
                || cursor.at("conversion")
                || cursor.at("event")
                || cursor.at("foreign")
                || cursor.at("publication")
                || cursor.at("subscription")
                || cursor.at("statistics")
                || cursor.at("server")
                || cursor.at("unlogged")
                || cursor.at("global")
                || cursor.at("recursive")
                || cursor.at("policy")
                || cursor.at("language")
                || cursor.at("text")) {
            throw notSupported("create " + cursor.peek().text());
        }
        if (cursor.at("external")
                || cursor.at("materialized")
                || cursor.at("function")
                || cursor.at("procedure")
                || cursor.at("library")
                || cursor.at("model")
                || cursor.at("datashare")
                || cursor.at("database")
                || cursor.at("identity")
                || cursor.at("masking")
                || cursor.at("rls")) {
            throw SqlError.unsupported(
                    "CREATE " + cursor.peek().text().toUpperCase(Locale.ROOT) + " is not supported by the sandbox");
        }
        boolean replace = cursor.accept("or", "replace");
        if (cursor.accept("view")) {
            return view(replace);
        }
        if (replace || !(cursor.at("schema") || cursor.at("user") || cursor.at("group") || cursor.at("role"))) {
            throw cursor.error();
        }
        boolean schema = cursor.at("schema");
        if (!schema && cursor.peek(1) != null && cursor.peek(1).is("if")) {
            throw SqlError.syntaxAt("IF");
        }
        if (cursor.accept("role")) {
            // PostgreSQL takes users, groups and roles for the same
            String name = SqlCursor.quote(cursor.identifier());
            return Plan.script(sql, "CREATE ROLE " + name + "; COMMENT ON ROLE " + name + " IS 'role'", "CREATE ROLE");
        }
        return pass();
    }

    private Plan view(boolean replace) {
        if (!replace && cursor.at("if")) {
            throw cursor.error();
        }
        int size = tokens.size();
        if (size > 4
                && tokens.get(size - 1).is("binding")
                && tokens.get(size - 4).is("with")
                && tokens.get(size - 3).is("no")
                && tokens.get(size - 2).is("schema")) {
            throw SqlError.unsupported("WITH NO SCHEMA BINDING is not supported by the sandbox");
        }
        return pass();
    }

    private Plan drop() {
        cursor.expect("drop");
        if (cursor.at("index")
                || cursor.at("trigger")
                || cursor.at("rule")
                || cursor.at("extension")
                || cursor.at("sequence")
                || cursor.at("type")
                || cursor.at("domain")
                || cursor.at("tablespace")) {
            throw notSupported("drop " + cursor.peek().text());
        }
        return cursor.accept("table") ? dropTable() : pass();
    }

    /** Amazon Redshift Database Developer Guide, "DROP TABLE": RESTRICT is the default. */
    private Plan dropTable() {
        cursor.accept("if", "exists");
        List<String> tables = new ArrayList<>();
        do {
            tables.add(SqlCursor.literal(cursor.qualifiedName()));
        } while (cursor.accept(","));
        boolean cascade = cursor.accept("cascade");
        if (!cascade) {
            cursor.accept("restrict");
        }
        cursor.expectEnd();
        return cascade
                ? pass()
                : Plan.script(
                        sql,
                        "SELECT pg_internal.refuse_referenced(ARRAY[" + String.join(", ", tables) + "]); "
                                + edits.text(0, sql.length()),
                        "DROP TABLE");
    }

    /** Amazon Redshift Database Developer Guide, "COMMENT". Those of other objects than tables, views and columns are forgotten. */
    private Plan comment() {
        cursor.expect("comment");
        cursor.expect("on");
        boolean column = cursor.at("column");
        if (!column && !cursor.at("table") && !cursor.at("view")) {
            return Plan.script(sql, "", "COMMENT");
        }
        cursor.next();
        List<String> name = new ArrayList<>();
        do {
            name.add(cursor.identifier());
        } while (cursor.accept("."));
        String last = column ? name.remove(name.size() - 1) : null;
        if (name.isEmpty()) {
            throw cursor.error();
        }
        cursor.expect("is");
        String text = cursor.at("null")
                ? "NULL"
                : edits.text(cursor.peek().start(), cursor.peek().end());
        cursor.next();
        cursor.expectEnd();
        String table = String.join(".", name.stream().map(SqlCursor::quote).toList());
        return Plan.script(
                sql,
                "SELECT pg_internal.set_comment(" + SqlCursor.literal(table) + ", "
                        + (column ? SqlCursor.literal(last) : "NULL") + ", " + text + ")",
                "COMMENT");
    }

    /** Amazon Redshift Database Developer Guide, "GRANT": TO ROLE name, where PostgreSQL has the name alone. */
    private Plan grant() {
        for (int i = 1; i + 1 < tokens.size(); i++) {
            if (tokens.get(i).is("role") && tokens.get(i - 1).isAny("to", "from", ",")) {
                edits.replace(tokens.get(i), "");
            }
        }
        return pass();
    }

    private Plan alter() {
        cursor.expect("alter");
        if (!cursor.at("table")) {
            if (cursor.at("schema")
                    || cursor.at("user")
                    || cursor.at("group")
                    || cursor.at("default")
                    || cursor.at("role")) {
                return pass();
            }
            throw notSupported("alter " + cursor.next().text());
        }
        return alterTable();
    }

    /** Amazon Redshift Database Developer Guide, "ALTER TABLE" and "ALTER TABLE APPEND". */
    private Plan alterTable() {
        cursor.expect("table");
        if (cursor.at("if") || cursor.at("only")) {
            throw cursor.error();
        }
        String table = cursor.qualifiedName();
        if (cursor.accept("append")) {
            cursor.expect("from");
            String source = cursor.qualifiedName();
            boolean ignoreExtra = cursor.accept("ignoreextra");
            boolean fillTarget = !ignoreExtra && cursor.accept("filltarget");
            cursor.expectEnd();
            return Plan.outside(
                    sql,
                    "SELECT pg_internal.append_table(" + SqlCursor.literal(table) + ", " + SqlCursor.literal(source)
                            + ", " + ignoreExtra + ", " + fillTarget + ")",
                    "ALTER TABLE APPEND",
                    "ALTER TABLE APPEND");
        }
        if (cursor.accept("add")) {
            return alterAdd(table);
        }
        if (cursor.accept("alter")) {
            return alterColumn(table);
        }
        if (cursor.accept("rename")) {
            return rename();
        }
        if (cursor.accept("owner", "to")) {
            cursor.identifier();
            cursor.expectEnd();
            return pass();
        }
        if (cursor.accept("drop", "constraint")) {
            return dropConstraint(table);
        }
        if (cursor.accept("drop")) {
            return dropColumn(table);
        }
        throw cursor.error();
    }

    private Plan rename() {
        if (!cursor.accept("to")) {
            cursor.expect("column");
            cursor.identifier();
            cursor.expect("to");
            cursor.columnName();
        } else if (cursor.peek() != null && cursor.peek().text().startsWith("#")) {
            // "You can't rename a permanent table to a name that begins with '#'."
            throw cursor.error();
        } else {
            cursor.identifier();
        }
        cursor.expectEnd();
        return pass();
    }

    private Plan dropColumn(String table) {
        cursor.accept("column");
        String name = cursor.identifier();
        boolean cascade = cursor.accept("cascade");
        if (!cascade) {
            cursor.accept("restrict");
        }
        cursor.expectEnd();
        return Plan.script(
                sql,
                "SELECT pg_internal.drop_column(" + SqlCursor.literal(table) + ", " + SqlCursor.literal(name) + ", "
                        + cascade + ")",
                "ALTER TABLE");
    }

    private Plan alterAdd(String table) {
        if (KeyConstraint.begins(cursor) || cursor.at("check") || cursor.at("exclude")) {
            return addConstraint(table);
        }
        cursor.accept("column");
        if (cursor.at("if")) {
            throw cursor.error();
        }
        String name = cursor.columnName();
        RedshiftType type = RedshiftType.parse(cursor, table.replace("\"", "") + "." + name);
        StringBuilder column =
                new StringBuilder(SqlCursor.quote(name)).append(' ').append(type.sql());
        boolean notNull = false;
        boolean defaulted = false;
        String encoding = null;
        while (!cursor.atEnd()) {
            if (cursor.accept("not", "null")) {
                notNull = true;
            } else if (cursor.accept("null")) {
                continue;
            } else if (cursor.accept("encode")) {
                encoding = TableDdl.encoding(cursor);
            } else if (cursor.accept("default")) {
                int from = cursor.peek() == null ? sql.length() : cursor.peek().start();
                int to = from;
                while (!cursor.atEnd() && !cursor.at("not") && !cursor.at("encode") && !cursor.at("collate")) {
                    to = cursor.next().end();
                }
                column.append(" DEFAULT ").append(edits.text(from, to));
                defaulted = true;
            } else if (cursor.at("identity")
                    || cursor.at("unique")
                    || cursor.at("primary")
                    || cursor.at("references")) {
                throw SqlError.unsupported("ALTER TABLE ADD COLUMN does not support "
                        + cursor.peek().text().toUpperCase(Locale.ROOT));
            } else {
                throw cursor.error();
            }
        }
        if (notNull && !defaulted) {
            throw new SqlError(
                    "42P16", "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression");
        }
        return Plan.script(
                sql,
                "ALTER TABLE " + table + " ADD COLUMN " + column + (notNull ? " NOT NULL" : "")
                        + "; SELECT pg_internal.note_column("
                        + SqlCursor.literal(table) + ", " + SqlCursor.literal(name) + ", "
                        + SqlCursor.literal(encoding == null ? "{}" : "{\"encode\":\"" + encoding + "\"}")
                        + ") , pg_internal.add_byte_checks(" + SqlCursor.literal(table) + ")",
                "ALTER TABLE");
    }

    /** Amazon Redshift Database Developer Guide, "ALTER TABLE", ADD table_constraint. */
    private Plan addConstraint(String table) {
        KeyConstraint constraint = KeyConstraint.ofTable(cursor);
        cursor.expectEnd();
        return Plan.script(
                sql,
                "SELECT pg_internal.add_constraint(" + SqlCursor.literal(table) + ", "
                        + SqlCursor.literal(constraint.json()) + ", true)",
                "ALTER TABLE");
    }

    private Plan dropConstraint(String table) {
        String name = cursor.identifier();
        if (!cursor.accept("cascade")) {
            cursor.accept("restrict");
        }
        cursor.expectEnd();
        return Plan.script(
                sql,
                "SELECT pg_internal.drop_constraint(" + SqlCursor.literal(table) + ", " + SqlCursor.literal(name) + ")",
                "ALTER TABLE");
    }

    private Plan alterColumn(String table) {
        for (String redshift : List.of("distkey", "diststyle", "sortkey", "compound", "encode")) {
            if (cursor.at(redshift)) {
                throw SqlError.unsupported(
                        "ALTER TABLE ALTER " + redshift.toUpperCase(Locale.ROOT) + " is not supported by the sandbox");
            }
        }
        cursor.accept("column");
        String name = cursor.identifier();
        if (cursor.accept("encode")) {
            String encoding = TableDdl.encoding(cursor);
            return Plan.script(
                    sql,
                    "SELECT pg_internal.note_column(" + SqlCursor.literal(table) + ", " + SqlCursor.literal(name) + ", "
                            + SqlCursor.literal("{\"encode\":\"" + encoding + "\"}") + ")",
                    "ALTER TABLE");
        }
        if (!cursor.accept("type")) {
            throw cursor.error();
        }
        RedshiftType type = RedshiftType.parse(cursor, table + "." + name);
        cursor.expectEnd();
        if (!type.sql().startsWith("character varying(")) {
            throw SqlError.unsupported("ALTER COLUMN TYPE is supported only for VARCHAR columns");
        }
        return Plan.outside(
                sql,
                "SELECT pg_internal.alter_varchar(" + SqlCursor.literal(table) + ", " + SqlCursor.literal(name) + ", "
                        + SqlCursor.literal(type.sql()) + ")",
                "ALTER TABLE",
                "ALTER TABLE ALTER COLUMN");
    }

    /** Amazon Redshift Database Developer Guide, "TRUNCATE": it commits the transaction it runs in. */
    private Plan truncate() {
        cursor.expect("truncate");
        cursor.accept("table");
        String table = cursor.qualifiedName();
        cursor.expectEnd();
        return Plan.committing(sql, "TRUNCATE TABLE " + table, "TRUNCATE TABLE");
    }

    /** Amazon Redshift Database Developer Guide, "VACUUM". */
    private Plan vacuum() {
        cursor.expect("vacuum");
        String kind = "full";
        if (cursor.accept("full")) {
            kind = "full";
        } else if (cursor.accept("sort", "only")) {
            kind = "sort only";
        } else if (cursor.accept("delete", "only")) {
            kind = "delete only";
        } else if (cursor.accept("reindex")) {
            kind = "reindex";
        } else if (cursor.accept("recluster")) {
            kind = "recluster";
        }
        String table = null;
        boolean threshold = false;
        if (!cursor.atEnd() && !cursor.at("to") && !cursor.at("boost")) {
            table = cursor.qualifiedName();
        }
        if (cursor.accept("to")) {
            long percent = cursor.integer();
            cursor.expect("percent");
            threshold = true;
            if (percent < 0 || percent > 100) {
                throw SqlError.syntax("VACUUM threshold must be between 0 and 100");
            }
            if (table == null) {
                throw SqlError.syntax("VACUUM with TO threshold PERCENT must name a table");
            }
            if (kind.equals("reindex")) {
                throw SqlError.syntax("TO threshold PERCENT cannot be used with REINDEX");
            }
        }
        boolean boost = cursor.accept("boost");
        cursor.expectEnd();
        if (boost && table == null) {
            throw SqlError.syntax("VACUUM with BOOST must name a table");
        }
        if (boost && kind.equals("reindex")) {
            throw SqlError.syntax("BOOST cannot be used with REINDEX");
        }
        if (table == null && (kind.equals("reindex") || kind.equals("recluster"))) {
            throw SqlError.syntax("VACUUM " + kind.toUpperCase(Locale.ROOT) + " must name a table");
        }
        String call = "SELECT pg_internal.vacuum_table(" + (table == null ? "NULL" : SqlCursor.literal(table)) + ", "
                + SqlCursor.literal(kind) + ")";
        return Plan.outside(sql, call, "VACUUM", "VACUUM");
    }

    /** Amazon Redshift Database Developer Guide, "ANALYZE". */
    private Plan analyze() {
        cursor.expect("analyze");
        if (cursor.at("compression")) {
            throw SqlError.unsupported("ANALYZE COMPRESSION is not supported by the sandbox");
        }
        cursor.accept("verbose");
        if (cursor.atEnd()) {
            return Plan.script(sql, "SELECT pg_internal.analyze_table(NULL)", "ANALYZE");
        }
        String table = cursor.qualifiedName();
        String columns = "";
        if (cursor.at("(")) {
            List<String> names = cursor.identifiers();
            columns = " ("
                    + String.join(", ", names.stream().map(SqlCursor::quote).toList()) + ")";
        }
        if (!cursor.accept("predicate", "columns")) {
            cursor.accept("all", "columns");
        }
        cursor.expectEnd();
        return Plan.script(
                sql,
                "ANALYZE " + table + columns + "; SELECT pg_internal.analyze_table(" + SqlCursor.literal(table) + ")",
                "ANALYZE");
    }
}
