package io.github.redshiftreplicator.sandbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A small shop to replicate: tables with rows in a {@link Sandbox}'s source and empty tables of the same shape in its Redshift.
 *
 * <ul>
 *   <li>{@code countries} (200 rows): rarely changes, for the strategy full
 *   <li>{@code customers} (2,000): {@code updated_at} moves with every change, for timed; quotes, newlines, Unicode, NULL beside
 *       empty strings
 *   <li>{@code orders} (20,000): timed, references customers
 *   <li>{@code order_items} (about 40,000): timed, a key of two columns
 *   <li>{@code page_views} (100,000): rows are only ever added, for identity
 * </ul>
 *
 * <p>The same seed makes the same rows and the same changes. Not thread-safe.
 */
public final class SampleShop {

    private static final List<String> SOURCE_TABLES = List.of(
            """
            CREATE TABLE countries (
                code char(2) PRIMARY KEY,
                name varchar(80) NOT NULL,
                population bigint,
                in_union boolean NOT NULL DEFAULT false)""",
            """
            CREATE TABLE customers (
                id bigserial PRIMARY KEY,
                name varchar(120) NOT NULL,
                email varchar(200) NOT NULL,
                country_code char(2) NOT NULL,
                note text,
                nickname varchar(40),
                balance numeric(12, 2) NOT NULL DEFAULT 0,
                born date,
                active boolean NOT NULL DEFAULT true,
                created_at timestamp NOT NULL DEFAULT now(),
                updated_at timestamp NOT NULL DEFAULT now())""",
            "CREATE INDEX customers_updated_at ON customers (updated_at)",
            """
            CREATE TABLE orders (
                id bigserial PRIMARY KEY,
                customer_id bigint NOT NULL,
                status varchar(20) NOT NULL,
                total numeric(12, 2) NOT NULL,
                weight double precision,
                placed_at timestamptz NOT NULL,
                updated_at timestamp NOT NULL DEFAULT now())""",
            "CREATE INDEX orders_updated_at ON orders (updated_at)",
            """
            CREATE TABLE order_items (
                order_id bigint NOT NULL,
                line integer NOT NULL,
                sku varchar(20) NOT NULL,
                quantity smallint NOT NULL,
                price numeric(10, 4) NOT NULL,
                updated_at timestamp NOT NULL DEFAULT now(),
                PRIMARY KEY (order_id, line))""",
            "CREATE INDEX order_items_updated_at ON order_items (updated_at)",
            """
            CREATE TABLE page_views (
                id bigserial PRIMARY KEY,
                session char(36) NOT NULL,
                customer_id bigint,
                path varchar(200) NOT NULL,
                referrer varchar(200),
                duration real,
                viewed_at timestamp NOT NULL DEFAULT now())""");

