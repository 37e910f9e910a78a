package io.github.redshiftreplicator.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TargetColumn;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedshiftCatalogIT {
    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @RegisterExtension
    final RedshiftContext redshift = new RedshiftContext(sandbox);

    private RedshiftCatalog catalog;

    @BeforeEach
    void open() {
        catalog = new RedshiftCatalog(redshift.dataSource());
    }

    @Test
    void describesColumnsInRedshiftsWords() throws Exception {
        sandbox.redshift("CREATE TABLE types (a SMALLINT, b INTEGER, c BIGINT, d DECIMAL(12, 3), e REAL,"
                + " f DOUBLE PRECISION, g BOOLEAN, h CHAR(7), i VARCHAR(300), j DATE, k TIMESTAMP, l TIMESTAMPTZ)");

        assertThat(catalog.columns(TableName.parse(sandbox.schema() + ".types")))
                .hasValueSatisfying(columns -> {
                    assertThat(columns)
                            .extracting(TargetColumn::name)
                            .containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
                    assertThat(columns)
                            .extracting(TargetColumn::typeName)
                            .containsExactly(
                                    "int2",
                                    "int4",
                                    "int8",
                                    "numeric",
                                    "float4",
                                    "float8",
                                    "bool",
                                    "bpchar",
                                    "varchar",
                                    "date",
                                    "timestamp",
                                    "timestamptz");
                    assertThat(columns.get(3)).isEqualTo(new TargetColumn("d", "numeric", 12, 3));
                    assertThat(columns.get(7).size()).isEqualTo(7);
                    assertThat(columns.get(8).size()).isEqualTo(300);
                });
    }

    @Test
    void knowsThatATableOrItsSchemaIsMissing() throws Exception {
        assertThat(catalog.columns(TableName.parse("nothing"))).isEmpty();
        assertThat(catalog.columns(TableName.parse("nowhere.nothing"))).isEmpty();
    }

    @Test
    void knowsIdentityColumns() throws Exception {
        sandbox.redshift("CREATE TABLE numbered (id BIGINT IDENTITY(1, 1), name VARCHAR(5) DEFAULT 'x')");

        assertThat(catalog.identityColumns(TableName.parse("numbered"))).containsExactly("id");
    }

    @Test
    void knowsTheSortKeysKind() throws Exception {
        sandbox.redshift(
                "CREATE TABLE none (a INT)",
                "CREATE TABLE compound (a INT, b INT) COMPOUND SORTKEY (a, b)",
                "CREATE TABLE interleaved (a INT, b INT) INTERLEAVED SORTKEY (a, b)");

        assertThat(catalog.sortKey(TableName.parse("none"))).isEqualTo(SortKey.NONE);
        assertThat(catalog.sortKey(TableName.parse("compound"))).isEqualTo(SortKey.COMPOUND);
        assertThat(catalog.sortKey(TableName.parse(sandbox.schema() + ".interleaved")))
                .isEqualTo(SortKey.INTERLEAVED);
    }

    /** "Names and identifiers": ASCII letters are folded to lower case. */
    @Test
    void findsNamesWhoseOtherLettersAreNotFolded() throws Exception {
        sandbox.redshift("CREATE TABLE \"ÄRGER\" (a INT) SORTKEY (a)");

        assertThat(catalog.sortKey(TableName.parse("Ärger"))).isEqualTo(SortKey.COMPOUND);
    }

    @Test
    void toleratesWhatItCannotRead() {
        assertThat(catalog.condition(TableName.parse("nothing"))).contains(RedshiftCatalog.Condition.NO_ROWS);
        sandbox.faults().fail("svv_table_info", 1, "42501", "permission denied");
        assertThat(catalog.condition(TableName.parse("nothing"))).isEmpty();
        assertThat(catalog.identityColumns(TableName.parse("nothing"))).isEmpty();
    }
}
