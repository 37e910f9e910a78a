package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.redshift.TargetTable;
import io.github.redshiftreplicator.source.SourceTable;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TargetColumn;
import io.github.redshiftreplicator.table.TargetTypes;
import io.github.redshiftreplicator.table.TypeMappings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a source's definition has and its target's lacks: columns, and room in a VARCHAR for the declared length. By the
 * table's parameter {@code schemaChanges} it is left, reported, or made before the export, each change its own statement.
 */
final class SchemaChanges {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaChanges.class);

    private final Connections connections;
    private final Table table;
    private final Consumer<String> report;

    /** @param report is told each change in a sentence */
    SchemaChanges(Connections connections, Table table, Consumer<String> report) {
        this.connections = connections;
        this.table = table;
        this.report = report;
    }

    /**
     * Follows the source.
     *
     * @return whether the target was changed and must be described anew
     * @throws SQLException if Redshift refuses a new column, or is away
     */
    boolean follow(SourceTable source, List<TargetColumn> target) throws SQLException {
        String wanted = table.option("schemaChanges").orElse("ignore");
        Optional<TypeMappings> types = connections.source().types();
        if (wanted.equals("ignore") || types.isEmpty()) {
            return false;
        }
        TargetTable definition = new TargetTable(connections.redshift(), table.target());
        boolean changed = false;
        for (Change change : changes(types.get(), definition, source, target)) {
            if (wanted.equals("apply")) {
                changed |= apply(definition, change);
            } else {
                tell("The source's definition has changed; the target would follow by: " + change.sql());
            }
        }
        return changed;
    }

    /** @param needed whether values of the source have no place without it; else the row that does not fit says so */
    private record Change(String sql, boolean needed) {}

    /** Redshift makes no column longer that has a default, a key or certain encodings ("ALTER TABLE"). */
    private boolean apply(TargetTable definition, Change change) throws SQLException {
        Optional<String> refusal = Optional.empty();
        if (change.needed()) {
            definition.execute(change.sql());
        } else {
            refusal = definition.attempt(change.sql());
        }
        refusal.ifPresentOrElse(
                reason -> tell("The source's definition has changed; the target's cannot follow by " + change.sql()
                        + ", for Redshift says: " + reason),
                () -> tell("The source's definition has changed; so has the target: " + change.sql()));
        return refusal.isEmpty();
    }

    private void tell(String sentence) {
        LOG.warn("{}", sentence);
        report.accept(sentence);
    }

    private static List<Change> changes(
            TypeMappings types, TargetTable definition, SourceTable source, List<TargetColumn> target) {
        List<Change> changes = new ArrayList<>();
        for (SourceColumn column : source.columns()) {
            String name = ColumnPlan.fold(column.name());
            Optional<TargetColumn> there = target.stream()
                    .filter(t -> ColumnPlan.fold(t.name()).equals(name))
                    .findFirst();
            if (there.isEmpty()) {
                TargetTypes.of(types, column, Optional.empty())
                        .ifPresent(type -> changes.add(new Change(definition.addColumn(name, type), true)));
            } else if (there.get().typeName().equals("varchar")
                    && column.size() > 0
                    && List.of("varchar", "bpchar", "char").contains(types.nameOf(column))
                    && TargetTypes.declaredBytes(column) > there.get().size()) {
                changes.add(new Change(definition.widen(there.get().name(), TargetTypes.declaredBytes(column)), false));
            }
        }
        return changes;
    }
}
