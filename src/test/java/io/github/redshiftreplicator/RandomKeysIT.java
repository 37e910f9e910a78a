package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows with keys of every common type, drawn at random, are deleted, inserted anew and given other keys; the target's rows are
 * found by them.
 */
class RandomKeysIT extends RandomSources {
    private static final int ROWS = Integer.getInteger("replicator.random.rows", 40);
    private static final int INSERTED_ANEW = 100_000;

    private String kind;
    private Connection source;

    /**
     * A table by the type of its key, and its rows: the keys by the number of the row.
     *
     * @param draw a key's text, as the source takes it
     * @param form a text of the source's or of the target's, so that equal keys are equal texts
     */
    private record Table(
            String name,
            String source,
            String target,
            Function<Random, String> draw,
            UnaryOperator<String> form,
            Map<Integer, String> rows) {}

    private static List<Table> tables(String kind) {
        boolean isPostgreSql = kind.equals("postgresql");
        boolean isMySql = isMySql(kind);
        boolean isH2 = kind.equals("h2");
        boolean isSqlite = kind.equals("sqlite");
        String binary = isMySql ? " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "";
        String text = isPostgreSql || isSqlite ? "text" : "varchar(100)" + binary;
        String bytes = isPostgreSql ? "bytea" : isSqlite ? "blob" : "varbinary(50)";
        String real = isPostgreSql ? "double precision" : "double";
        UnaryOperator<String> same = UnaryOperator.identity();
        List<Table> tables = new ArrayList<>();
        add(tables, "bigint", "bigint", r -> String.valueOf(RandomValues.whole(r)), RandomValues::number);
        add(tables, text, "varchar(400)", r -> RandomValues.text(r, 2) + " ".repeat(r.nextInt(3)), same);
        add(tables, "char(10)" + binary, "varchar(40)", RandomValues::shortText, String::stripTrailing);
        add(
                tables,
                "char(10)" + binary,
                "char(10)",
                r -> RandomValues.shortText(r).replaceAll("[^!-~]", ""),
                String::stripTrailing);
        add(tables, bytes, "varbyte(50)", RandomValues::bytes, same);
        add(tables, "decimal(12,5)", "decimal(12,5)", r -> RandomValues.decimal(r, 7, 5), RandomValues::number);
        // SQLite's own text of a number is exact for ordinary ones
        Function<Random, String> reals = isSqlite ? r -> String.valueOf(r.nextGaussian() * 1000) : RandomValues::real;
        add(tables, real, "float8", reals, t -> String.valueOf(Double.parseDouble(t)));
        if (isSqlite) {
            return tables;
        }
        Function<Random, String> decimals = r -> RandomValues.decimal(r, 20, 10);
        add(tables, "decimal(30,10)", "decimal(30,10)", decimals, RandomValues::number);
        add(tables, "decimal(30,10)", "decimal(38,12)", decimals, RandomValues::number);
        Function<Random, String> dates = r -> RandomValues.date(r).toString();
        add(tables, "date", "date", dates, same);
        add(tables, "date", "timestamp", dates, t -> t.substring(0, 10));
        Function<Random, String> times = r -> RandomValues.time(r, ChronoUnit.MICROS);
        add(tables, "time(6)", "time", times, t -> LocalTime.parse(t).toString());
        Map.of(0, ChronoUnit.SECONDS, 3, ChronoUnit.MILLIS, 6, ChronoUnit.MICROS)
                .forEach((digits, unit) -> add(
                        tables,
                        (isMySql ? "datetime(" : "timestamp(") + digits + ")",
                        "timestamp",
                        r -> RandomValues.date(r) + " " + RandomValues.time(r, unit),
                        RandomValues::instant));
        if (isMySql) {
            add(
                    tables,
                    "timestamp(6)",
                    "timestamptz",
                    r -> LocalDate.of(1970, 1, 2).plusDays(r.nextInt(20_000)) + " " + times.apply(r),
                    RandomValues::instant);
            add(
                    tables,
                    "bigint unsigned",
                    "decimal(20,0)",
                    r -> Long.toUnsignedString(r.nextLong()),
                    RandomValues::number);
            add(tables, "binary(16)", "varbyte(16)", r -> RandomValues.uuid(r).replace("-", ""), same);
        } else {
            add(
                    tables,
                    isH2 ? "timestamp(6) with time zone" : "timestamptz",
                    "timestamptz",
                    r -> RandomValues.date(r) + " " + times.apply(r) + "+05:45",
                    RandomValues::instant);
        }
        if (isPostgreSql || isH2 || kind.equals("mariadb")) {
            add(tables, "uuid", "char(36)", RandomValues::uuid, same);
            add(tables, "uuid", "varchar(36)", RandomValues::uuid, same);
        }
        if (isPostgreSql || isH2) {
            add(tables, "uuid", "varbyte(16)", RandomValues::uuid, t -> t.replace("-", ""));
            add(tables, "boolean", "boolean", r -> String.valueOf(r.nextBoolean()), RandomValues::bool);
        }
        if (isPostgreSql) {
            add(tables, "numeric", "decimal(38,10)", r -> RandomValues.decimal(r, 28, 10), RandomValues::number);
            add(tables, "timetz", "timetz", r -> times.apply(r) + "+05:30", RandomValues::timeInUtc);
        }
        return tables;
    }

