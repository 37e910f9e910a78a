package io.github.redshiftreplicator.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TargetColumn;
import io.github.redshiftreplicator.table.Window;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MySQL's and MariaDB's values in the text form that COPY reads. */
class MySqlValuesIT {
    @RegisterExtension
    static final MariaDb MARIADB = new MariaDb();

    @RegisterExtension
    static final MySql MYSQL = new MySql();

    private static String url(String kind) {
        return kind.equals("mysql-server") ? MYSQL.url() : MARIADB.url(kind);
    }

    private static void execute(String kind, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(kind), "admin", "admin");
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = ''");
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static SourceDatabase open(String kind) {
        return SourceDatabase.open(url(kind), "admin", "admin", SourceSettings.defaults());
    }

    private static Table table(Map<String, String> options) {
        return Tables.table("v", Strategy.FULL, Optional.empty(), options);
    }

    private static ColumnPlan plan(Table table, SourceTable found, TargetColumn... target) {
        return ColumnPlan.of(table, found.columns(), List.of(target));
    }

    private static List<List<Object>> rows(Export export) {
        List<List<Object>> rows = new ArrayList<>();
        try (RowReader reader = export.rows()) {
            reader.forEachRemaining(row -> rows.add(new ArrayList<>(row)));
        }
        return rows;
    }

    private static TargetColumn to(String name, String type, int size, int scale) {
        return new TargetColumn(name, type, size, scale);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql", "mysql-server"})
    void everyTypeIsReadInTheFormThatCopyTakes(String kind) throws SQLException {
        execute(
                kind,
                "DROP TABLE IF EXISTS v",
                "CREATE TABLE v (id int PRIMARY KEY, u bigint unsigned, t tinyint(1), b bit(1), w bit(5), y year, f float, d double,"
                        + " n decimal(20,4), e enum('a','b'), s set('x','y'), l varchar(10) CHARACTER SET latin1, bl blob,"
                        + " j json, dt datetime(6), ti time(6))",
                "INSERT INTO v VALUES (1, 18446744073709551615, 2, b'1', b'10101', 2026, 0.1, 0.1, -1.5000, 'b', 'x,y', 'é',"
                        + " x'00ff', '{\"a\": 1}', '2026-03-29 02:30:00.000001', '23:59:59.999999')");
        try (SourceDatabase source = open(kind)) {
            Table table = table(Map.of());
            SourceTable found = source.describe(table.source());
            ColumnPlan plan = plan(
                    table,
                    found,
                    to("u", "numeric", 20, 0),
                    to("t", "int2", 0, 0),
                    to("b", "bool", 0, 0),
                    to("w", "varchar", 5, 0),
                    to("y", "int2", 0, 0),
                    to("f", "float4", 0, 0),
                    to("d", "float8", 0, 0),
                    to("n", "numeric", 20, 4),
                    to("e", "varchar", 10, 0),
                    to("s", "varchar", 10, 0),
                    to("l", "varchar", 40, 0),
                    to("bl", "varbyte", 10, 0),
                    to("j", "super", 0, 0),
                    to("dt", "timestamp", 0, 0),
                    to("ti", "time", 0, 0));
            source.check(table, found, plan);
            try (Export export = source.begin(
                    table,
                    found,
                    plan,
                    source.probe(table, found, Optional.empty(), Optional.empty())
                            .orElseThrow())) {
                assertThat(export.altered()).isEmpty();
                List<Object> row = rows(export).get(0);
                assertThat((float) Double.parseDouble((String) row.get(5))).isEqualTo(0.1f);
                row.remove(5);
                assertThat(row)
                        .as(kind)
                        .containsExactly(
                                "18446744073709551615",
                                "2",
                                "1",
                                "10101",
                                "2026",
                                "0.1",
                                "-1.5000",
                                "b",
                                "x,y",
                                "é",
                                "00FF",
                                "{\"a\": 1}",
                                "2026-03-29 02:30:00.000001",
                                "23:59:59.999999");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql-server"})
    void policiesAlterWhatDoesNotFitAndCountIt(String kind) throws SQLException {
        execute(
                kind,
                "DROP TABLE IF EXISTS v",
                "CREATE TABLE v (id int PRIMARY KEY, d date, t text CHARACTER SET utf8mb4, n decimal(10,3), i int unsigned)",
                "INSERT INTO v VALUES (1, '0000-00-00', concat('a', char(0), 'äö😀'), 1.239, 4294967295),"
                        + " (2, '2026-00-10', 'ok', 1.230, 1)");
        try (SourceDatabase source = open(kind)) {
            Table table = table(Map.of("onOverflow", "truncate, i=null", "onInvalid", "replace"));
            SourceTable found = source.describe(table.source());
            ColumnPlan plan = plan(
                    table,
                    found,
                    to("id", "int4", 0, 0),
                    to("d", "date", 0, 0),
                    to("t", "varchar", 6, 0),
                    to("n", "numeric", 10, 2),
                    to("i", "int4", 0, 0));
            try (Export export = source.begin(
                    table,
                    found,
                    plan,
                    source.probe(table, found, Optional.empty(), Optional.empty())
                            .orElseThrow())) {
                assertThat(export.altered()).isEqualTo(Map.of("d", 2L, "t", 1L, "n", 1L, "i", 1L));
                boolean onServer = kind.equals("mysql-server");
                assertThat(rows(export))
                        .containsExactlyInAnyOrder(
                                Arrays.asList("1", "0001-01-01", "aäö", onServer ? "1.23" : "1.230", null),
                                Arrays.asList("2", "0001-01-01", "ok", "1.230", "1"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql-server"})
    void whatIsNotAlteredIsRefusedAndTheRowIsFound(String kind) throws SQLException {
        execute(
                kind,
                "DROP TABLE IF EXISTS v",
                "CREATE TABLE v (id int PRIMARY KEY, t text, n decimal(10,3))",
                "INSERT INTO v VALUES (1, 'ok', 1.5), (2, concat('a', char(0)), 1.239)");
        try (SourceDatabase source = open(kind)) {
            Table table = table(Map.of());
            SourceTable found = source.describe(table.source());
            ColumnPlan plan = plan(table, found, to("t", "varchar", 100, 0), to("n", "numeric", 10, 2));
            try (Export export = source.begin(
                    table,
                    found,
                    plan,
                    source.probe(table, found, Optional.empty(), Optional.empty())
                            .orElseThrow())) {
                assertThatThrownBy(() -> rows(export)).isInstanceOf(RuntimeException.class);
            }
            assertThat(source.offenders(table, found, plan, Window.EVERYTHING, List.of()))
                    .containsExactly(
                            "column t holds the character NUL in the row id=2",
                            "column n holds more than 2 decimals in the row id=2");
        }
    }
}
