package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Values of every common type, drawn at random with the ends of their ranges among them, arrive from every kind of source.
 * What is expected is what was drawn, not what the replicator reads.
 */
class RandomValuesIT extends RandomSources {
    private static final int ROWS = Integer.getInteger("replicator.random.rows", 1000);

    /**
     * A column.
     *
     * @param draw a value's text, as the source takes it
     * @param form a text of the source's or of the target's, so that equal values are equal texts
     */
    private record Column(
            String name, String source, String target, Function<Random, String> draw, UnaryOperator<String> form) {
        /** A value's one text, and of what is no such value any more the text that it has. */
        String plain(String value) {
            try {
                return value == null ? null : form.apply(value);
            } catch (NumberFormatException | DateTimeException e) {
                return value;
            }
        }
    }

    /** Types for the columns that each kind of source has, and those that it has not. */
    private static List<Column> columns(String kind) {
        boolean isPostgreSql = kind.startsWith("postgresql");
        boolean isMySql = isMySql(kind);
        boolean isH2 = kind.equals("h2");
        boolean isSqlite = kind.equals("sqlite");
        String real = isPostgreSql ? "double precision" : "double";
        String single = isMySql ? "float" : "real";
        String characters = isMySql ? " CHARACTER SET utf8mb4" : "";
        List<Column> columns = new ArrayList<>();
        numbers(
                columns,
                "bigint",
                r -> String.valueOf(RandomValues.whole(r)),
                "bigint",
                "decimal(20,0)",
                "varchar(20)");
        numbers(columns, "smallint", r -> String.valueOf((short) RandomValues.whole(r)), "smallint", "bigint", "real");
        numbers(columns, real, r -> RandomValues.decimal(r, 8, 5), "decimal(38,10)");
        numbers(columns, single, r -> String.valueOf((short) RandomValues.whole(r)), "float8");
        floats(columns, real, RandomValues::real, "float8", isMySql ? "varchar(34)" : "varchar(24)");
        column(
                columns,
                isMySql ? "tinyint(1)" : "boolean",
                r -> String.valueOf(r.nextInt(2)),
                RandomValues::bool,
                "boolean");
        column(columns, "char(10)" + characters, RandomValues::shortText, String::stripTrailing, "varchar(90)");
        column(
                columns,
                "char(10)" + characters,
                r -> RandomValues.shortText(r).replaceAll("[^ -~]", "").stripTrailing(),
                String::stripTrailing,
                "char(10)");
        String text = isPostgreSql || isSqlite ? "text" : "varchar(200)" + characters;
        column(columns, text, r -> RandomValues.text(r, 12), UnaryOperator.identity(), "varchar(2000)");
        String bytes = isPostgreSql ? "bytea" : isSqlite ? "blob" : "varbinary(50)";
        column(columns, bytes, RandomValues::bytes, UnaryOperator.identity(), "varbyte(50)");
        if (isSqlite) {
            // it keeps fifteen digits of a decimal, and times as texts
            numbers(columns, "decimal(30,5)", r -> RandomValues.decimal(r, 10, 5), "decimal(30,5)");
            return columns;
        }
        numbers(
                columns,
                "decimal(30,10)",
                r -> RandomValues.decimal(r, 20, 10),
                "decimal(30,10)",
                "decimal(38,12)",
                "varchar(40)");
        numbers(columns, "decimal(38,0)", r -> RandomValues.decimal(r, 38, 0), "decimal(38,0)");
        numbers(columns, "decimal(15,10)", r -> RandomValues.decimal(r, 5, 10), "float8");
        floats(columns, single, RandomValues::single, "real");
        column(
                columns,
                "date",
                r -> RandomValues.date(r).toString(),
                t -> t.substring(0, 10),
                "date",
                "timestamp",
                "varchar(10)");
        for (int digits : new int[] {3, 6}) {
            ChronoUnit unit = digits == 3 ? ChronoUnit.MILLIS : ChronoUnit.MICROS;
            String dateTime = (isMySql ? "datetime(" : "timestamp(") + digits + ")";
            column(
                    columns,
                    "time(" + digits + ")",
                    r -> RandomValues.time(r, unit),
                    t -> LocalTime.parse(t).toString(),
                    "time",
                    "varchar(15)");
            column(
                    columns,
                    dateTime,
                    r -> RandomValues.date(r) + " " + RandomValues.time(r, unit),
                    RandomValues::instant,
                    "timestamp",
                    "timestamptz",
                    "varchar(26)");
        }
        if (isMySql) {
            column(
                    columns,
                    "timestamp(6) NULL",
                    r -> LocalDate.of(1970, 1, 2).plusDays(r.nextInt(24_000)) + " "
                            + RandomValues.time(r, ChronoUnit.MICROS),
                    RandomValues::instant,
                    "timestamptz",
                    "timestamp");
            numbers(columns, "bigint unsigned", r -> Long.toUnsignedString(RandomValues.whole(r)), "decimal(20,0)");
            numbers(columns, "year", r -> String.valueOf(1901 + r.nextInt(255)), "smallint");
            column(
                    columns,
                    "enum('a','B,\"','')",
                    r -> List.of("a", "B,\"", "").get(r.nextInt(3)),
                    UnaryOperator.identity(),
                    "varchar(20)");
        } else {
            column(
                    columns,
                    isH2 ? "timestamp(6) with time zone" : "timestamptz",
                    r -> RandomValues.date(r) + " " + RandomValues.time(r, ChronoUnit.MICROS)
                            + List.of("+00", "-07:30", "+14", "+05:45").get(r.nextInt(4)),
                    RandomValues::instant,
                    "timestamptz",
                    "timestamp");
        }
        if (isMySql || isPostgreSql) {
            // MySQL's own parser of JSON is not exact
            int exponent = kind.equals("mysql-server") ? 15 : 200;
            column(columns, "json", r -> RandomValues.json(r, 3, exponent), RandomValues::canonical, "super");
        }
        if (isPostgreSql || isH2 || kind.equals("mariadb")) {
            column(columns, "uuid", r -> RandomValues.uuid(r), UnaryOperator.identity(), "char(36)");
        }
        if (isH2) {
            column(
                    columns,
                    "time(6) with time zone",
                    r -> RandomValues.time(r, ChronoUnit.MICROS) + "+05:30",
                    RandomValues::timeInUtc,
                    "timetz",
                    "varchar(30)");
            column(
                    columns,
                    "enum('a','B,\"')",
                    r -> List.of("a", "B,\"").get(r.nextInt(2)),
                    UnaryOperator.identity(),
                    "varchar(20)");
            column(
                    columns,
                    "json",
                    r -> RandomValues.json(r, 3, 15),
                    RandomValues::canonical,
                    "super",
                    "varchar(5000)");
            column(
                    columns,
                    "varchar_ignorecase(90)",
                    r -> RandomValues.text(r, 5),
                    UnaryOperator.identity(),
                    "varchar(360)");
            column(columns, "uuid", r -> RandomValues.uuid(r).replace("-", ""), t -> t, "varbyte(16)");
            column(columns, "binary(16)", r -> RandomValues.uuid(r).replace("-", ""), t -> t, "varbyte(16)");
            column(columns, "clob", r -> RandomValues.text(r, 30), UnaryOperator.identity(), "varchar(2000)");
            numbers(columns, "tinyint", r -> String.valueOf((byte) RandomValues.whole(r)), "smallint");
            numbers(columns, "decfloat", r -> RandomValues.decimal(r, 7, 8), "float8");
        }
        if (isPostgreSql) {
            column(columns, "jsonb", r -> RandomValues.json(r, 3, 15), RandomValues::canonical, "super");
            numbers(columns, "numeric", r -> RandomValues.decimal(r, 28, 10), "decimal(38,10)");
            column(
                    columns,
                    "timetz",
                    r -> RandomValues.time(r, ChronoUnit.MICROS) + "+05:30",
                    RandomValues::timeInUtc,
                    "timetz");
            column(
                    columns,
                    "bigint[]",
                    r -> "{" + RandomValues.whole(r) + "," + RandomValues.whole(r) + "}",
                    t -> t.replaceAll("[^0-9,-]", ""),
                    "super");
        }
        return columns;
    }

