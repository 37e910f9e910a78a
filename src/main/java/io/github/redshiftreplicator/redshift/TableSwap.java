package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a new table in the place of a target with all that hangs on the old one: owner, grants, keys and comments are carried
 * over, and what cannot be is a reason to refuse. It saves the second writing of the rows and the VACUUM of the old ones.
 * The new table is committed first; the exchange is part of the load's transaction. Not thread-safe.
 *
 * <p>The catalog is read as the documentation of Redshift and the administration views of awslabs/amazon-redshift-utils
 * do. {@code CREATE TABLE ... LIKE} carries columns, defaults, NOT NULL, distribution and sort keys and BACKUP over.
 */
final class TableSwap {
    private static final Logger LOG = LoggerFactory.getLogger(TableSwap.class);

    private final Session session;
    private final TableName target;

    /** The target in the catalog. */
    private record Found(long oid, String schema, String name, String owner) {
        TableName table() {
            return sibling(name);
        }

        TableName sibling(String other) {
            return new TableName(Optional.of(schema), other);
        }
    }

    /** A transaction that is open. */
    record Transaction(int session, String user, String began) {
        String describe() {
            return "session " + session + " of the user " + user + ", since " + began + " UTC";
        }
    }

    /** A privilege on the table or on one of its columns. */
    private record Grant(String privilege, String column, String kind, String name, boolean option) {
        String grant(TableName table) {
            return "GRANT " + on(table) + " TO " + grantee() + (option ? " WITH GRANT OPTION" : "");
        }

        String revoke(TableName table) {
            return "REVOKE " + on(table) + " FROM " + grantee();
        }

        private String on(TableName table) {
            return privilege + (column == null ? "" : " (" + Sql.name(column) + ")") + " ON TABLE " + Sql.name(table);
        }

        private String grantee() {
            return switch (kind) {
                case "user" -> Sql.name(name);
                case "group" -> "GROUP " + Sql.name(name);
                case "role" -> "ROLE " + Sql.name(name);
                case "public" -> "PUBLIC";
                default -> throw new RedshiftLoadException("A grant to a '" + kind + "' (" + name + ") is unknown.");
            };
        }
    }

    TableSwap(Session session, TableName target) {
        this.session = session;
        this.target = target;
    }

    /** What keeps the target from being swapped, each in words; empty if nothing does. */
    List<String> obstacles() throws SQLException {
        List<String> user = query(
                "SELECT usename FROM pg_user WHERE usename = CURRENT_USER AND NOT usesuper", row -> row.getString(1));
        if (!user.isEmpty()) {
            return List.of(
                    "the user " + user.get(0) + " is no superuser, and others do not see every grant and policy");
        }
        Optional<Found> found = find();
        if (found.isEmpty()) {
            return List.of("couldn't find table " + target + " on Redshift"
                    + (target.schema().isEmpty() ? " in the current schema: write targetTable as schema.name" : ""));
        }
        Found old = found.get();
        List<String> obstacles = new ArrayList<>();
        obstacle(obstacles, views(old), "views are bound to it");
        obstacle(obstacles, references(old), "foreign keys refer to it from");
        obstacle(obstacles, identityColumns(old), "Redshift numbers its IDENTITY columns itself");
        obstacle(
                obstacles,
                named("SELECT DISTINCT polname FROM svv_rls_attached_policy WHERE relschema = ? AND relname = ?", old),
                "row-level security policies are attached to it");
        // row-level security can be on without a policy
        if (!named("SELECT relname FROM svv_rls_relation WHERE relschema = ? AND relname = ?", old)
                .isEmpty()) {
            obstacles.add("its row-level security is on");
        }
        obstacle(
                obstacles,
                named(
                        "SELECT DISTINCT policy_name FROM svv_attached_masking_policy WHERE schema_name = ? AND table_name = ?",
                        old),
                "masking policies are attached to it");
        obstacle(
                obstacles,
                query(
                        "SELECT share_name FROM svv_datashare_objects WHERE share_type = 'OUTBOUND' AND object_name = ?",
                        row -> row.getString(1),
                        old.schema() + "." + old.name()),
                "it is in the datashares");
        return obstacles;
    }

    private static void obstacle(List<String> obstacles, List<String> names, String words) {
        if (!names.isEmpty()) {
            obstacles.add(words + " (" + String.join(", ", names) + ")");
        }
    }

    /**
     * Creates the empty table that is to take the target's place, and drops those that earlier swaps left when their process
     * ended.
     *
     * @throws RedshiftLoadException if the target cannot be swapped
     */
    TableName create() throws SQLException {
        session.step("looking for what keeps " + target + " from being swapped");
        refuse(obstacles());
        Found old = find().orElseThrow();
        for (String left : leftovers(old)) {
            session.execute("DROP TABLE " + Sql.name(old.sibling(left)));
        }
        session.step("creating a table like " + target);
        TableName next = old.sibling(prefix(old) + random());
        session.execute("CREATE TABLE " + Sql.name(next) + " (LIKE " + Sql.name(old.table()) + " INCLUDING DEFAULTS)");
        // nobody reads the rows here who may not read them there
        revokeSurplus(next, grants(old.table()));
        return next;
    }

