package io.github.redshiftreplicator.bench;

import java.sql.Connection;
import java.sql.SQLException;

/** The table that is measured: ten columns of the usual kinds, about 180 bytes a row as CSV. */
final class SampleTable {
    static final String NAME = "orders";

    static final String COLUMNS =
            "id, customer_id, status, email, amount, quantity, ordered_at, updated_at, token, note";

    private SampleTable() {}

    static void make(Bench bench, long rows) throws SQLException {
        try (Connection source = bench.source()) {
            Bench.execute(
                    source,
                    "DROP TABLE IF EXISTS " + NAME,
                    "CREATE TABLE " + NAME + """
                     (
                     id bigint PRIMARY KEY,
                     customer_id integer NOT NULL,
                     status varchar(16) NOT NULL,
                     email varchar(64),
                     amount numeric(12,2) NOT NULL,
                     quantity integer,
                     ordered_at timestamp NOT NULL,
                     updated_at timestamp NOT NULL,
                     token varchar(32),
                     note varchar(200))""",
                    """
                    INSERT INTO orders
                    SELECT g, g * 7919 %% 1000003, (ARRAY['new','paid','packed','shipped','returned'])[1 + g %% 5],
                           'customer' || g * 7919 %% 1000003 || '@mail' || g %% 17 || '.example.com',
                           (g * 37 %% 1000000) / 100.0, CASE WHEN g %% 11 > 0 THEN g %% 9 + 1 END,
                           timestamp '2024-01-01' + g * interval '11.37 seconds',
                           timestamp '2024-01-01' + g * interval '12.91 seconds',
                           md5(g::text),
                           'deliver to door ' || g %% 320 || ', ring ' || g %% 3 || ' times; '
                             || (ARRAY['leave with the neighbour','fragile','call before','second floor "left"'])[1 + g %% 4]
                    FROM generate_series(1::bigint, %d) g""".formatted(rows),
                    "VACUUM ANALYZE " + NAME);
        }
        try (Connection redshift = bench.redshift()) {
            Bench.execute(redshift, "DROP TABLE IF EXISTS " + NAME, """
                    CREATE TABLE orders (
                      id bigint, customer_id integer, status varchar(16), email varchar(64), amount numeric(12,2),
                      quantity integer, ordered_at timestamp, updated_at timestamp, token varchar(32), note varchar(200))""");
        }
    }
}