    /** Targets that cannot hold all of what is drawn, and types by which what is altered is told from what is not. */
    private static List<Column> narrowColumns(String kind) {
        boolean isPostgreSql = kind.startsWith("postgresql");
        boolean isMySql = isMySql(kind);
        boolean isSqlite = kind.equals("sqlite");
        String real = isPostgreSql ? "double precision" : "double";
        String text = isPostgreSql || isSqlite ? "text" : "varchar(200)" + (isMySql ? " CHARACTER SET utf8mb4" : "");
        String bytes = isPostgreSql ? "bytea" : isSqlite ? "blob" : "varbinary(50)";
        List<Column> columns = new ArrayList<>();
        numbers(
                columns,
                "bigint",
                r -> String.valueOf(RandomValues.whole(r)),
                "integer",
                "smallint",
                "decimal(9,2)",
                "varchar(5)");
        numbers(columns, real, r -> RandomValues.decimal(r, 10, 4), "decimal(8,2)", "decimal(9,9)", "varchar(5)");
        floats(columns, real, RandomValues::real, "varchar(20)", "decimal(38,20)", "decimal(38,0)");
        column(columns, text, r -> RandomValues.text(r, 9), UnaryOperator.identity(), "varchar(5)", "varchar(11)");
        column(
                columns,
                text,
                r -> RandomValues.text(r, 9).stripTrailing(),
                String::stripTrailing,
                "char(4)",
                "char(9)");
        column(columns, bytes, RandomValues::bytes, UnaryOperator.identity(), "varbyte(20)");
        if (isSqlite) {
            return columns;
        }
        numbers(
                columns,
                "decimal(30,10)",
                r -> RandomValues.decimal(r, 20, 10),
                "decimal(12,4)",
                "decimal(2,2)",
                "bigint",
                "smallint");
        numbers(
                columns,
                "decimal(38,0)",
                r -> RandomValues.decimal(r, 38, 0),
                "decimal(20,0)",
                "decimal(38,6)",
                "bigint");
        Function<Random, String> moment = r -> RandomValues.date(r) + " " + RandomValues.time(r, ChronoUnit.MICROS);
        String dateTime = isMySql ? "datetime(6)" : "timestamp(6)";
        column(columns, dateTime, moment, RandomValues::instant, "date");
        column(columns, dateTime, moment, UnaryOperator.identity(), "varchar(10)");
        if (isMySql) {
            Function<Random, String> unsigned = r -> Long.toUnsignedString(RandomValues.whole(r));
            numbers(columns, "bigint unsigned", unsigned, "decimal(9,0)", "decimal(9,2)", "bigint", "smallint");
        }
        if (isPostgreSql) {
            column(columns, "json", RandomValues::wildJson, RandomValues::canonical, "super");
            numbers(
                    columns,
                    "numeric",
                    r -> RandomValues.decimal(r, 60, 30),
                    "decimal(38,10)",
                    "integer",
                    "decimal(1,0)");
        }
        return columns;
    }

