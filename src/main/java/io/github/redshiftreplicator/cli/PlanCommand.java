package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.redshift.RedshiftComponent;
import io.github.redshiftreplicator.route.Connections;
import io.github.redshiftreplicator.source.SourceTable;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TargetColumn;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code plan}: how a table's values get from the source to the target, without moving one. */
@Command(
        name = "plan",
        description = "Show which columns are replicated and how, the SELECT and the COPY.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator plan users"})
final class PlanCommand implements Callable<Integer> {
    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "TABLE", description = "The table's name.")
    private String name;

    @Override
    public Integer call() throws SQLException {
        try (Application application = parent.start()) {
            PrintWriter out = spec.commandLine().getOut();
            Table table = application.replicator().tables().require(name).table();
            Connections connections = application.replicator().connections();
            SourceTable source = connections.source().describe(table.source());
            List<TargetColumn> target = connections
                    .catalog()
                    .columns(table.target())
                    .orElseThrow(() -> new IllegalArgumentException("couldn't find table " + table.target()
                            + " on Redshift: 'ddl " + name + "' prints what would create it."));
            ColumnPlan plan = ColumnPlan.of(table, source.columns(), target);
            out.println(columns(connections, table, source, plan).toString(TerminalWidth.get()));
            left(out, source, target, plan);
            connections.source().check(table, source, plan);
            out.println(connections.source().selectSql(table, source, plan));
            out.println();
            out.println(copy(application, table, plan));
            out.flush();
        }
        return ReplicatorCommand.DONE;
    }

    /** Where there is no room for an expression, the SELECT below has it. */
    static TextTable table() {
        return new TextTable("SOURCE", "~TYPE", "TARGET", "~TYPE", "~READ AS");
    }

    private static TextTable columns(Connections connections, Table table, SourceTable source, ColumnPlan plan) {
        TextTable text = table();
        for (ColumnPlan.Pair pair : plan.columns()) {
            boolean fits = connections
                    .source()
                    .types()
                    .map(types -> types.find(pair).isPresent())
                    .orElse(true);
            text.row(
                    pair.source().name(),
                    type(pair.source()),
                    pair.target().name(),
                    type(pair.target()),
                    fits ? connections.source().expression(table, source, pair) : "does not fit");
        }
        return text;
    }

    private static String type(SourceColumn column) {
        return type(column.typeName(), column.size(), column.scale());
    }

    private static String type(TargetColumn column) {
        boolean sized = List.of("varchar", "bpchar", "numeric", "varbyte").contains(column.typeName());
        return type(column.typeName(), sized ? column.size() : 0, column.scale());
    }

    private static String type(String name, int size, int scale) {
        return size <= 0 ? name : name + "(" + size + (scale > 0 ? "," + scale : "") + ")";
    }

    private static void left(PrintWriter out, SourceTable source, List<TargetColumn> target, ColumnPlan plan) {
        List<String> unread = source.columns().stream()
                .filter(column ->
                        plan.columns().stream().noneMatch(pair -> pair.source().equals(column)))
                .map(SourceColumn::name)
                .toList();
        List<String> unfilled = target.stream()
                .filter(column ->
                        plan.columns().stream().noneMatch(pair -> pair.target().equals(column)))
                .map(TargetColumn::name)
                .toList();
        if (!unread.isEmpty()) {
            out.println("Not in the target: " + String.join(", ", unread));
        }
        if (!unfilled.isEmpty()) {
            out.println("Not in the source: " + String.join(", ", unfilled));
        }
        if (!unread.isEmpty() || !unfilled.isEmpty()) {
            out.println();
        }
    }

    private static String copy(Application application, Table table, ColumnPlan plan) {
        var connections = application.replicator().connections();
        return application
                .context()
                .getComponent("redshift", RedshiftComponent.class)
                .getConfiguration()
                .maskedCopy(
                        table.target(),
                        plan.targetNames(),
                        connections.parts().url("REPLICATION.manifest"),
                        application.settings().format(),
                        table.strategy() != Strategy.IDENTITY && !table.swaps());
    }
}
