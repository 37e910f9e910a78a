package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.redshift.TargetTable;
import io.github.redshiftreplicator.route.Connections;
import io.github.redshiftreplicator.source.SourceTable;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TargetTypes;
import io.github.redshiftreplicator.table.TypeMappings;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code ddl}: the CREATE TABLE of a target that fits its source. */
@Command(
        name = "ddl",
        description = "Print the CREATE TABLE of a target that fits its source; reads the table once.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator ddl users"})
final class DdlCommand implements Callable<Integer> {
    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "TABLE", description = "The table's name.")
    private String name;

    @Option(names = "--apply", description = "Create the table as well.")
    private boolean apply;

    @Override
    public Integer call() throws SQLException {
        try (Application application = parent.start()) {
            PrintWriter out = spec.commandLine().getOut();
            Table table = application.replicator().tables().require(name).table();
            Connections connections = application.replicator().connections();
            TypeMappings types = connections
                    .source()
                    .types()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "ddl knows the types of PostgreSQL, MySQL and MariaDB only: create " + table.target()
                                    + " by hand."));
            SourceTable source = connections.source().describe(table.source());
            TargetTable target = new TargetTable(connections.redshift(), table.target());
            List<TargetTable.Column> columns =
                    columns(out, types, source, connections.source().measure(table, source));
            String ddl = target.create(columns, distKey(table, columns), sortKey(table, columns));
            out.println(ddl + ";");
            if (apply) {
                target.execute(ddl);
                out.println("-- created");
            }
            out.flush();
        }
        return ReplicatorCommand.DONE;
    }

    private static List<TargetTable.Column> columns(
            PrintWriter out, TypeMappings types, SourceTable source, Map<String, TargetTypes.Measure> measures) {
        List<TargetTable.Column> columns = new ArrayList<>();
        for (SourceColumn column : source.columns()) {
            Optional<String> type = TargetTypes.of(types, column, Optional.ofNullable(measures.get(column.name())));
            if (type.isPresent()) {
                columns.add(new TargetTable.Column(ColumnPlan.fold(column.name()), type.get(), !column.nullable()));
            } else {
                out.println("-- " + column.name() + " of the type " + column.typeName() + " is left out");
            }
        }
        return columns;
    }

    /** Rows of one key stay on one slice, so that a merge's join does. */
    private static Optional<String> distKey(Table table, List<TargetTable.Column> columns) {
        return table.strategy() == Strategy.TIMED
                ? table.keys().stream().findFirst().flatMap(key -> plain(key, columns))
                : Optional.empty();
    }

    private static Optional<String> sortKey(Table table, List<TargetTable.Column> columns) {
        return table.replicationField().flatMap(field -> plain(field, columns));
    }

    /** A SUPER or VARBYTE column can be no key. */
    private static Optional<String> plain(String name, List<TargetTable.Column> columns) {
        return columns.stream()
                .filter(column -> column.name().equals(ColumnPlan.fold(name)))
                .filter(column ->
                        !column.type().startsWith("SUPER") && !column.type().startsWith("VARBYTE"))
                .map(TargetTable.Column::name)
                .findFirst();
    }
}
