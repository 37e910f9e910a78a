package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.Window;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Turns an exchange into one load or one maintenance statement. Thread-safe. */
public class RedshiftProducer extends DefaultProducer {
    private static final double DEFAULT_MAX_DELETE_RATIO = 0.1;

    private final RedshiftConfiguration configuration;
    private final Set<TableName> stagedAlone = ConcurrentHashMap.newKeySet();
    private DataSource dataSource;
    private Backoff backoff;

    public RedshiftProducer(RedshiftEndpoint endpoint) {
        super(endpoint);
        this.configuration = endpoint.getConfiguration();
    }

    @Override
    public RedshiftEndpoint getEndpoint() {
        return (RedshiftEndpoint) super.getEndpoint();
    }

    /** Tells what is wrong with the options now rather than with the first message. */
    @Override
    protected void doStart() throws Exception {
        super.doStart();
        RedshiftOperation operation = configuration.getOperation();
        if (operation.alwaysCopies() && configuration.getAuthorization() == null) {
            configuration.resolveAuthorization();
        }
        PartFormat format = PartFormat.of(configuration.getFormat());
        configuration.clauses(format, false);
        configuration.clauses(format, true);
        VacuumMode mode = mode();
        if (configuration.getOperation() == RedshiftOperation.ANALYZE
                && mode != VacuumMode.AUTO
                && mode != VacuumMode.FULL) {
            throw new IllegalArgumentException(
                    "redshift:analyze knows the modes auto and full, not '" + mode.word() + "'.");
        }
        dataSource = getEndpoint().dataSource();
        backoff = configuration.newBackoff(RandomGenerator.getDefault());
    }

    @Override
    protected void doStop() throws Exception {
        if (backoff != null) {
            backoff.stop();
        }
        super.doStop();
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        switch (configuration.getOperation()) {
            case VACUUM ->
                message.setHeader(
                        RedshiftConstants.MAINTENANCE,
                        maintenance().vacuum(table(message), mode(), configuration.isBoost()));
            case ANALYZE ->
                message.setHeader(RedshiftConstants.MAINTENANCE, maintenance().analyze(table(message), mode()));
            default -> load(message);
        }
    }

    private VacuumMode mode() {
        return VacuumMode.of(configuration.getMode());
    }

    private Maintenance maintenance() {
        return new Maintenance(dataSource, getEndpoint().getComponent().oneVacuum());
    }

    private void load(Message message) {
        Duration lockTimeout = Duration.ofMillis(configuration.getLockTimeout());
        LoadResult result = new Loader(dataSource, backoff, lockTimeout, stagedAlone).load(request(message));
        message.setHeader(RedshiftConstants.LOADED_ROWS, result.rows());
        message.setHeader(RedshiftConstants.DELETED_ROWS, result.deleted());
        message.setHeader(RedshiftConstants.ALREADY_LOADED, result.alreadyLoaded());
    }

    private LoadRequest request(Message message) {
        RedshiftOperation operation = operation(message);
        TableName table = table(message)
                .orElseThrow(() -> new IllegalArgumentException("redshift:" + operation.word()
                        + " has no table: set the option table or the header " + RedshiftConstants.TABLE + "."));
        List<String> columns = names(message, RedshiftConstants.COLUMNS, configuration.columnList());
        List<String> keys =
                KeyValues.spelledAs(columns, names(message, RedshiftConstants.KEYS, configuration.keyList()));
        Deletes deletes = operation == RedshiftOperation.REPLACE ? Deletes.NONE : deletes(message, keys, table);
        boolean needsKeys =
                operation == RedshiftOperation.MERGE || operation == RedshiftOperation.DELETE || !deletes.isNone();
        if (needsKeys && keys.isEmpty()) {
            throw new IllegalArgumentException(operation.word() + " needs the keys of " + table
                    + ": set the option keys or the header " + RedshiftConstants.KEYS + ".");
        }
        Optional<String> manifest = Optional.ofNullable(header(message, RedshiftConstants.MANIFEST, String.class))
                .flatMap(RedshiftConfiguration::text)
                .or(configuration::manifestUrl);
        boolean keysInBody = operation == RedshiftOperation.DELETE && manifest.isEmpty();
        PartFormat format = format(message);
        return new LoadRequest(
                operation,
                table,
                keys,
                columns,
                manifest,
                Optional.ofNullable(header(message, RedshiftConstants.ROWS, Long.class)),
                keysInBody ? KeyValues.of(message.getBody(), keys, table) : List.of(),
                deletes,
                configuration.isLedger() ? Optional.of(ledger(table)) : Optional.empty(),
                loadId(message, manifest),
                Optional.ofNullable(header(message, RedshiftConstants.WINDOW, Window.class))
                        .orElse(Window.EVERYTHING),
                Optional.ofNullable(header(message, RedshiftConstants.FENCE, LoadFence.class))
                        .orElse(LoadFence.NONE),
                Boolean.TRUE.equals(header(message, RedshiftConstants.MISSING_ONLY, Boolean.class)),
                operation == RedshiftOperation.REPLACE && configuration.isSwap(),
                configuration::resolveAuthorization,
                configuration.clauses(format, false),
                configuration.clauses(format, true));
    }