    private static void numbers(List<Column> columns, String source, Function<Random, String> draw, String... targets) {
        column(columns, source, draw, RandomValues::number, targets);
    }

    private static void floats(List<Column> columns, String source, Function<Random, String> draw, String... targets) {
        UnaryOperator<String> nearest = targets[0].equals("real")
                ? text -> String.valueOf((float) Double.parseDouble(text))
                : text -> String.valueOf(Double.parseDouble(text));
        column(columns, source, draw, nearest, targets);
    }

    /** Adds a column for each of the target's types. */
    private static void column(
            List<Column> columns,
            String source,
            Function<Random, String> draw,
            UnaryOperator<String> plain,
            String... targets) {
        for (String target : targets) {
            columns.add(new Column("c" + columns.size(), source, target, draw, plain));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "postgresql-sql", "mariadb", "mysql-server", "h2", "sqlite"})
    void whatWasDrawnArrives(String kind) throws SQLException {
        Deployment deployment = new Deployment(directory, SANDBOX.properties());
        List<Column> columns = columns(kind);
        Map<Integer, List<String>> drawn = drawn(kind, deployment, columns);

        Deployment.Result result = deployment
                .table("v", "full", "reader", kind.equals("postgresql") ? "copy" : "sql")
                .run("replicate", "v");

        assertThat(result.code()).as(what(result.toString())).isZero();
        Map<Integer, List<String>> arrived = arrived(columns);
        assertThat(differences(columns, drawn, arrived)).as(what("values")).isEmpty();
        assertThat(arrived).hasSize(ROWS);
        Deployment.Result verified = deployment.run("verify", "v");
        assertThat(verified.code()).as(what(verified.toString())).isZero();
        String one = columns.get(random.nextInt(columns.size())).name();
        SANDBOX.redshift(
                "UPDATE v SET " + one + " = NULL WHERE id = (SELECT max(id) FROM v WHERE " + one + " IS NOT NULL)");
        verified = deployment.run("verify", "v");
        assertThat(verified.code()).as(what(verified.toString())).isOne();
    }