    private static void add(
            List<Table> tables,
            String source,
            String target,
            Function<Random, String> draw,
            UnaryOperator<String> form) {
        tables.add(new Table("t" + tables.size(), source, target, draw, form, new TreeMap<>()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "mysql-server", "h2", "sqlite"})
    void rowsAreFoundByTheirKeys(String of) throws SQLException {
        kind = of;
        Deployment deployment =
                new Deployment(directory, SANDBOX.properties()).set("replicator.concurrent-tables", "24");
        List<Table> tables = tables(kind);
        try (Connection connection = open(kind, deployment)) {
            source = connection;
            create(deployment, tables);
            // a row that MySQL refuses ends no transaction
            connection.setAutoCommit(!isMySql(kind));
            for (Table table : tables) {
                for (int row = 0; row < ROWS; row++) {
                    insert(table, row, table.draw().apply(random));
                }
            }
            commit();
            assertSameAfter("replicate", deployment, tables);

            for (Table table : tables) {
                change(table);
            }
            commit();
            assertSameAfter("replicate", deployment, tables);
            assertSameAfter("reconcile", deployment, tables);
            assertSameAfter("verify", deployment, tables);
        }
    }

    private void commit() throws SQLException {
        if (!source.getAutoCommit()) {
            source.commit();
        }
    }

    private void create(Deployment deployment, List<Table> tables) throws SQLException {
        String moment =
                switch (kind) {
                    case "postgresql" -> "timestamptz";
                    case "h2" -> "timestamp(6) with time zone";
                    case "sqlite" -> "timestamp";
                    default -> "datetime(6)";
                };
        for (Table table : tables) {
            SandboxExtension.execute(
                    source,
                    "CREATE TABLE " + table.name() + " (k " + table.source()
                            + " NOT NULL PRIMARY KEY, v int, updated_at " + moment + ")");
            SANDBOX.redshift(
                    "CREATE TABLE " + table.name() + " (k " + table.target() + ", v int, updated_at timestamptz)");
            deployment.table(table.name(), "timed", "keys", "k", "deleteTracking", "true");
        }
        Deployment.Result installed = deployment.run("install");
        assertThat(installed.code()).as(installed.toString()).isZero();
    }

    private void change(Table table) throws SQLException {
        for (int row : List.copyOf(table.rows().keySet())) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    SandboxExtension.execute(source, "DELETE FROM " + table.name() + " WHERE v = " + row);
                    String gone = table.rows().remove(row);
                    if (random.nextInt(3) == 0) {
                        insert(table, INSERTED_ANEW + row, gone);
                    }
                }
                case 2 -> {
                    String sql = "UPDATE " + table.name() + " SET k = " + parameter(kind, table.source())
                            + ", updated_at = " + now() + " WHERE v = ?";
                    execute(table, sql, row, table.draw().apply(random));
                }
                default -> {
                    // stays as it is
                }
            }
        }
    }

    private void insert(Table table, int row, String key) throws SQLException {
        String sql = "INSERT INTO " + table.name() + " (k, updated_at, v) VALUES (" + parameter(kind, table.source())
                + ", " + now() + ", ?)";
        execute(table, sql, row, key);
    }

    /** Gives a row its key, unless another row has it. */
    private void execute(Table table, String sql, int row, String key) throws SQLException {
        try (PreparedStatement statement = source.prepareStatement(sql)) {
            set(statement, 1, kind, table.source(), key);
            statement.setInt(2, row);
            statement.executeUpdate();
            table.rows().put(row, key);
        } catch (SQLException e) {
            assertThat(e.getMessage()).containsPattern("(?i)duplicate|unique");
        }
    }

    private String now() {
        return kind.equals("sqlite") ? "strftime('%Y-%m-%d %H:%M:%f', 'now')" : "CURRENT_TIMESTAMP";
    }

    private void assertSameAfter(String command, Deployment deployment, List<Table> tables) throws SQLException {
        Deployment.Result result = deployment.run(command, "all");
        assertThat(result.code()).as(what(result.toString())).isZero();
        for (Table table : tables) {
            String key = table.target().equals("float8") ? "k::varchar" : "k";
            List<String> arrived = new ArrayList<>();
            for (List<String> row : SANDBOX.redshiftRows("SELECT v, " + key + " FROM " + table.name())) {
                arrived.add(row.get(0) + ": " + table.form().apply(row.get(1)));
            }
            assertThat(arrived)
                    .as(what(table.source() + " to " + table.target() + " after " + command))
                    .containsExactlyInAnyOrderElementsOf(table.rows().entrySet().stream()
                            .map(row -> row.getKey() + ": " + table.form().apply(row.getValue()))
                            .toList());
        }
    }
}
