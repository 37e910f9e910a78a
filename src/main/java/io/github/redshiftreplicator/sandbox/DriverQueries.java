package io.github.redshiftreplicator.sandbox;

import java.util.List;

/**
 * The queries behind redshift-jdbc42's DatabaseMetaData that need a word changed: they refer to other columns' aliases, as
 * Redshift's lateral alias reference allows, and read primary keys from indexes.
 */
final class DriverQueries {

    private DriverQueries() {}

    static void rewrite(List<SqlToken> tokens, SqlEdits edits) {
        boolean primaryKeys = has(tokens, "indisprimary");
        boolean tables = has(tokens, "table_schem") && has(tokens, "relnamespace");
        for (int i = 1; i + 1 < tokens.size(); i++) {
            SqlToken before = tokens.get(i - 1);
            SqlToken token = tokens.get(i);
            SqlToken after = tokens.get(i + 1);
            if (tables && before.is("and") && after.is("like")) {
                if (token.is("table_schem")) {
                    edits.replace(token, "n.nspname");
                } else if (token.is("table_name")) {
                    edits.replace(token, "c.relname");
                }
            } else if (token.is("is_autoincrement") && before.is(",") && after.is("as")) {
                edits.replace(token, "'NO'::varchar(3)");
            } else if (primaryKeys && before.is(".")) {
                primaryKeySource(tokens.get(i - 2), token, after, edits);
            }
        }
    }

    private static boolean has(List<SqlToken> tokens, String word) {
        return tokens.stream().anyMatch(token -> token.is(word));
    }

    private static void primaryKeySource(SqlToken schema, SqlToken table, SqlToken alias, SqlEdits edits) {
        String view = null;
        if (table.is("pg_class") && alias.is("ci")) {
            view = "pk_class";
        } else if (table.is("pg_attribute") && alias.is("a")) {
            view = "pk_attribute";
        } else if (table.is("pg_index") && alias.is("i")) {
            view = "pk_index";
        }
        if (view != null) {
            edits.replace(schema.start(), table.end(), "pg_internal." + view);
        }
    }
}
