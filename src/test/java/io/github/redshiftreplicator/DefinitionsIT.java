package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The definitions of source and target: shown, created, checked and followed. */
class DefinitionsIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;

    @BeforeEach
    void deploy() {
        deployment = new Deployment(directory, SANDBOX.properties());
    }

    private String out(String... arguments) {
        Deployment.Result result = deployment.run(arguments);
        assertThat(result.code()).as(result.toString()).isZero();
        return result.out();
    }

    @Test
    void planShowsEachColumnAndTheStatements() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE v (id int PRIMARY KEY, price numeric(10,3), b bytea, extra int, updated_at timestamptz)");
        SANDBOX.redshift(
                "CREATE TABLE v (id int, price decimal(10,2), b varbyte(10), updated_at timestamp, loaded date)");
        deployment.table("v", "timed");

        String out = out("plan", "v");

        assertThat(out)
                .containsPattern("b +bytea +b +varbyte.*encode\\(\"b\", 'hex'\\)")
                .contains("CASE WHEN \"price\" <> trunc(\"price\", 2)")
                .contains("Not in the target: extra")
                .contains("Not in the source: loaded")
                .contains("SELECT \"id\", ")
                .contains("COPY \"v\" (\"id\", \"price\", \"b\", \"updated_at\") FROM 's3://")
                .contains("SECRET_ACCESS_KEY '***'");
    }

    @Test
    void ddlCreatesATargetThatFits() throws SQLException {
        SANDBOX.source(
                "CREATE TYPE mood AS ENUM ('sad', 'happy')",
                "CREATE TABLE v (id bigserial PRIMARY KEY, name varchar(20) NOT NULL, note text, n numeric, m mood, a int[], u uuid,"
                        + " p point, b bytea, updated_at timestamptz NOT NULL DEFAULT now())",
                "INSERT INTO v (name, note, n, m, a, u, p, b) VALUES ('ä', repeat('€', 100), 123.4567, 'sad', '{1}',"
                        + " 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '(1,2)', '\\x01')",
                "CREATE INDEX ON v (updated_at)");
        deployment.table("v", "timed");

        String out = out("ddl", "v", "--apply");

        assertThat(out)
                .contains("\"id\" BIGINT NOT NULL", "\"name\" VARCHAR(80) NOT NULL", "\"note\" VARCHAR(1024)")
                .contains(
                        "\"n\" DECIMAL(38,4)",
                        "\"m\" VARCHAR(64)",
                        "\"a\" SUPER",
                        "\"u\" CHAR(36)",
                        "\"b\" VARBYTE(64)")
                .contains("-- p of the type point is left out", "DISTKEY (\"id\")", "SORTKEY (\"updated_at\")");
        out("replicate", "v");
        assertThat(SANDBOX.redshiftRows("SELECT name, note, n FROM v"))
                .containsExactly(List.of("ä", "€".repeat(100), "123.4567"));
        assertThat(out("doctor")).doesNotContain("FAIL");
    }

    @Test
    void aColumnThatTheSourceHasNoLongerIsToldOnce() throws Exception {
        SANDBOX.source("CREATE TABLE v (id int PRIMARY KEY, a text, b text)", "INSERT INTO v VALUES (1, 'a', 'b')");
        SANDBOX.redshift("CREATE TABLE v (id int, a varchar(10), b varchar(10))");
        deployment.table("v", "identity");
        out("replicate", "v");
        SANDBOX.source("ALTER TABLE v RENAME a TO aa", "INSERT INTO v VALUES (2, 'a', 'b')");
        try (Logs logs = Logs.capture(Level.WARN)) {
            out("replicate", "v");
            assertThat(logs.text())
                    .contains("has no column any more for a of v: rows that are moved from now on have NULL there");
        }
        SANDBOX.source("INSERT INTO v VALUES (3, 'a', 'b')");
        try (Logs logs = Logs.capture(Level.WARN)) {
            out("replicate", "v");
            assertThat(logs.text()).doesNotContain("no column any more");
        }
    }

    @Test
    void doctorWarnsOfSequencesThatHandOutSeveralNumbersAtOnce() throws SQLException {
        SANDBOX.source("CREATE TABLE v (id bigserial PRIMARY KEY)", "ALTER SEQUENCE v_id_seq CACHE 20");
        SANDBOX.redshift("CREATE TABLE v (id bigint)");
        deployment.table("v", "identity");
        assertThat(out("doctor")).contains("the sequence of id hands each session 20 numbers at once");
    }

    @Test
    void doctorWarnsOfSequencesThatHandOutBlocks() throws SQLException {
        SANDBOX.source("CREATE SEQUENCE v_seq INCREMENT BY 50", "CREATE TABLE v (id bigint PRIMARY KEY)");
        SANDBOX.redshift("CREATE TABLE v (id bigint)");
        deployment.table("v", "identity");
        assertThat(out("doctor")).contains("v_seq (INCREMENT BY 50) hands out blocks");
        deployment.table("v", "identity", "overlap", "100");
        assertThat(out("doctor")).doesNotContain("hands out blocks");
    }

    @Test
    void doctorPrintsALineForEachCheck() throws SQLException {
        SANDBOX.source("CREATE TABLE v (id bigint PRIMARY KEY)");
        SANDBOX.redshift("CREATE TABLE v (id bigint)");
        deployment.table("v", "identity");
        assertThat(out("doctor").lines())
                .extracting(line -> line.replaceFirst("^(\\w+ +[\\w ]+):.*", "$1"))
                .containsExactly(
                        "ok    source",
                        "ok    state",
                        "ok    redshift",
                        "ok    copy",
                        "warn  slices",
                        "ok    clocks",
                        "ok    replica",
                        "ok    bucket",
                        "ok    copy from s3",
                        "ok    s3",
                        "ok    v");
    }

    @Test
    void doctorNamesWhatKeepsATargetFromBeingSwapped() throws SQLException {
        SANDBOX.source("CREATE TABLE v (id bigint PRIMARY KEY)", "INSERT INTO v VALUES (1), (2)");
        SANDBOX.redshift("CREATE TABLE v (id bigint)", "CREATE VIEW bound AS SELECT id FROM v");
        deployment.table("v", "full", "swap", "true");

        assertThat(failed("doctor"))
                .containsPattern("FAIL +v: v cannot be swapped: the user replicator is no superuser");

        String superuser = SANDBOX.superuser();
        deployment.set("replicator.redshift.username", superuser).set("replicator.redshift.password", superuser);
        assertThat(failed("doctor"))
                .contains("v cannot be swapped: views are bound to it (" + SANDBOX.schema() + ".bound)");
        assertThat(failed("replicate", "v")).contains("views are bound to it (" + SANDBOX.schema() + ".bound)");

        SANDBOX.redshift("DROP VIEW bound");
        assertThat(out("doctor")).doesNotContain("FAIL");
        assertThat(out("plan", "v")).contains("COPY \"v\"").doesNotContain("STATUPDATE OFF");
        List<List<String>> old = SANDBOX.redshiftRows(OID);
        out("replicate", "v");
        assertThat(SANDBOX.redshiftRows("SELECT id FROM v ORDER BY 1")).containsExactly(List.of("1"), List.of("2"));
        assertThat(SANDBOX.redshiftRows(OID)).isNotEqualTo(old);

        deployment.table("v", "full", "swap", "perhaps");
        assertThat(failed("doctor")).contains("routes/tables/v.camel.yaml", "perhaps");
    }

    private static final String OID = "SELECT 'v'::regclass::oid";

    private String failed(String... arguments) {
        Deployment.Result result = deployment.run(arguments);
        assertThat(result.code()).as(result.toString()).isNotZero();
        return (result.out() + result.err()).replaceAll("\\s+", " ");
    }

    @Test
    void doctorHasRedshiftReadTheBucketItself() throws SQLException {
        SANDBOX.source("CREATE TABLE v (id bigint PRIMARY KEY)");
        SANDBOX.redshift("CREATE TABLE v (id bigint)");
        deployment.table("v", "identity");
        deployment.set("replicator.redshift.iam-role", "arn:aws:iam::000000000000:role/another");
        Deployment.Result result = deployment.run("doctor");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).containsPattern("FAIL +copy from s3: .*role/another");
        assertThat(SANDBOX.s3()
                        .listObjectsV2(b -> b.bucket("sandbox").prefix(SANDBOX.prefix()))
                        .contents())
                .isEmpty();
    }

    @Test
    void doctorTellsOfTriggersThatAreMissing() throws SQLException {
        SANDBOX.source("CREATE TABLE v (id bigint PRIMARY KEY)");
        SANDBOX.redshift("CREATE TABLE v (id bigint)");
        deployment.table("v", "identity", "deleteTracking", "true");
        assertThat(out("doctor")).containsPattern("warn +v: its deletions are not tracked yet: run 'install'\\R");
        SANDBOX.source("REVOKE TRIGGER ON v FROM CURRENT_USER");
        assertThat(out("doctor"))
                .containsPattern(
                        "warn +v: .*run 'install' as a user that has the privilege TRIGGER on .*v, which this one");
    }

    @Test
    void doctorRefusesWhatNoRunCouldUse() throws SQLException {
        SANDBOX.source("CREATE TABLE v (id bigserial PRIMARY KEY, changed text)");
        SANDBOX.redshift(
                "CREATE TABLE v (id bigint, changed varchar(10))", "CREATE VIEW seen AS SELECT id, changed FROM v");
        deployment.table("v", "timed", "replicationField", "changed");
        assertThat(doctor()).contains("the replication field 'changed' of the strategy timed is of the type text");
        deployment.table("v", "timed", "replicationField", "gone");
        assertThat(doctor()).contains("the replication field 'gone' is not a column of");
        deployment.table("v", "full", "deletedColumn", "removed");
        assertThat(doctor()).contains("the deletedColumn 'removed' is not a column of");
        deployment.table("v", "full", "targetTable", "seen");
        assertThat(doctor()).contains("seen is a view on Redshift, which loads rows into tables only");
    }

    private String doctor() {
        Deployment.Result result = deployment.run("doctor");
        assertThat(result.code()).as(result.toString()).isEqualTo(1);
        return result.out().replaceAll("\\s+", " ");
    }

    @Test
    void doctorNamesPrivilegesAndClausesThatAreMissing() throws SQLException {
        SANDBOX.source("CREATE TABLE v (id bigserial PRIMARY KEY)");
        SANDBOX.redshift("CREATE TABLE v (id bigint)", "REVOKE INSERT ON v FROM replicator");
        deployment.table("v", "identity").set("replicator.copy.odd", "TRUNCATECOLUMN");
        Deployment.Result result = deployment.run("doctor");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).containsPattern("FAIL +copy: .*TRUNCATECOLUMN");
    }

    @Test
    void schemaChangesAreFollowedIfWanted() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE v (id int PRIMARY KEY, name varchar(50), born date)",
                "INSERT INTO v VALUES (1, 'a name of more than ten bytes', '2000-01-01')");
        SANDBOX.redshift("CREATE TABLE v (id int, name varchar(10))");
        deployment.table("v", "full", "schemaChanges", "warn", "onOverflow", "truncate");
        out("replicate", "v");
        assertThat(SANDBOX.redshiftRows("SELECT * FROM v")).containsExactly(List.of("1", "a name of "));

        deployment.table("v", "full", "schemaChanges", "apply");
        out("replicate", "v");
        assertThat(SANDBOX.redshiftRows("SELECT * FROM v"))
                .containsExactly(List.of("1", "a name of more than ten bytes", "2000-01-01"));
    }

    /** Redshift makes no column longer that has a default. */
    @Test
    void aColumnThatCannotBeMadeLongerHoldsUpNoRowThatFits() throws SQLException {
        SANDBOX.source("CREATE TABLE v (id int PRIMARY KEY, name varchar(50))", "INSERT INTO v VALUES (1, 'fits')");
        SANDBOX.redshift("CREATE TABLE v (id int, name varchar(10) DEFAULT 'none')");
        deployment.table("v", "identity", "schemaChanges", "apply");
        try (Logs logs = Logs.capture(Level.WARN)) {
            out("replicate", "v");
            assertThat(logs.text())
                    .contains(
                            "the target's cannot follow by ALTER TABLE \"v\" ALTER COLUMN \"name\" TYPE VARCHAR(200)");
        }
        assertThat(SANDBOX.redshiftRows("SELECT * FROM v")).containsExactly(List.of("1", "fits"));
    }

    @Test
    void eventsTellOfSchemaChangesAndOfAlteredValuesByColumn() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE v (id int PRIMARY KEY, a text, b text, c date)",
                "INSERT INTO v VALUES (1, 'long', 'long', NULL), (2, 'long', 'b', NULL)");
        SANDBOX.redshift("CREATE TABLE v (id int, a varchar(3), b varchar(3))");
        deployment
                .table("v", "full", "schemaChanges", "warn", "onOverflow", "truncate")
                .file("routes/notifications.camel.yaml", """
                        - route:
                            id: notifications
                            from:
                              uri: direct:events
                              steps:
                                - filter:
                                    simple: "${header.event} in 'altered,schema-changed'"
                                    steps:
                                      - setBody: { simple: "${header.event}: ${header.message}" }
                                      - to:
                                          uri: "file:EVENTS"
                                          parameters: { fileName: events, fileExist: Append, appendChars: '\\n' }
                        """.replace(
                                "EVENTS", deployment.directory().toString()));
        out("replicate", "v");
        assertThat(deployment.directory().resolve("events"))
                .content()
                .isEqualTo(
                        "schema-changed: The source's definition has changed; the target would follow by: ALTER TABLE \"v\""
                                + " ADD COLUMN \"c\" DATE\naltered: Values of v that do not fit their target's columns are altered,"
                                + " by column: a 2, b 1.\n");
    }
}