    private static Deletes deletes(Message message, List<String> keys, TableName table) {
        Object asked = message.getHeader(RedshiftConstants.DELETES);
        boolean allBut = Boolean.TRUE.equals(header(message, RedshiftConstants.DELETE_ALL_BUT, Boolean.class));
        if (asked == null && !allBut) {
            return Deletes.NONE;
        }
        Optional<String> manifest = asked instanceof String url ? Optional.of(url) : Optional.empty();
        return new Deletes(
                manifest.isPresent() || asked == null ? List.of() : KeyValues.of(asked, keys, table),
                manifest,
                Optional.ofNullable(header(message, RedshiftConstants.DELETES_COUNT, Long.class)),
                allBut,
                Optional.ofNullable(header(message, RedshiftConstants.MAX_DELETE_RATIO, Double.class))
                        .orElse(DEFAULT_MAX_DELETE_RATIO));
    }

    private RedshiftOperation operation(Message message) {
        RedshiftOperation operation = configuration.getOperation();
        boolean replace = Boolean.TRUE.equals(header(message, RedshiftConstants.REPLACE, Boolean.class));
        boolean replaceable = operation == RedshiftOperation.APPEND || operation == RedshiftOperation.MERGE;
        boolean merge = Boolean.TRUE.equals(header(message, RedshiftConstants.MERGE, Boolean.class));
        if (replace && replaceable) {
            return RedshiftOperation.REPLACE;
        }
        return merge && operation == RedshiftOperation.APPEND ? RedshiftOperation.MERGE : operation;
    }

    private Optional<TableName> table(Message message) {
        Object header = message.getHeader(RedshiftConstants.TABLE);
        if (header instanceof TableName name) {
            return Optional.of(name);
        }
        return Optional.ofNullable(header)
                .flatMap(text -> RedshiftConfiguration.text(text.toString()))
                .map(TableName::parse)
                .or(configuration::tableName);
    }

    private PartFormat format(Message message) {
        Object header = message.getHeader(RedshiftConstants.FORMAT);
        if (header instanceof PartFormat format) {
            return format;
        }
        return PartFormat.of(header == null ? configuration.getFormat() : header.toString());
    }

    private static List<String> names(Message message, String header, List<String> otherwise) {
        Object names = message.getHeader(header);
        if (names == null) {
            return otherwise;
        }
        return names instanceof Collection<?> collection
                ? collection.stream().map(Object::toString).toList()
                : RedshiftConfiguration.list(names.toString());
    }

    private Ledger ledger(TableName table) {
        return new Ledger(dataSource, table, configuration.ledgerTableName().orElseGet(() -> Ledger.tableFor(table)));
    }

    /** A load without a name has at least one for its own attempts, so that they can tell a COMMIT that was lost. */
    private static String loadId(Message message, Optional<String> manifest) {
        return Ledger.checkedId(Optional.ofNullable(header(message, RedshiftConstants.LOAD_ID, String.class))
                .or(() -> manifest)
                .orElseGet(() -> UUID.randomUUID().toString()));
    }

    /** A header that is there and not of the type is an error, not absent. */
    private static <T> T header(Message message, String name, Class<T> type) {
        Object value = message.getHeader(name);
        if (value == null) {
            return null;
        }
        T converted = message.getHeader(name, type);
        if (converted == null) {
            throw new IllegalArgumentException("The header " + name + " is no " + type.getSimpleName() + ".");
        }
        return converted;
    }
}
