package io.github.redshiftreplicator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the catalog says of a table, to SQL and to the driver's metadata. */
class CatalogIT {

    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @BeforeEach
    void table() throws SQLException {
        sandbox.redshift("""
                CREATE TABLE t (
                    id BIGINT NOT NULL DISTKEY ENCODE az64,
                    name VARCHAR(20) ENCODE zstd DEFAULT 'x',
                    long VARCHAR(MAX),
                    code CHAR(2),
                    price DECIMAL(12,2),
                    plain DECIMAL,
                    data SUPER,
                    bytes VARBYTE(16),
                    at TIMESTAMPTZ,
                    PRIMARY KEY (id, code))
                COMPOUND SORTKEY (at, id)""", "CREATE TABLE il (a INT, b TEXT, c DATE) DISTSTYLE ALL INTERLEAVED SORTKEY (a, b, c)");
    }

    /** "GETDATE", "SYSDATE": in the session's time zone; GETDATE has whole seconds. */
    @Test
    void theClockIsInTheSessionsTimeZone() throws SQLException {
        try (Connection redshift = sandbox.redshift()) {
            SandboxExtension.execute(redshift, "SET timezone TO 'Asia/Kolkata'");
            assertThat(SandboxExtension.rows(
                            redshift,
                            "SELECT getdate() = date_trunc('second', getdate()), date_part('epoch', sysdate) - date_part('epoch',"
                                    + " current_timestamp), sysdate - getdate() < interval '1 minute'"))
                    .containsExactly(List.of("t", "19800.0", "t"));
        }
    }

    /** "SQL functions supported on the leader node". */
    @Test
    void leaderNodeFunctionsReadTheLeaderNodesTables() throws SQLException {
        assertThat(sandbox.redshiftRows(
                        "WITH mine AS (SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname = current_schema())"
                                + " SELECT nspname FROM mine"))
                .containsExactly(List.of(sandbox.schema()));
    }

    @Test
    void columnsCarryRedshiftsTypesKeysAndEncodings() throws SQLException {
        assertThat(rows(
                        "SELECT \"column\", trim(type), trim(encoding), distkey, sortkey, \"notnull\" FROM pg_table_def WHERE tablename"
                                + " = 't' ORDER BY 1"))
                .containsExactly(
                        List.of("at", "timestamp with time zone", "none", "f", "1", "f"),
                        List.of("bytes", "varbyte(16)", "none", "f", "0", "f"),
                        List.of("code", "character(2)", "none", "f", "0", "t"),
                        List.of("data", "super", "none", "f", "0", "f"),
                        List.of("id", "bigint", "az64", "t", "2", "t"),
                        List.of("long", "character varying(65535)", "none", "f", "0", "f"),
                        List.of("name", "character varying(20)", "zstd", "f", "0", "f"),
                        List.of("plain", "numeric(18,0)", "none", "f", "0", "f"),
                        List.of("price", "numeric(12,2)", "none", "f", "0", "f"));
    }

    @Test
    void interleavedKeysAlternateInSign() throws SQLException {
        assertThat(rows(
                        "SELECT column_name, data_type, sortkey FROM svv_redshift_columns WHERE table_name = 'il' AND schema_name = '"
                                + sandbox.schema() + "' ORDER BY ordinal_position"))
                .containsExactly(
                        List.of("a", "integer", "-1"),
                        List.of("b", "character varying(256)", "2"),
                        List.of("c", "date", "-3"));
    }

    @Test
    void tableDefinitionsShowOnlyTheSearchPath() throws SQLException {
        sandbox.redshift("SET search_path TO public");
        try (Connection redshift = sandbox.sandbox().redshiftConnection()) {
            assertThat(SandboxExtension.rows(redshift, "SELECT 1 FROM pg_table_def WHERE tablename = 'il'"))
                    .isEmpty();
            assertThat(SandboxExtension.rows(
                            redshift,
                            "SELECT 1 FROM svv_columns WHERE table_name = 'il' AND table_schema = '" + sandbox.schema()
                                    + "'"))
                    .hasSize(3);
        }
    }

    @Test
    void tableInfoHidesEmptyTables() throws SQLException {
        String info =
                "SELECT \"table\", diststyle, sortkey1, unsorted, stats_off, tbl_rows FROM svv_table_info WHERE schema = '"
                        + sandbox.schema() + "' ORDER BY 1";
        assertThat(rows(info)).isEmpty();
        sandbox.redshift(
                "INSERT INTO t (id, code, at) VALUES (1, 'a', getdate())",
                "INSERT INTO il VALUES (1, 'b', '2024-01-01')");
        assertThat(rows(info))
                .containsExactly(
                        List.of("il", "ALL", "INTERLEAVED", "100.00", "100.00", "1"),
                        List.of("t", "KEY(id)", "at", "100.00", "100.00", "1"));
        sandbox.redshift("VACUUM t", "ANALYZE t");
        assertThat(rows(info).get(1)).containsExactly("t", "KEY(id)", "at", "0.00", "0.00", "1");
    }