    private static final List<String> SOURCE_ROWS = List.of("""
            INSERT INTO countries
            SELECT chr(65 + g / 26) || chr(65 + g % 26),
                   (ARRAY['Österreich', 'Côte d''Ivoire', '日本', 'Éire', 'Norge', 'Schweiz "CH"'])[1 + g % 6] || ' ' || g,
                   CASE WHEN g % 17 = 0 THEN NULL ELSE 100000 + g * 7919::bigint END, g % 3 = 0
            FROM generate_series(0, 199) g""", """
            INSERT INTO customers (name, email, country_code, note, nickname, balance, born, active, created_at, updated_at)
            SELECT (ARRAY['Zoë Müller', 'Renée O''Brien', '王小明', 'Ana "Nita" Souza', 'Søren Ødegård', 'Иван Петров', 'Li, Wei'])[1 + g % 7]
                       || ' ' || g,
                   'customer' || g || '@example.org', chr(65 + g % 200 / 26) || chr(65 + g % 200 % 26),
                   CASE g % 5 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'likes "quotes", commas' || chr(10) || 'and new lines'
                              WHEN 3 THEN 'back\\slash and tab' || chr(9) || '😀' ELSE 'plain' END,
                   CASE g % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'nick' || g END,
                   (g * 37 % 100000) / 100.0 - 200, CASE WHEN g % 11 = 0 THEN NULL ELSE DATE '1950-01-01' + g * 7 END, g % 13 <> 0,
                   timestamp '2026-01-01' + g * interval '17 minutes', timestamp '2026-01-01' + g * interval '17 minutes 3.5 seconds'
            FROM generate_series(1, 2000) g""", """
            INSERT INTO orders (customer_id, status, total, weight, placed_at, updated_at)
            SELECT 1 + g * 7919 % 2000, (ARRAY['placed', 'paid', 'shipped', 'returned'])[1 + g % 4], (g * 131 % 500000) / 100.0,
                   CASE WHEN g % 9 = 0 THEN NULL ELSE g % 1000 / 7.0 END, timestamptz '2026-01-01 00:00:00+00' + g * interval '100 seconds',
                   timestamp '2026-01-01' + g * interval '100.25 seconds'
            FROM generate_series(1, 20000) g""", """
            INSERT INTO order_items
            SELECT o, l, 'SKU-' || (o * 31 + l) % 977, 1 + (o + l) % 5, ((o * 17 + l) % 100000) / 1000.0,
                   timestamp '2026-01-01' + o * interval '100.25 seconds'
            FROM generate_series(1, 20000) o, generate_series(1, 3) l WHERE l <= 1 + o % 3""", """
            INSERT INTO page_views (session, customer_id, path, referrer, duration, viewed_at)
            SELECT md5((g / 12)::text) || '-' || lpad((g % 997)::text, 3, '0'), CASE WHEN g % 3 = 0 THEN NULL ELSE 1 + g % 2000 END,
                   '/products/' || g % 977 || CASE WHEN g % 50 = 0 THEN '?q=caf%C3%A9,"x"' ELSE '' END,
                   CASE g % 4 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'https://example.org/' || g % 100 END, (g % 600) / 4.0,
                   timestamp '2026-01-01' + g * interval '20 seconds'
            FROM generate_series(1, 100000) g""");

    private static final Map<String, String> TARGET_TABLES =
            Map.of("countries", """
            CREATE TABLE countries (
                code CHAR(2) NOT NULL,
                name VARCHAR(320) NOT NULL,
                population BIGINT,
                in_union BOOLEAN NOT NULL,
                PRIMARY KEY (code))
            DISTSTYLE ALL SORTKEY (code)""", "customers", """
            CREATE TABLE customers (
                id BIGINT NOT NULL DISTKEY,
                name VARCHAR(480) NOT NULL,
                email VARCHAR(800) NOT NULL,
                country_code CHAR(2) NOT NULL,
                note VARCHAR(65535),
                nickname VARCHAR(160),
                balance DECIMAL(12, 2) NOT NULL,
                born DATE,
                active BOOLEAN NOT NULL,
                created_at TIMESTAMP NOT NULL,
                updated_at TIMESTAMP NOT NULL,
                PRIMARY KEY (id))
            COMPOUND SORTKEY (updated_at)""", "orders", """
            CREATE TABLE orders (
                id BIGINT NOT NULL,
                customer_id BIGINT NOT NULL DISTKEY,
                status VARCHAR(80) NOT NULL,
                total DECIMAL(12, 2) NOT NULL,
                weight DOUBLE PRECISION,
                placed_at TIMESTAMPTZ NOT NULL,
                updated_at TIMESTAMP NOT NULL,
                PRIMARY KEY (id))
            COMPOUND SORTKEY (placed_at)""", "order_items", """
            CREATE TABLE order_items (
                order_id BIGINT NOT NULL DISTKEY,
                line INTEGER NOT NULL,
                sku VARCHAR(80) NOT NULL,
                quantity SMALLINT NOT NULL,
                price DECIMAL(10, 4) NOT NULL,
                updated_at TIMESTAMP NOT NULL,
                PRIMARY KEY (order_id, line))
            INTERLEAVED SORTKEY (order_id, sku)""", "page_views", """
            CREATE TABLE page_views (
                id BIGINT NOT NULL,
                session CHAR(36) NOT NULL,
                customer_id BIGINT,
                path VARCHAR(800) NOT NULL,
                referrer VARCHAR(800),
                duration REAL,
                viewed_at TIMESTAMP NOT NULL,
                PRIMARY KEY (id))
            DISTSTYLE EVEN SORTKEY (viewed_at)""");

