package io.github.redshiftreplicator.sandbox;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Refuses a function that runs on the leader node alone in a statement that reads what the compute nodes have (Amazon Redshift
 * Database Developer Guide, "SQL functions supported on the leader node"): users' tables and system tables and views. Those that
 * begin with PG and those of INFORMATION_SCHEMA are the leader node's own.
 */
final class LeaderNode {

    private static final Set<String> FUNCTIONS = Set.of(
            "current_schema",
            "current_schemas",
            "has_database_privilege",
            "has_schema_privilege",
            "has_table_privilege",
            "now");

    private final List<SqlToken> tokens;

    private LeaderNode(List<SqlToken> tokens) {
        this.tokens = tokens;
    }

    static void refuse(List<SqlToken> tokens) {
        LeaderNode statement = new LeaderNode(tokens);
        if (statement.calls() && statement.readsTables()) {
            throw SqlError.unsupported(
                    "Specified types or functions (one per INFO message) not supported on Redshift tables.");
        }
    }

    private boolean calls() {
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (FUNCTIONS.contains(tokens.get(i).text()) && is(i + 1, "(")) {
                return true;
            }
        }
        return false;
    }

    private boolean readsTables() {
        Set<String> withNames = withNames();
        for (int i = 0; i < tokens.size(); i++) {
            if ((is(i, "from") || is(i, "join")) && readsTables(i + 1, withNames)) {
                return true;
            }
        }
        return false;
    }

    private Set<String> withNames() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).isName() && is(i + 1, "as") && is(i + 2, "(")) {
                names.add(tokens.get(i).text());
            }
        }
        return names;
    }

    /** Whether a list of tables, each with an alias or none, has one of the compute nodes. */
    private boolean readsTables(int from, Set<String> withNames) {
        int i = from;
        while (i < tokens.size() && tokens.get(i).isName()) {
            String schema = "";
            String name = tokens.get(i).text();
            while (is(i + 1, ".") && i + 2 < tokens.size()) {
                schema = name;
                i += 2;
                name = tokens.get(i).text();
            }
            i++;
            boolean function = is(i, "(");
            boolean catalog = name.startsWith("pg_") || schema.equals("information_schema");
            if (!function && !catalog && !withNames.contains(name)) {
                return true;
            }
            if (is(i, "as")) {
                i++;
            }
            if (i < tokens.size() && tokens.get(i).isName() && is(i + 1, ",")) {
                i++;
            }
            if (!is(i, ",")) {
                return false;
            }
            i++;
        }
        return false;
    }

    private boolean is(int i, String word) {
        return i < tokens.size() && tokens.get(i).is(word);
    }
}