    /** The target that {@code ddl} proposes takes what the source's types allow. */
    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "postgresql-sql", "mariadb", "mysql-server"})
    void theProposedTargetTakesWhatWasDrawn(String kind) throws SQLException {
        Deployment deployment = new Deployment(directory, SANDBOX.properties());
        List<Column> columns = columns(kind);
        try (Connection source = open(kind, deployment)) {
            fill(source, kind, columns);
        }
        deployment.table("v", "full", "reader", kind.equals("postgresql") ? "copy" : "sql");
        Deployment.Result ddl = deployment.run("ddl", "v");
        assertThat(ddl.code()).as(ddl.toString()).isZero();
        SANDBOX.redshift(ddl.out().strip().replaceAll(";$", ""));

        Deployment.Result result = deployment.run("replicate", "v");

        assertThat(result.code()).as(what(result.toString())).isZero();
        Deployment.Result verified = deployment.run("verify", "v");
        assertThat(verified.code()).as(what(verified.toString())).isZero();
    }

    /** What a policy alters is loaded, and counted to the value. */
    @ParameterizedTest
    @CsvSource({
        "postgresql, truncate, replace",
        "postgresql, null, null",
        "postgresql-sql, truncate, null",
        "mariadb, truncate, replace",
        "mysql, null, replace",
        "mysql-server, truncate, replace",
        "mysql-server, null, null",
        "h2, truncate, replace",
        "h2, null, null",
        "sqlite, truncate, replace",
        "sqlite, null, null"
    })
    void whatDoesNotFitIsAlteredAndCounted(String kind, String onOverflow, String onInvalid) throws SQLException {
        Deployment deployment = new Deployment(directory, SANDBOX.properties());
        List<Column> columns = narrowColumns(kind);
        Map<Integer, List<String>> drawn = drawn(kind, deployment, columns);

        Deployment.Result result = deployment
                .table(
                        "v",
                        "full",
                        "reader",
                        kind.equals("postgresql") ? "copy" : "sql",
                        "onOverflow",
                        onOverflow,
                        "onInvalid",
                        onInvalid)
                .run("replicate", "v");

        assertThat(result.code()).as(what(result.toString())).isZero();
        Map<Integer, List<String>> arrived = arrived(columns);
        long altered = 0;
        for (int id : drawn.keySet()) {
            for (int i = 0; i < columns.size(); i++) {
                altered += Objects.equals(drawn.get(id).get(i), arrived.get(id).get(i)) ? 0 : 1;
            }
        }
        assertThat(SANDBOX.sourceRows("SELECT altered_count FROM replicator_replications"))
                .as(what("values"))
                .containsExactly(List.of(String.valueOf(altered)));
        assertThat(arrived).hasSize(ROWS);
    }

    /** Fills the source, makes the target, and tells the rows. */
    private Map<Integer, List<String>> drawn(String kind, Deployment deployment, List<Column> columns)
            throws SQLException {
        SANDBOX.redshift(columns.stream()
                .map(column -> column.name() + " " + column.target())
                .collect(Collectors.joining(", ", "CREATE TABLE v (id int, ", ")")));
        try (Connection source = open(kind, deployment)) {
            return fill(source, kind, columns);
        }
    }

    private Map<Integer, List<String>> fill(Connection source, String kind, List<Column> columns) throws SQLException {
        SandboxExtension.execute(
                source,
                columns.stream()
                        .map(column -> column.name() + " " + column.source())
                        .collect(Collectors.joining(", ", "CREATE TABLE v (id integer PRIMARY KEY, ", ")")));
        source.setAutoCommit(false);
        Map<Integer, List<String>> drawn = new TreeMap<>();
        String insert = columns.stream()
                .map(column -> parameter(kind, column.source()))
                .collect(Collectors.joining(", ", "INSERT INTO v VALUES (?, ", ")"));
        try (PreparedStatement statement = source.prepareStatement(insert)) {
            for (int id = 1; id <= ROWS; id++) {
                List<String> row = new ArrayList<>();
                statement.setInt(1, id);
                for (Column column : columns) {
                    String value =
                            random.nextInt(10) == 0 ? null : column.draw().apply(random);
                    row.add(column.plain(value));
                    set(statement, row.size() + 1, kind, column.source(), value);
                }
                statement.executeUpdate();
                drawn.put(id, row);
            }
        }
        source.commit();
        return drawn;
    }

    private static Map<Integer, List<String>> arrived(List<Column> columns) throws SQLException {
        String select =
                columns.stream().map(RandomValuesIT::shown).collect(Collectors.joining(", ", "SELECT id, ", " FROM v"));
        Map<Integer, List<String>> arrived = new TreeMap<>();
        for (List<String> row : SANDBOX.redshiftRows(select)) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                values.add(columns.get(i).plain(row.get(i + 1)));
            }
            arrived.put(Integer.valueOf(row.get(0)), values);
        }
        return arrived;
    }

    private static String shown(Column column) {
        return switch (column.target()) {
            case "float8", "real" -> column.name() + "::varchar";
            default -> column.name();
        };
    }

    /** The first ten. */
    private static List<String> differences(
            List<Column> columns, Map<Integer, List<String>> drawn, Map<Integer, List<String>> arrived) {
        List<String> differences = new ArrayList<>();
        drawn.forEach((id, row) -> {
            List<String> other = arrived.getOrDefault(id, List.of());
            for (int i = 0; i < other.size() && differences.size() < 10; i++) {
                if (!Objects.equals(row.get(i), other.get(i))) {
                    differences.add(id + ", " + columns.get(i).source() + " to "
                            + columns.get(i).target() + ": " + row.get(i) + " -> " + other.get(i));
                }
            }
        });
        return differences;
    }
}
