package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.redshift.LoadError;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.route.RunEvent;
import io.github.redshiftreplicator.route.RunListener;
import io.github.redshiftreplicator.route.Traces;
import io.github.redshiftreplicator.state.Replication;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands what tells why a replication was canceled to the route of {@value #ENDPOINT}: a list of {@link Document}s. In the
 * thread that cancels, which waits, because the next export deletes most of it from S3. Where no such route runs nothing
 * is read. A failure is logged and changes nothing. Thread-safe.
 */
public final class CanceledReplications implements RunListener {
    /** The endpoint to consume from. */
    public static final String ENDPOINT = "direct:canceled";

    private static final Logger LOG = LoggerFactory.getLogger(CanceledReplications.class);

    private final CamelContext context;
    private final ProducerTemplate template;
    private final Traces traces;

    /**
     * A file of the bundle.
     *
     * @param name the file's name
     * @param text what is in it; never holds a secret
     */
    public record Document(String name, String text) {}

    private CanceledReplications(CamelContext context) {
        this.context = context;
        this.template = context.createProducerTemplate();
        this.traces = new Traces(context);
    }

    /** Hands over the canceled replications of a context's replicator for as long as the context runs. */
    public static void start(CamelContext context) {
        ReplicatorComponent.of(context).listeners().add(new CanceledReplications(context));
    }

    @Override
    public void happened(RunEvent event) {
        if (event.kind() == RunEvent.Kind.CANCELED
                && event.replication().isPresent()
                && ConsumingRoutes.isThereOne(context, ENDPOINT)) {
            handOver(event, event.replication().get());
        }
    }

    private void handOver(RunEvent event, Replication canceled) {
        Exchange sent = template.send(ENDPOINT, exchange -> {
            exchange.getMessage().setHeader("table", event.table().name());
            exchange.getMessage().setHeader("replication", canceled.messageId());
            exchange.getMessage().setBody(documents(event, canceled));
        });
        if (sent.getException() != null) {
            LOG.warn(
                    "What tells why {} was canceled is not kept: {}",
                    canceled.messageId(),
                    sent.getException().getMessage());
        }
    }

    private List<Document> documents(RunEvent event, Replication canceled) {
        List<Document> documents = new ArrayList<>();
        documents.add(new Document(
                "replication.json", StatusJson.REPLICATION.write(canceled).toJson()));
        add(documents, "manifest.json", () -> traces.manifest(canceled).orElse(""));
        add(documents, "copy.sql", () -> traces.copy(event.table(), canceled).orElse(""));
        add(documents, "load-errors.txt", () -> traces.loadErrors(canceled).stream()
                .map(LoadError::describe)
                .collect(Collectors.joining("\n")));
        return documents;
    }

    /** S3 or Redshift may be the very reason of the cancellation. */
    private static void add(List<Document> documents, String name, Supplier<String> text) {
        String found;
        try {
            found = text.get();
        } catch (RuntimeException e) {
            found = "It could not be read: " + e.getMessage();
        }
        if (!found.isEmpty()) {
            documents.add(new Document(name, found));
        }
    }
}