    private final Random random;

    /** A shop whose changes follow from the seed. */
    public SampleShop(long seed) {
        random = new Random(seed);
    }

    /** The names of the tables. */
    public static List<String> tables() {
        return List.of("countries", "customers", "orders", "order_items", "page_views");
    }

    /** Makes and fills the tables of the sandbox's source and makes those of its Redshift. */
    public void create(Sandbox sandbox) throws SQLException {
        try (Connection source = sandbox.sourceConnection();
                Connection redshift = sandbox.redshiftConnection()) {
            createSource(source);
            createTargets(redshift);
        }
    }

    /** Makes and fills the tables in the first schema of the connection's search path. */
    public void createSource(Connection source) throws SQLException {
        execute(source, SOURCE_TABLES);
        execute(source, SOURCE_ROWS);
        execute(source, List.of("ANALYZE countries, customers, orders, order_items, page_views"));
    }

    /** Makes the empty targets in the first schema of the connection's search path. */
    public void createTargets(Connection redshift) throws SQLException {
        execute(redshift, tables().stream().map(TARGET_TABLES::get).toList());
    }

    /**
     * Does what happens in a shop in a moment: some page views, a new order with its items, changed orders and customers, a deleted
     * order; now and then a new customer or a country that counted its people. One transaction.
     */
    public void changeSomething(Connection source) throws SQLException {
        boolean autoCommit = source.getAutoCommit();
        source.setAutoCommit(false);
        try {
            execute(source, changes());
            source.commit();
        } catch (SQLException e) {
            source.rollback();
            throw e;
        } finally {
            source.setAutoCommit(autoCommit);
        }
    }

    private List<String> changes() {
        int customer = 1 + random.nextInt(2000);
        int order = 1 + random.nextInt(20_000);
        int doomed = 1 + random.nextInt(20_000);
        int country = random.nextInt(200);
        int cents = random.nextInt(50_000);
        String customerOrCountry = random.nextInt(3) == 0
                ? "INSERT INTO customers (name, email, country_code, note, nickname) VALUES ('Ñew \"customer\" " + cents
                        + "', 'new" + cents + "@example.org', 'AA', NULL, '')"
                : "UPDATE countries SET population = coalesce(population, 0) + " + cents + " WHERE code = '"
                        + (char) ('A' + country / 26) + (char) ('A' + country % 26) + "'";
        return List.of(
                "INSERT INTO page_views (session, customer_id, path, referrer, duration) SELECT md5(g::text) || '-new', "
                        + customer + ", '/products/' || g, NULL, g / 4.0 FROM generate_series(1, "
                        + (5 + random.nextInt(45)) + ") g",
                "WITH placed AS (INSERT INTO orders (customer_id, status, total, placed_at) VALUES (" + customer
                        + ", 'placed', " + cents
                        + " / 100.0, now()) RETURNING id) INSERT INTO order_items (order_id, line, sku, quantity, price)"
                        + " SELECT id, l, 'SKU-' || l, l, 9.9999 FROM placed, generate_series(1, 2) l",
                "UPDATE orders SET status = 'shipped', updated_at = clock_timestamp() WHERE id BETWEEN " + order
                        + " AND " + (order + 4),
                "UPDATE customers SET balance = balance + " + cents
                        + " / 100.0, nickname = nullif(nickname, ''), updated_at =" + " clock_timestamp() WHERE id = "
                        + customer,
                "DELETE FROM order_items WHERE order_id = " + doomed,
                "DELETE FROM orders WHERE id = " + doomed,
                customerOrCountry);
    }

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