    @Test
    void likeInheritsKeysAndNotNullButNoPrimaryKey() throws SQLException {
        try (Connection redshift = sandbox.redshift()) {
            SandboxExtension.execute(redshift, "CREATE TEMP TABLE s (LIKE t INCLUDING DEFAULTS)");
            assertThat(SandboxExtension.rows(
                            redshift,
                            "SELECT \"column\", distkey, sortkey, \"notnull\" FROM pg_table_def WHERE tablename = 's' AND (sortkey <> 0 OR"
                                    + " \"notnull\") ORDER BY 1"))
                    .containsExactly(
                            List.of("at", "f", "1", "f"), List.of("code", "f", "0", "t"), List.of("id", "t", "2", "t"));
            SandboxExtension.execute(redshift, "INSERT INTO s (id, code) VALUES (1, 'a')");
            assertThat(SandboxExtension.rows(redshift, "SELECT name FROM s")).containsExactly(List.of("x"));
            SandboxExtension.execute(redshift, "CREATE TEMP TABLE #h (LIKE s)");
            assertThat(SandboxExtension.rows(redshift, "SELECT name FROM #h")).isEmpty();
        }
    }

    @Test
    void keysAreRememberedAndFollowTheirTable() throws SQLException {
        sandbox.redshift(
                """
                CREATE TABLE child (
                    id INT CONSTRAINT first_key PRIMARY KEY,
                    t_id BIGINT,
                    t_code CHAR(2),
                    "a b" INT UNIQUE,
                    FOREIGN KEY (t_id, t_code) REFERENCES t (id, code))""",
                "ALTER TABLE child ADD CONSTRAINT own FOREIGN KEY (\"a b\") REFERENCES child",
                "CREATE TABLE copy (LIKE child)");
        String keys = "SELECT conname, contype, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c"
                + " ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = '"
                + sandbox.schema() + "' AND relname = '%s' ORDER BY 1";

        assertThat(rows(keys.formatted("child")))
                .containsExactly(
                        List.of("child_a b_key", "u", "UNIQUE (\"a b\")"),
                        List.of("child_t_id_fkey", "f", "FOREIGN KEY (t_id, t_code) REFERENCES t(id, code)"),
                        List.of("first_key", "p", "PRIMARY KEY (id)"),
                        List.of("own", "f", "FOREIGN KEY (\"a b\") REFERENCES child(id)"));
        assertThat(rows(keys.formatted("copy"))).isEmpty();

        sandbox.redshift(
                "ALTER TABLE child DROP CONSTRAINT own", "ALTER TABLE child RENAME TO renamed", "DROP TABLE t CASCADE");

        assertThat(rows(keys.formatted("renamed")))
                .containsExactly(
                        List.of("child_a b_key", "u", "UNIQUE (\"a b\")"),
                        List.of("first_key", "p", "PRIMARY KEY (id)"));
    }

    @Test
    void commentsAreKeptUntilTheyAreNull() throws SQLException {
        sandbox.redshift(
                "COMMENT ON TABLE t IS 'a table''s'",
                "COMMENT ON COLUMN t.code IS 'a code'",
                "CREATE TABLE copy (LIKE t)");
        String comments =
                "SELECT relname, objsubid, description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = '" + sandbox.schema()
                        + "' ORDER BY 2";

        assertThat(rows(comments)).containsExactly(List.of("t", "0", "a table's"), List.of("t", "4", "a code"));

        sandbox.redshift("COMMENT ON TABLE t IS NULL");

        assertThat(rows(comments)).containsExactly(List.of("t", "4", "a code"));
    }