    /** Drops the new table that did not get into the target's place. */
    void discard(TableName next) {
        try {
            session.connection().rollback();
            session.execute("DROP TABLE " + Sql.name(next));
            session.connection().commit();
        } catch (SQLException e) {
            LOG.warn("{} could not be dropped ({}): the next swap of {} drops it.", next, e.getMessage(), target);
        }
    }

    /** The transactions of other sessions that are open now, by "SVV_TRANSACTIONS", which shows a superuser all. */
    Set<Transaction> transactions() throws SQLException {
        // Redshift's own maintenance runs as rdsdb and reads no target
        Set<Transaction> open = new LinkedHashSet<>(query(
                "SELECT DISTINCT pid, txn_owner, txn_start FROM svv_transactions WHERE txn_db = ? AND txn_owner <> 'rdsdb'"
                        + " AND pid <> pg_backend_pid()",
                row -> new Transaction(row.getInt(1), row.getString(2).strip(), row.getString(3)),
                session.connection().getCatalog()));
        session.connection().rollback();
        return open;
    }

    /** Locks the target before anything is read in this transaction; false, and of no more use, if that takes longer. */
    boolean lock(Duration longest) throws SQLException {
        try {
            session.execute("SET statement_timeout TO " + longest.toMillis());
            session.execute("LOCK TABLE " + Sql.name(target));
            session.execute("RESET statement_timeout");
            return true;
        } catch (SQLException e) {
            if (SqlState.canceled(e)) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Puts the new table in the locked target's place.
     *
     * @throws RedshiftLoadException if the new table would not be as the old one was
     */
    void exchange(TableName next) throws SQLException {
        session.step("swapping " + target);
        // what was attached while the rows were loaded counts too
        refuse(obstacles());
        Found old = find().orElseThrow();
        TableName table = old.table();
        requireSame("columns", shape(table), shape(next));
        Set<Grant> grants = grants(table);
        List<String> keys = keys(old);
        List<String> comments = comments(old);

        TableName former = old.sibling("replicator_former_" + random());
        session.execute("ALTER TABLE " + Sql.name(table) + " RENAME TO " + Sql.name(former.name()));
        session.execute("ALTER TABLE " + Sql.name(next) + " RENAME TO " + Sql.name(table.name()));
        session.step("dropping the former table " + target + ", which the new one has replaced,");
        // without CASCADE: Redshift refuses it for whatever else depends on the table
        session.execute("DROP TABLE " + Sql.name(former));
        session.step("giving the new table " + target + " what the former had:");
        session.execute("ALTER TABLE " + Sql.name(table) + " OWNER TO " + Sql.name(old.owner()));
        for (String key : keys) {
            session.execute("ALTER TABLE " + Sql.name(table) + " ADD " + key);
        }
        for (String comment : comments) {
            session.execute(comment);
        }
        copyGrants(table, grants);
        requireSame("grants", grants, grants(table));
    }

    private void refuse(List<String> obstacles) {
        if (!obstacles.isEmpty()) {
            throw new RedshiftLoadException("swap of " + target + " was refused, and nothing was changed: "
                    + String.join("; ", obstacles) + ". Without 'swap' its rows are replaced, and the table stays.");
        }
    }

    private void requireSame(String what, Object old, Object now) {
        if (!old.equals(now)) {
            throw new RedshiftLoadException("swap of " + target + " was refused, and nothing was changed: the " + what
                    + " of the new table would be " + now + " where those of the old one are " + old
                    + ". Without 'swap' its rows are replaced, and the table stays.");
        }
    }

    /** The same for every swap of a table, and short, as names are limited. */
    private static String prefix(Found table) {
        return "replicator_next_" + Ledger.hash(table.name()) + "_";
    }

    private static String random() {
        return UUID.randomUUID().toString().substring(0, 13).replace("-", "");
    }

    private List<String> leftovers(Found table) throws SQLException {
        return query(
                "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = ? AND c.relkind = 'r' AND SUBSTRING(c.relname, 1, ?) = ?",
                row -> row.getString(1),
                table.schema(),
                prefix(table).length(),
                prefix(table));
    }

    private Optional<Found> find() throws SQLException {
        String schema = target.schema().isPresent()
                ? ColumnPlan.fold(target.schema().get())
                : query("SELECT CURRENT_SCHEMA()", row -> row.getString(1)).get(0);
        return query(
                        "SELECT c.oid, n.nspname, c.relname, u.usename FROM pg_class c"
                                + " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_user u ON u.usesysid = c.relowner"
                                + " WHERE n.nspname = ? AND c.relname = ? AND c.relkind = 'r'",
                        row -> new Found(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)),
                        schema,
                        ColumnPlan.fold(target.name()))
                .stream()
                .findFirst();
    }

    /** A view depends on the table by its rule, which is an internal part of it ("DROP TABLE"). */
    private List<String> views(Found table) throws SQLException {
        return query(
                "SELECT DISTINCT n.nspname, v.relname FROM pg_depend d"
                        + " JOIN pg_depend i ON i.objid = d.objid AND i.deptype = 'i'"
                        + " JOIN pg_class v ON v.oid = i.refobjid AND v.relkind IN ('v', 'm')"
                        + " JOIN pg_namespace n ON n.oid = v.relnamespace"
                        + " WHERE d.refobjid = " + table.oid() + " AND v.oid <> d.refobjid ORDER BY 1, 2",
                TableSwap::qualified);
    }

    private List<String> references(Found table) throws SQLException {
        return query(
                "SELECT DISTINCT n.nspname, c.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE k.confrelid = " + table.oid()
                        + " AND k.contype = 'f' AND k.conrelid <> k.confrelid ORDER BY 1, 2",
                TableSwap::qualified);
    }

    private List<String> identityColumns(Found table) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (List<String> column : shape(table.table())) {
            if (RedshiftCatalog.isIdentity(column.get(2))) {
                columns.add(column.get(0));
            }
        }
        return columns;
    }

