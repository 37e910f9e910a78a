package io.github.redshiftreplicator.route;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/**
 * {@code replicator:table} begins a table's route; {@code replicator:replicate|export|import?table=NAME} run it from any
 * other route; the rest are the steps inside it.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "replicator",
        title = "Replicator",
        syntax = "replicator:operation",
        category = {Category.DATABASE})
public class ReplicatorEndpoint extends DefaultEndpoint {
    @UriPath(
            enums =
                    "table,replicate,export,import,reconcile,vacuum,analyze,claim,deletions,copy,rows,manifest,uploaded,importing,purge,imported",
            description = "What it does")
    private final Operation operation;

    private final Map<String, Object> options;

    ReplicatorEndpoint(String uri, ReplicatorComponent component, Operation operation, Map<String, Object> options) {
        super(uri, component);
        this.operation = operation;
        this.options = Map.copyOf(options);
    }

    @Override
    public ReplicatorComponent getComponent() {
        return (ReplicatorComponent) super.getComponent();
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        if (operation != Operation.TABLE) {
            throw new IllegalArgumentException(
                    "replicator:" + operation.word() + " is a step: a route begins with replicator:table.");
        }
        return new TableConsumer(this, processor, options);
    }

    @Override
    public Producer createProducer() {
        if (operation == Operation.TABLE) {
            throw new IllegalArgumentException(
                    "replicator:table begins a route; to run one from another use replicator:replicate?table=NAME.");
        }
        if (operation == Operation.RECONCILE) {
            return trigger(table -> table.run(Request.of(Request.Kind.RECONCILE)));
        }
        if (operation.maintenance().isPresent()) {
            return maintenance(operation.maintenance().get());
        }
        return operation
                .action()
                .map(action -> trigger(table -> table.run(action)))
                .orElseGet(() -> step(steps()));
    }

    private Producer trigger(Function<TableConsumer, Outcome> run) {
        String table = options.getOrDefault("table", "").toString();
        if (table.isBlank()) {
            throw new IllegalArgumentException(
                    "replicator:" + operation.word() + " needs the name of a table: add ?table=NAME.");
        }
        return new DefaultProducer(this) {
            @Override
            public void process(Exchange exchange) {
                Outcome outcome = run.apply(getComponent().tables().require(table));
                exchange.getMessage().setBody(outcome);
                if (!outcome.isGood()) {
                    throw new ReplicationFailedException(outcome);
                }
            }
        };
    }

    /** Of the table's target, or of every table's where none is named. */
    private Producer maintenance(TargetMaintenance.Kind kind) {
        String table = options.getOrDefault("table", "").toString();
        return new DefaultProducer(this) {
            @Override
            public void process(Exchange exchange) {
                Tables tables = ReplicatorEndpoint.this.getComponent().tables();
                TargetMaintenance.run(
                        getCamelContext(), table.isBlank() ? tables.all() : List.of(tables.require(table)), kind);
            }
        };
    }

    private Step steps() {
        Connections connections = getComponent().connections();
        return switch (operation) {
            case CLAIM -> new ClaimStep(connections);
            case DELETIONS -> new DeletionsStep(connections);
            case PURGE -> new PurgeStep(connections);
            case COPY -> new CopyStep(connections.settings());
            case ROWS -> new RowsStep(connections.settings());
            case MANIFEST -> new ManifestStep(connections);
            case UPLOADED -> new UploadedStep();
            case IMPORTING -> new ImportingStep(connections);
            case IMPORTED -> new ImportedStep(connections);
            default -> throw new IllegalStateException(operation.word());
        };
    }

    private Producer step(Step step) {
        return new DefaultProducer(this) {
            @Override
            public void process(Exchange exchange) throws Exception {
                step.process(exchange, Run.of(exchange));
            }
        };
    }

    @Override
    public boolean isSingletonProducer() {
        return true;
    }
}