    @Test
    void privilegesNameUsersGroupsRolesAndPublic() throws SQLException {
        String name = sandbox.schema();
        sandbox.redshift(
                "CREATE ROLE " + name + "_r",
                "CREATE GROUP " + name + "_g",
                "CREATE USER " + name + "_u PASSWORD 'Secret12'",
                "GRANT SELECT ON t TO ROLE " + name + "_r",
                "GRANT INSERT ON t TO GROUP " + name + "_g",
                "GRANT UPDATE ON t TO " + name + "_u WITH GRANT OPTION",
                "GRANT DELETE ON t TO PUBLIC",
                "GRANT SELECT (id, code) ON t TO GROUP " + name + "_g");
        String where = " WHERE namespace_name = '" + name + "' AND relation_name = 't'";
        try {
            try (Connection superuser = sandbox.sandbox().backingConnection()) {
                assertThat(SandboxExtension.rows(
                                superuser,
                                "SELECT identity_type, identity_name, privilege_type, admin_option FROM svv_relation_privileges"
                                        + where + " AND identity_name <> 'replicator' ORDER BY 1"))
                        .containsExactly(
                                List.of("group", name + "_g", "INSERT", "f"),
                                List.of("public", "public", "DELETE", "f"),
                                List.of("role", name + "_r", "SELECT", "f"),
                                List.of("user", name + "_u", "UPDATE", "t"));
                assertThat(SandboxExtension.rows(
                                superuser,
                                "SELECT column_name, identity_type, identity_name, privilege_type FROM svv_column_privileges"
                                        + where + " ORDER BY 1"))
                        .containsExactly(
                                List.of("code", "group", name + "_g", "SELECT"),
                                List.of("id", "group", name + "_g", "SELECT"));
            }
            // "Regular users can only see identities to which they have access"
            assertThat(rows("SELECT identity_name FROM svv_relation_privileges" + where
                            + " AND identity_name <> 'replicator'"))
                    .containsExactly(List.of("public"));
        } finally {
            sandbox.redshift(
                    "DROP TABLE t",
                    "DROP ROLE " + name + "_r",
                    "DROP GROUP " + name + "_g",
                    "DROP USER " + name + "_u");
        }
    }

    @Test
    void theDriversMetadataNamesRedshiftsTypes() throws SQLException {
        List<List<Object>> columns = new ArrayList<>();
        List<List<Object>> keys = new ArrayList<>();
        List<String> tables = new ArrayList<>();
        try (Connection redshift = sandbox.redshift()) {
            try (ResultSet result = redshift.getMetaData().getColumns(null, sandbox.schema(), "t", "%")) {
                while (result.next()) {
                    columns.add(List.of(
                            result.getString("COLUMN_NAME"),
                            result.getString("TYPE_NAME"),
                            result.getInt("COLUMN_SIZE"),
                            result.getInt("DECIMAL_DIGITS"),
                            result.getString("IS_NULLABLE")));
                }
            }
            try (ResultSet result = redshift.getMetaData().getPrimaryKeys(null, sandbox.schema(), "t")) {
                while (result.next()) {
                    keys.add(List.of(result.getString("COLUMN_NAME"), result.getInt("KEY_SEQ")));
                }
            }
            try (ResultSet result =
                    redshift.getMetaData().getTables(null, sandbox.schema(), "%", new String[] {"TABLE"})) {
                while (result.next()) {
                    tables.add(result.getString("TABLE_NAME"));
                }
            }
        }
        assertThat(columns)
                .contains(
                        List.of("id", "int8", 19, 0, "NO"),
                        List.of("name", "varchar", 20, 0, "YES"),
                        List.of("long", "varchar", 65535, 0, "YES"),
                        List.of("price", "numeric", 12, 2, "YES"))
                .extracting(column -> column.get(1))
                .contains("super", "varbyte", "bpchar", "timestamptz");
        assertThat(keys).containsExactlyInAnyOrder(List.of("id", 1), List.of("code", 2));
        assertThat(tables).containsExactlyInAnyOrder("t", "il");
    }

    @Test
    void resultsAreDescribedInRedshiftsTypes() throws SQLException {
        sandbox.redshift("INSERT INTO t (id, code, data, bytes) VALUES (1, 'a', json_parse('{\"a\":1}'), 'abc')");
        try (Connection redshift = sandbox.redshift();
                ResultSet result = redshift.createStatement()
                        .executeQuery("SELECT name, price, data, bytes, 'literal'::text FROM t")) {
            var metadata = result.getMetaData();
            List<String> types = new ArrayList<>();
            for (int i = 1; i <= metadata.getColumnCount(); i++) {
                types.add(metadata.getColumnTypeName(i) + "(" + metadata.getScale(i) + ")");
            }
            assertThat(types).containsExactly("varchar(0)", "numeric(2)", "super(0)", "varbyte(0)", "varchar(0)");
            assertThat(result.next()).isTrue();
            assertThat(Arrays.asList(result.getString(3), result.getString(4))).containsExactly("{\"a\":1}", "616263");
        }
    }

    @Test
    void systemViewsAreThere() throws SQLException {
        assertThat(rows("SELECT count(*) FROM stv_slices")).containsExactly(List.of("2"));
        assertThat(rows("SELECT count(*) > 0 FROM stv_sessions")).containsExactly(List.of("t"));
        for (String view : List.of(
                "svv_tables", "svv_redshift_tables", "svv_external_schemas", "stl_load_commits", "sys_load_history")) {
            assertThat(rows("SELECT count(*) FROM " + view)).hasSize(1);
        }
    }

    private static List<List<String>> rows(String query) throws SQLException {
        return sandbox.redshiftRows(query);
    }
}
