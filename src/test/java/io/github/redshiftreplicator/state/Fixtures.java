package io.github.redshiftreplicator.state;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.Window;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values that the tests share. */
final class Fixtures {
    private Fixtures() {}

    static Table table(String name, Strategy strategy) {
        return new Table(
                name,
                strategy,
                TableName.parse("public." + name),
                TableName.parse(name),
                Optional.ofNullable(strategy.defaultReplicationField()),
                List.of("id"),
                Map.of());
    }

    static Window window(String first, String last) {
        return new Window(Optional.ofNullable(first), Optional.ofNullable(last));
    }

    /** An owner whose process has ended: this one's number with another start. */
    static Owner deadOwner() {
        Owner here = Owner.here();
        String[] parts = here.namespace().split("\\.");
        return new Owner(here.host(), here.pid(), here.startMillis(), parts[0] + ".1." + parts[2]);
    }

    static HikariDataSource pool(String url, String user) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setMaximumPoolSize(8);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }
}
