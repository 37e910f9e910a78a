package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.SettingsException;
import io.github.redshiftreplicator.state.Replication;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.quartz.CronExpression;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every table that has a schedule its route of the template {@code schedule}, from routes/schedules.camel.yaml, and
 * the targets' maintenance its own, from routes/maintenance.camel.yaml.
 */
public final class Schedules {
    private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);
    private static final String TEMPLATE = "schedule";
    private static final String RECONCILE = "reconcile";
    private static final String MAINTENANCE = "maintenance";
    /** No table can be called so. */
    private static final String MAINTENANCE_ROUTE = "maintain-targets";

    /** The templates that are no strategies. */
    static final Set<String> TEMPLATES = Set.of(TEMPLATE, RECONCILE, MAINTENANCE);

    private final ModelCamelContext context;
    private final ReplicatorComponent replicator;

    public Schedules(CamelContext context, ReplicatorComponent replicator) {
        this.context = (ModelCamelContext) context;
        this.replicator = replicator;
    }

    /**
     * Starts the schedules and catches up, once, what was due while no service ran.
     *
     * @return how many tables have a schedule
     * @throws IllegalStateException if tables have schedules and the template is missing
     */
    public int start() throws Exception {
        int started = 0;
        for (TableConsumer table : replicator.tables().all()) {
            started += start(table) ? 1 : 0;
        }
        Optional<String> maintenance = replicator.settings().get(Setting.MAINTENANCE_SCHEDULE);
        if (maintenance.isPresent()) {
            maintain(maintenance.get());
        }
        return started;
    }

    private void maintain(String cron) throws Exception {
        if (!CronExpression.isValidExpression(cron)) {
            throw new SettingsException(Setting.MAINTENANCE_SCHEDULE.key() + " is '" + cron
                    + "', which is no Quartz cron expression, such as 0 0 3 ? * SUN.");
        }
        if (context.getRouteTemplateDefinition(MAINTENANCE) == null) {
            throw new SettingsException(Setting.MAINTENANCE_SCHEDULE.key() + " is set, but there is no template '"
                    + MAINTENANCE + "': copy routes/maintenance.camel.yaml into the deployment directory.");
        }
        context.addRouteFromTemplate(MAINTENANCE_ROUTE, MAINTENANCE, MAINTENANCE_ROUTE, null, Map.of("cron", cron));
    }

    /** Starts one table's schedule and catches up. False: it has none. */
    boolean start(TableConsumer table) throws Exception {
        Optional<String> reconcile = table.table().option(RECONCILE);
        if (reconcile.isPresent()) {
            add(table, RECONCILE, reconcile.get());
        }
        Optional<String> cron = table.table().option("schedule");
        if (cron.isPresent()) {
            start(table, cron.get());
        }
        return cron.isPresent();
    }

    /** Ends a table's schedule, if it has one. */
    void stop(String table) throws Exception {
        for (String template : List.of(TEMPLATE, RECONCILE)) {
            String id = table + "-" + template;
            if (context.getRoute(id) != null) {
                context.getRouteController().stopRoute(id);
                context.removeRoute(id);
            }
        }
    }

    private void start(TableConsumer table, String cron) throws Exception {
        String name = table.table().name();
        add(table, TEMPLATE, cron);
        if (isOverdue(name, cron)) {
            LOG.info("{}: a run was due while no service ran; it is caught up now.", name);
            context.getExecutorServiceManager()
                    .newThread(
                            "catch-up-" + name,
                            () -> table.run(io.github.redshiftreplicator.state.NextStep.Action.REPLICATE))
                    .start();
        }
    }

    private void add(TableConsumer table, String template, String cron) throws Exception {
        String name = table.table().name();
        if (context.getRouteTemplateDefinition(template) == null) {
            throw new IllegalStateException("Table " + name + " has a schedule, but there is no template '" + template
                    + "': copy routes/schedules.camel.yaml into the deployment directory.");
        }
        String id = name + "-" + template;
        context.addRouteFromTemplate(id, template, id, null, Map.of("table", name, "cron", cron));
    }

    /**
     * Whether the cron expression fell due between the last replication and now. A table never replicated is due, and one of
     * which the state table does not tell: its run says why.
     */
    private boolean isOverdue(String table, String cron) throws ParseException {
        Instant last;
        try {
            last = replicator
                    .connections()
                    .replications()
                    .latest(table)
                    .map(Replication::updatedAt)
                    .orElse(Instant.EPOCH);
        } catch (RuntimeException e) {
            LOG.debug("When {} was replicated last is not known", table, e);
            return true;
        }
        Date next = new CronExpression(cron).getNextValidTimeAfter(Date.from(last));
        return next != null && next.before(new Date());
    }
}
