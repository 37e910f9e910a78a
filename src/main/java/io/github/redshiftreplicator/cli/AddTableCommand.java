package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.config.FileProblem;
import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.config.SettingsException;
import io.github.redshiftreplicator.route.Connections;
import io.github.redshiftreplicator.source.SourceTable;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.TableName;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code add-table}. */
@Command(
        name = "add-table",
        description = "Write the file of a table from its definition in the source; a running service takes it up.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator add-table users --print", "  replicator add-table sales.orders --strategy timed"})
final class AddTableCommand implements Callable<Integer> {
    private static final List<String> TIMES = List.of(
            "updated_at",
            "modified_at",
            "changed_at",
            "last_modified",
            "last_updated",
            "updated_on",
            "modified_on",
            "updated",
            "modified",
            "update_time");

    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The table in the source; schema.name where that is needed.")
    private String name;

    @Option(names = "--strategy", description = "identity, timed or full (default: what fits the definition).")
    private String strategy;

    @Option(names = "--target", paramLabel = "TABLE", description = "The table in Redshift (default: the same name).")
    private String target;

    @Option(names = "--print", description = "Print the file and write nothing.")
    private boolean print;

    @Override
    public Integer call() {
        TableName source = argument(TableName::parse, name);
        Optional<Strategy> wanted = Optional.ofNullable(strategy).map(word -> argument(Strategy::of, word));
        Optional.ofNullable(target).ifPresent(t -> argument(TableName::parse, t));
        SourceTable table;
        Settings settings = parent.settings(Map.of());
        settings.require(Setting.SOURCE_URL);
        try (Connections connections = new Connections(settings)) {
            table = connections.source().describe(source);
        }
        Strategy chosen = wanted.orElseGet(() -> fitting(table));
        Optional<String> field = field(table, chosen);
        String text = text(table, chosen, field);
        PrintWriter out = spec.commandLine().getOut();
        if (print) {
            out.print(text);
        } else {
            Path file = write(text);
            out.println(file + ": " + chosen.word() + field.map(f -> " by " + f).orElse("") + ".");
        }
        out.flush();
        warn(table, chosen, field);
        return ReplicatorCommand.DONE;
    }

    /** What is wrong with it is a mistake of the command line. */
    private <T> T argument(Function<String, T> parse, String text) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private Path write(String text) {
        String fileName = routeId().replace('/', '_') + ".camel.yaml";
        Path file = parent.directory().resolve("routes/tables").resolve(fileName);
        if (Files.exists(file)) {
            throw new SettingsException(file + " is there already: edit it, or delete it first.");
        }
        // at once, so that a running service never reads half of it
        Path whole = file.resolveSibling(
                "." + fileName + "." + ProcessHandle.current().pid());
        try {
            Files.createDirectories(file.getParent());
            try {
                Files.writeString(whole, text);
                return Files.move(whole, file);
            } finally {
                Files.deleteIfExists(whole);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ": " + FileProblem.of(e) + ".", e);
        }
    }

    private String routeId() {
        return TableName.parse(name).name();
    }

    /** Timed where rows can change and say when; identity where a number grows; everything otherwise. */
    private static Strategy fitting(SourceTable table) {
        if (!table.primaryKey().isEmpty() && time(table).isPresent()) {
            return Strategy.TIMED;
        }
        return growingKey(table).isPresent() ? Strategy.IDENTITY : Strategy.FULL;
    }

    private static Optional<String> field(SourceTable table, Strategy strategy) {
        Optional<String> field =
                switch (strategy) {
                    case TIMED -> time(table);
                    case IDENTITY -> growingKey(table);
                    case FULL -> Optional.empty();
                };
        if (strategy != Strategy.FULL && field.isEmpty()) {
            throw new SettingsException("Table " + table.name() + ": the strategy " + strategy.word() + " needs "
                    + (strategy == Strategy.TIMED
                            ? "a column that says when a row changed, such as updated_at"
                            : "a primary key of one whole number")
                    + ", and none was found. Choose another strategy.");
        }
        return field;
    }

    private static Optional<String> time(SourceTable table) {
        return TIMES.stream()
                .flatMap(time -> table.column(time).stream())
                .filter(column -> isTime(column))
                .map(SourceColumn::name)
                .findFirst();
    }

    private static boolean isTime(SourceColumn column) {
        return column.jdbcType() == Types.TIMESTAMP || column.jdbcType() == Types.TIMESTAMP_WITH_TIMEZONE;
    }

    private static Optional<String> growingKey(SourceTable table) {
        return Stream.of(table.primaryKey())
                .filter(key -> key.size() == 1)
                .flatMap(key -> table.column(key.get(0)).stream())
                .filter(column -> column.jdbcType() == Types.INTEGER
                        || column.jdbcType() == Types.BIGINT
                        || column.jdbcType() == Types.SMALLINT)
                .map(SourceColumn::name)
                .findFirst();
    }

    private String text(SourceTable table, Strategy chosen, Optional<String> field) {
        StringBuilder text = new StringBuilder("- templatedRoute:\n    routeTemplateRef: " + chosen.word()
                + "\n    routeId: " + quoted(routeId()) + "\n    prefixId: " + quoted(routeId())
                + "\n    parameters:\n");
        parameter(text, "sourceTable", name);
        Optional.ofNullable(target).ifPresent(t -> parameter(text, "targetTable", t));
        field.ifPresent(f -> parameter(text, "replicationField", f));
        if (chosen == Strategy.TIMED) {
            parameter(text, "keys", String.join(",", table.primaryKey()));
        }
        return text.toString();
    }

    private static void parameter(StringBuilder text, String name, String value) {
        text.append("      - { name: ")
                .append(name)
                .append(", value: ")
                .append(quoted(value))
                .append(" }\n");
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z_][A-Za-z0-9_.]*") ? text : "'" + text.replace("'", "''") + "'";
    }

    private void warn(SourceTable table, Strategy chosen, Optional<String> field) {
        PrintWriter err = spec.commandLine().getErr();
        field.filter(f -> !table.isIndexed(f))
                .ifPresent(f -> err.println("warning: no index of " + table.name() + " begins with " + f
                        + ": every run reads the whole table. Create one."));
        if (chosen == Strategy.IDENTITY) {
            err.println("note: identity sees new rows only; changed and deleted ones stay as they are in the target.");
        }
        if (chosen == Strategy.FULL) {
            err.println("note: full moves everything at every run.");
        }
        err.flush();
    }
}
