package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Values of PostgreSQL's arrays, composites, domains, ranges and extensions' types, drawn at random, arrive. What a type
 * shows as a document is compared with what was drawn; of the others PostgreSQL's own text is the value.
 */
class RandomComposedValuesIT extends RandomSources {
    private static final int ROWS = Integer.getInteger("replicator.random.rows", 300);

    /**
     * A value.
     *
     * @param literal as PostgreSQL takes it
     * @param json as the target shows it; null if PostgreSQL knows
     */
    private record Value(String literal, String json) {}

    private record Column(String name, String source, String target, Function<Random, Value> draw) {}

    private final List<Column> columns = new ArrayList<>();

    private void add(String source, String target, Function<Random, Value> draw) {
        columns.add(new Column("c" + columns.size(), source, target, draw));
    }

    private static String quoted(String text) {
        return text == null ? "NULL" : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String textOrNull(Random random) {
        return random.nextInt(5) == 0 ? null : RandomValues.text(random, 5);
    }

    private static String json(String text) {
        return text == null ? "null" : RandomValues.quoted(text);
    }

    private static Value array(Random random, Function<Random, Value> element) {
        StringJoiner literal = new StringJoiner(",", "{", "}");
        StringJoiner json = new StringJoiner(",", "[", "]");
        for (int i = random.nextInt(4); i > 0; i--) {
            Value value = element.apply(random);
            literal.add(quoted(value.literal()));
            json.add(value.json());
        }
        return new Value(literal.toString(), json.toString());
    }

    private static Value matrix(Random random) {
        StringJoiner literal = new StringJoiner(",", "[-1:1][0:1]={", "}");
        StringJoiner json = new StringJoiner(",", "[", "]");
        for (int i = 0; i < 3; i++) {
            String row = RandomValues.whole(random) + "," + RandomValues.whole(random);
            literal.add("{" + row + "}");
            json.add("[" + row + "]");
        }
        return new Value(literal.toString(), json.toString());
    }

    private static Value text(Random random) {
        String text = textOrNull(random);
        return new Value(text, json(text));
    }

    private static Value number(Random random) {
        String number = RandomValues.decimal(random, 18, 18);
        return new Value(number, number);
    }

    private static Value single(Random random) {
        String number = random.nextInt(2000) / 8f + "";
        return new Value(number, number);
    }

    private static Value bool(Random random) {
        boolean is = random.nextBoolean();
        return new Value(String.valueOf(is), String.valueOf(is));
    }

    private static Value document(Random random) {
        String json = RandomValues.json(random, 2, 15);
        return new Value(json, json);
    }

    /** Of (a bigint, "the ""text""" text, n numeric, tags text[], w boolean). */
    private static Value composite(Random random) {
        long whole = RandomValues.whole(random);
        Value text = text(random);
        Value number = number(random);
        Value tags = array(random, RandomComposedValuesIT::text);
        Value is = bool(random);
        StringJoiner literal = new StringJoiner(",", "(", ")");
        for (String value :
                new String[] {String.valueOf(whole), text.literal(), number.literal(), tags.literal(), is.literal()}) {
            literal.add(value == null ? "" : quoted(value));
        }
        return new Value(
                literal.toString(),
                "{\"a\": " + whole + ", \"the \\\"text\\\"\": " + text.json() + ", \"n\": " + number.json()
                        + ", \"tags\": " + tags.json() + ", \"w\": " + is.json() + "}");
    }

    private static Value hstore(Random random) {
        StringJoiner literal = new StringJoiner(", ");
        StringJoiner json = new StringJoiner(",", "{", "}");
        for (int i = random.nextInt(4); i > 0; i--) {
            String key = i + RandomValues.text(random, 3);
            Value value = text(random);
            literal.add(quoted(key) + "=>" + quoted(value.literal()));
            json.add(json(key) + ":" + value.json());
        }
        return new Value(literal.toString(), json.toString());
    }

    private static Value shown(String literal) {
        return new Value(literal, null);
    }

    private static Function<Random, Value> shownArray(Function<Random, String> element) {
        return random ->
                shown(array(random, r -> new Value(element.apply(r), "")).literal());
    }

    private static String kind(Random random) {
        return List.of("a", "B,\"", "c \\").get(random.nextInt(3));
    }

    private static String bits(Random random, int least, int most) {
        return random.ints(least + random.nextInt(most - least + 1), 0, 2)
                .mapToObj(String::valueOf)
                .collect(Collectors.joining());
    }

    private static String range(Random random, Function<Random, String> bound, Comparator<String> order) {
        if (random.nextInt(6) == 0) {
            return "empty";
        }
        List<String> bounds = new ArrayList<>(List.of(bound.apply(random), bound.apply(random)));
        bounds.sort(order);
        return (random.nextBoolean() ? "[" : "(") + (random.nextInt(5) == 0 ? "" : quoted(bounds.get(0))) + ","
                + (random.nextInt(5) == 0 ? "" : quoted(bounds.get(1))) + (random.nextBoolean() ? "]" : ")");
    }

    private static String interval(Random random) {
        return random.nextInt(200_000_000) - 100_000_000 + " mons " + (random.nextInt() >> random.nextInt(32))
                + " days " + (random.nextLong() >> (10 + random.nextInt(50))) + " microseconds";
    }

    private static String address(Random random) {
        if (random.nextBoolean()) {
            return random.ints(4, 0, 256).mapToObj(String::valueOf).collect(Collectors.joining("."))
                    + (random.nextBoolean() ? "" : "/" + random.nextInt(33));
        }
        return random.ints(8, 0, 65_536)
                .map(part -> random.nextInt(3) == 0 ? 0 : part)
                .mapToObj(Integer::toHexString)
                .collect(Collectors.joining(":"));
    }

    private void types() throws SQLException {
        SANDBOX.source(
                "CREATE EXTENSION hstore",
                "CREATE EXTENSION citext",
                "CREATE EXTENSION ltree",
                "CREATE TYPE kind AS ENUM ('a', 'B,\"', 'c \\')",
                "CREATE TYPE part AS (a bigint, \"the \"\"text\"\"\" text, n numeric, tags text[], w boolean)",
                "CREATE DOMAIN label AS text CHECK (VALUE <> 'never')",
                "CREATE DOMAIN short_label AS label CHECK (length(VALUE) < 1000)",
                "CREATE DOMAIN labels AS text[]",
                "CREATE DOMAIN some_part AS part",
                "CREATE DOMAIN some_kind AS kind",
                "CREATE DOMAIN price AS numeric(30, 10)",
                "CREATE DOMAIN document AS jsonb",
                "CREATE TYPE textrange AS RANGE (subtype = text, collation = \"C\")");
        for (String target : List.of("super", "varchar(65535)")) {
            add("text[]", target, r -> array(r, RandomComposedValuesIT::text));
            add("labels", target, r -> array(r, RandomComposedValuesIT::text));
            add("short_label[]", target, r -> array(r, RandomComposedValuesIT::text));
            add("numeric[]", target, r -> array(r, RandomComposedValuesIT::number));
            add("real[]", target, r -> array(r, RandomComposedValuesIT::single));
            add("boolean[]", target, r -> array(r, RandomComposedValuesIT::bool));
            add("bigint[]", target, RandomComposedValuesIT::matrix);
            add("jsonb[]", target, r -> array(r, RandomComposedValuesIT::document));
            add("json[]", target, r -> array(r, RandomComposedValuesIT::document));
            add("part", target, RandomComposedValuesIT::composite);
            add("some_part", target, RandomComposedValuesIT::composite);
            add("part[]", target, r -> array(r, RandomComposedValuesIT::composite));
            add("hstore", target, RandomComposedValuesIT::hstore);
            add("document", target, RandomComposedValuesIT::document);
            add("timestamptz[]", target, shownArray(r -> RandomValues.date(r) + " 02:30:00.1+05:45"));
            add("timestamp[]", target, shownArray(r -> RandomValues.date(r) + " 02:30:00.1"));
            add("interval[]", target, shownArray(RandomComposedValuesIT::interval));
            add("bytea[]", target, shownArray(r -> "\\x" + RandomValues.bytes(r)));
            add("kind[]", target, shownArray(RandomComposedValuesIT::kind));
            add("double precision[]", target, shownArray(RandomValues::real));
            add(
                    "int4range[]",
                    target,
                    shownArray(r -> range(r, q -> "" + q.nextInt(99), Comparator.comparing(Long::valueOf))));
        }
        String any = "varchar(65535)";
        for (String texts : List.of("label", "short_label", "citext", "name")) {
            add(texts, any, r -> shown(RandomValues.text(r, 9)));
        }
        add("some_kind", any, r -> shown(kind(r)));
        add("price", "decimal(30,10)", r -> shown(RandomValues.decimal(r, 20, 10)));
        add("price", "decimal(38,12)", r -> shown(RandomValues.decimal(r, 20, 10)));
        add("interval", any, r -> shown(interval(r)));
        add("bit(70)", any, r -> shown(bits(r, 70, 70)));
        add("bit varying", any, r -> shown(bits(r, 0, 100)));
        add("bit(1)", "boolean", r -> shown(bits(r, 1, 1)));
        add("inet", any, r -> shown(address(r)));
        add("macaddr", any, r -> shown(digits(r, 6)));
        add("macaddr8", any, r -> shown(digits(r, 8)));
        add("pg_lsn", any, r -> shown(Integer.toHexString(r.nextInt()) + "/" + Integer.toHexString(r.nextInt())));
        add("int8range", any, r -> shown(range(r, q -> "" + q.nextInt(), Comparator.comparing(Long::valueOf))));
        add(
                "numrange",
                any,
                r -> shown(range(r, q -> RandomValues.decimal(q, 20, 20), Comparator.comparing(BigDecimal::new))));
        add("daterange", any, r -> shown(range(r, q -> RandomValues.date(q).toString(), Comparator.naturalOrder())));
        add(
                "tstzrange",
                any,
                r -> shown(range(r, q -> RandomValues.date(q) + " 02:30:00+01", Comparator.naturalOrder())));
        add("tsrange", any, r -> shown(range(r, q -> RandomValues.date(q) + " 02:30:00", Comparator.naturalOrder())));
        add(
                "textrange",
                any,
                r -> shown(range(r, q -> q.nextInt(100, 1000) + RandomValues.text(q, 3), Comparator.naturalOrder())));
        add(
                "xml",
                any,
                r -> shown("<a b=\"" + r.nextInt() + "\">"
                        + RandomValues.text(r, 5).replaceAll("[&<\u0001]", "x") + "</a>"));
        add(
                "tsvector",
                any,
                r -> shown("'" + RandomValues.text(r, 4).replace("\\", "").replace("'", "") + "x':"
                        + (1 + r.nextInt(99)) + "A"));
        add("ltree", any, r -> shown("a" + r.nextInt(99) + ".b.c" + r.nextInt(99)));
        add("money", "decimal(20,2)", r -> shown(RandomValues.decimal(r, 12, 2)));
        add("money", any, r -> shown(RandomValues.decimal(r, 12, 2)));
        add("oid", "bigint", r -> shown(Integer.toUnsignedString(r.nextInt())));
        add("\"char\"", any, r -> shown("" + (char) (32 + r.nextInt(95))));
    }

    private static String digits(Random random, int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "sql"})
    void whatWasDrawnArrives(String reader) throws SQLException {
        types();
        Map<Integer, List<String>> drawn = drawn();
        Deployment deployment = new Deployment(directory, SANDBOX.properties());

        Deployment.Result result =
                deployment.table("v", "full", "reader", reader).run("replicate", "v");

        assertThat(result.code()).as(what(result.toString())).isZero();
        assertThat(differences(drawn)).as(what("values")).isEmpty();
        Deployment.Result verified = deployment.run("verify", "v");
        assertThat(verified.code()).as(what(verified.toString())).isZero();
    }

