package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.route.RunEvent;
import io.github.redshiftreplicator.route.RunListener;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes every step of a run an exchange on {@value #ENDPOINT}, where a route consumes it, and a
 * {@link ReplicationEvent} for Java subscribers. In order, beside the run, which it never delays nor fails. What is
 * under way when the context stops is delivered first, for ten seconds at the most.
 */
public final class Notifications extends LifecycleStrategySupport implements RunListener {
    /** The endpoint to consume from; without a started consumer nothing is sent. */
    public static final String ENDPOINT = "direct:events";

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
    private static final int WAITING_AT_MOST = 10_000;
    private static final int SECONDS_TO_DELIVER = 10;

    private final CamelContext context;
    private final ExecutorService sender;
    private final ProducerTemplate template;

    private Notifications(CamelContext context) {
        this.context = context;
        this.template = context.createProducerTemplate();
        this.sender = new ThreadPoolExecutor(
                1,
                1,
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_AT_MOST),
                task -> {
                    Thread thread = new Thread(task, "notifications");
                    thread.setDaemon(true);
                    return thread;
                },
                (task, pool) -> LOG.warn("An event is dropped: {} others wait to be delivered.", WAITING_AT_MOST));
        ((ThreadPoolExecutor) sender).allowCoreThreadTimeOut(true);
    }

    /** Sends the events of a context's replicator for as long as the context runs. */
    public static Notifications start(CamelContext context) {
        Notifications notifications = new Notifications(context);
        context.addLifecycleStrategy(notifications);
        ReplicatorComponent.of(context).listeners().add(notifications);
        return notifications;
    }

    @Override
    public void happened(RunEvent event) {
        if (!sender.isShutdown()) {
            sender.execute(() -> deliver(event));
        }
    }

    private void deliver(RunEvent event) {
        try {
            context.getManagementStrategy().notify(new ReplicationEvent(context, event));
        } catch (Exception e) {
            LOG.warn("An event notifier failed on {}: {}", event.kind().word(), e.toString());
        }
        if (!ConsumingRoutes.isThereOne(context, ENDPOINT)) {
            return;
        }
        CloudEvent cloudEvent = new CloudEvent(event, context.getName());
        Exchange sent = template.send(ENDPOINT, exchange -> {
            exchange.getMessage().setHeaders(cloudEvent.headers());
            exchange.getMessage().setBody(cloudEvent.json());
        });
        if (sent.getException() != null) {
            LOG.warn(
                    "The notification route failed on {} of {}: {}",
                    event.kind().word(),
                    event.table().name(),
                    sent.getException().getMessage());
        }
    }

    @Override
    public void onContextStopping(CamelContext stopping) {
        sender.shutdown();
        try {
            if (!sender.awaitTermination(SECONDS_TO_DELIVER, TimeUnit.SECONDS)) {
                LOG.warn("Some events were not delivered within {} s.", SECONDS_TO_DELIVER);
                sender.shutdownNow();
            }
        } catch (InterruptedException e) {
            sender.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