    /** Name, type, default, NOT NULL, distribution and sort key of each column, in order. */
    private List<List<String>> shape(TableName table) throws SQLException {
        return query(
                "SELECT column_name, data_type, COALESCE(column_default, ''), is_nullable, distkey, sortkey"
                        + " FROM svv_redshift_columns WHERE database_name = ? AND schema_name = ? AND table_name = ?"
                        + " ORDER BY ordinal_position",
                row -> List.of(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6)),
                session.connection().getCatalog(),
                table.schema().orElseThrow(),
                table.name());
    }

    /** "SVV_RELATION_PRIVILEGES" and "SVV_COLUMN_PRIVILEGES", which show a superuser all. */
    private Set<Grant> grants(TableName table) throws SQLException {
        String where = " WHERE namespace_name = ? AND relation_name = ? ORDER BY 1, 2, 3, 4";
        Object[] names = {table.schema().orElseThrow(), table.name()};
        Set<Grant> grants = new LinkedHashSet<>(query(
                "SELECT privilege_type, identity_type, identity_name, admin_option FROM svv_relation_privileges"
                        + where,
                row -> new Grant(row.getString(1), null, row.getString(2), row.getString(3), row.getBoolean(4)),
                names));
        grants.addAll(query(
                "SELECT privilege_type, identity_type, identity_name, column_name FROM svv_column_privileges" + where,
                row -> new Grant(row.getString(1), row.getString(4), row.getString(2), row.getString(3), false),
                names));
        return grants;
    }

    /** Default privileges may have given the new table grants that the old one does not have. */
    private void revokeSurplus(TableName table, Set<Grant> grants) throws SQLException {
        for (Grant grant : grants(table)) {
            if (!grants.contains(grant)) {
                session.execute(grant.revoke(table));
            }
        }
    }

    private void copyGrants(TableName table, Set<Grant> grants) throws SQLException {
        revokeSurplus(table, grants);
        for (Grant grant : grants) {
            if (!grant.privilege().matches("[A-Z ]+")) {
                throw new RedshiftLoadException(
                        "The privilege '" + grant.privilege() + "' of " + table + " is unknown.");
            }
            session.execute(grant.grant(table));
        }
    }

    /** As ALTER TABLE ADD takes them; foreign keys last, since they may refer to the table's own primary key. */
    private List<String> keys(Found table) throws SQLException {
        return query(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = " + table.oid()
                        + " AND contype IN ('p', 'u', 'f') ORDER BY CASE contype WHEN 'f' THEN 1 ELSE 0 END, conname",
                row -> "CONSTRAINT " + Sql.name(row.getString(1)) + " " + row.getString(2));
    }

    /** The COMMENTs that make them again. Redshift quotes the texts, as it knows how it reads a backslash. */
    private List<String> comments(Found table) throws SQLException {
        return query(
                "SELECT a.attname, QUOTE_LITERAL(d.description) FROM pg_description d"
                        + " JOIN pg_class k ON k.oid = d.classoid AND k.relname = 'pg_class'"
                        + " LEFT JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid <> 0"
                        + " WHERE d.objoid = " + table.oid() + " ORDER BY d.objsubid",
                row -> {
                    String column = row.getString(1);
                    return "COMMENT ON "
                            + (column == null
                                    ? "TABLE " + Sql.name(table.table())
                                    : "COLUMN " + Sql.name(table.table()) + "." + Sql.name(column))
                            + " IS " + row.getString(2);
                });
    }

    private List<String> named(String sql, Found table) throws SQLException {
        return query(sql, row -> row.getString(1), table.schema(), table.name());
    }

    private static String qualified(ResultSet row) throws SQLException {
        return row.getString(1) + "." + row.getString(2);
    }

    @FunctionalInterface
    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, Row<T> row, Object... parameters) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(row.read(rows));
                }
                return found;
            }
        }
    }
}