    /** Each into a text that is too short for many. */
    @ParameterizedTest
    @ValueSource(strings = {"copy", "sql"})
    void whatDoesNotFitIsAlteredAndCounted(String reader) throws SQLException {
        types();
        columns.replaceAll(column -> new Column(column.name(), column.source(), "varchar(9)", column.draw()));
        Map<Integer, List<String>> drawn = drawn();
        Deployment deployment = new Deployment(directory, SANDBOX.properties());

        Deployment.Result result = deployment
                .table("v", "full", "reader", reader, "onOverflow", "truncate", "onInvalid", "replace")
                .run("replicate", "v");

        assertThat(result.code()).as(what(result.toString())).isZero();
        assertThat(SANDBOX.sourceRows("SELECT altered_count FROM replicator_replications"))
                .as(what("values"))
                .containsExactly(List.of(String.valueOf(differences(drawn).size())));
    }

    private Map<Integer, List<String>> drawn() throws SQLException {
        SANDBOX.redshift(columns.stream()
                .map(column -> column.name() + " " + column.target())
                .collect(Collectors.joining(", ", "CREATE TABLE v (id int, ", ")")));
        Map<Integer, List<String>> expected = new TreeMap<>();
        try (Connection source = SANDBOX.source()) {
            fill(source, expected);
        }
        return expected;
    }

    private List<String> differences(Map<Integer, List<String>> drawn) throws SQLException {
        List<String> differences = new ArrayList<>();
        String select = columns.stream().map(Column::name).collect(Collectors.joining(", ", "SELECT id, ", " FROM v"));
        List<List<String>> rows = SANDBOX.redshiftRows(select);
        for (List<String> row : rows) {
            List<String> values = drawn.get(Integer.valueOf(row.get(0)));
            for (int i = 0; i < columns.size(); i++) {
                Column column = columns.get(i);
                String value = form(column, row.get(i + 1));
                if (!Objects.equals(values.get(i), value)) {
                    differences.add(row.get(0) + ", " + column.source() + " to " + column.target() + ": "
                            + values.get(i) + " -> " + value);
                }
            }
        }
        assertThat(rows).hasSize(ROWS);
        return differences;
    }

    private static String form(Column column, String value) {
        if (value == null) {
            return null;
        } else if (column.target().equals("super")) {
            return RandomValues.canonical(value);
        } else if (column.target().equals("boolean")) {
            return RandomValues.bool(value);
        }
        return column.target().startsWith("decimal") ? RandomValues.number(value) : value;
    }

    private void fill(Connection source, Map<Integer, List<String>> expected) throws SQLException {
        SandboxExtension.execute(source, "SET TimeZone = 'UTC'");
        SandboxExtension.execute(
                source,
                columns.stream()
                        .map(column -> column.name() + " " + column.source())
                        .collect(Collectors.joining(", ", "CREATE TABLE v (id int PRIMARY KEY, ", ")")));
        String insert = columns.stream()
                .map(column -> "CAST(? AS " + column.source() + ")")
                .collect(Collectors.joining(", ", "INSERT INTO v VALUES (?, ", ")"));
        Map<Integer, List<Value>> drawn = new TreeMap<>();
        source.setAutoCommit(false);
        try (PreparedStatement statement = source.prepareStatement(insert)) {
            for (int id = 1; id <= ROWS; id++) {
                List<Value> row = new ArrayList<>();
                statement.setInt(1, id);
                for (Column column : columns) {
                    row.add(
                            random.nextInt(10) == 0
                                    ? new Value(null, null)
                                    : column.draw().apply(random));
                    statement.setString(row.size() + 1, row.get(row.size() - 1).literal());
                }
                statement.executeUpdate();
                drawn.put(id, row);
            }
        }
        source.commit();
        String shown = columns.stream()
                .map(column ->
                        column.target().equals("super") && !column.source().equals("hstore")
                                ? "to_json(" + column.name() + ")::text"
                                : column.source().equals("money")
                                        ? column.name() + "::numeric::text"
                                        : column.name() + "::text")
                .collect(Collectors.joining(", ", "SELECT id, ", " FROM v"));
        for (List<String> row : SandboxExtension.rows(source, shown)) {
            int id = Integer.parseInt(row.get(0));
            List<String> values = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                String json = drawn.get(id).get(i).json();
                boolean isDrawn = json != null && columns.get(i).target().equals("super");
                values.add(form(columns.get(i), isDrawn ? json : row.get(i + 1)));
            }
            expected.put(id, values);
        }
    }
}
