package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.route.FailureKind;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.route.RunEvent;
import io.github.redshiftreplicator.route.RunListener;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.route.TablesListener;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.State;
import io.github.redshiftreplicator.table.Table;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.component.micrometer.MicrometerUtils;

/**
 * The replicator's metrics, see docs/operations.md. Counters and histograms grow by what runs in this process tell;
 * the gauges read the state table, once for a scrape.
 */
public final class Metrics implements RunListener, TablesListener {
    private static final Duration FRESH = Duration.ofSeconds(3);
    private static final List<String> PHASES = List.of("export", "upload", "import");
    private static final List<String> FAILING = List.of("claim", "export", "upload", "import");
    private static final List<RunEvent.Kind> OUTCOMES =
            List.of(RunEvent.Kind.IMPORTED, RunEvent.Kind.NOTHING_TO_DO, RunEvent.Kind.HELD, RunEvent.Kind.FAILED);

    private final MeterRegistry registry;
    private final ReplicatorComponent replicator;
    private final LatestReplications latest;
    private final CircuitBreaker source = new CircuitBreaker(FRESH, System::nanoTime);
    private final Map<String, List<Meter>> gauges = new ConcurrentHashMap<>();

    private Metrics(MeterRegistry registry, ReplicatorComponent replicator) {
        this.registry = registry;
        this.replicator = replicator;
        this.latest = new LatestReplications(replicator);
    }

    /** Measures a context's replicator in the context's meter registry. */
    public static void start(CamelContext context) {
        ReplicatorComponent replicator = ReplicatorComponent.of(context);
        Metrics metrics = new Metrics(
                MicrometerUtils.getOrCreateMeterRegistry(
                        context.getRegistry(), MicrometerConstants.METRICS_REGISTRY_NAME),
                replicator);
        replicator.listeners().add(metrics);
        replicator.tables().listen(metrics);
    }

    @Override
    public void happened(RunEvent event) {
        Tags tags = tags(event.table());
        switch (event.kind()) {
            case EXPORTED -> exported(tags, event);
            case UPLOADED -> phase(tags, "upload").record(event.took());
            case IMPORTED -> imported(tags, event);
            case RETRIED -> retries(tags).increment();
            case CANCELED -> cancellations(tags).increment();
            case FAILED -> {
                failures(tags, phase(event), event.failure().orElse(FailureKind.OTHER))
                        .increment();
                runs(tags, event.kind()).increment();
            }
            case NOTHING_TO_DO, HELD -> runs(tags, event.kind()).increment();
            default -> {}
        }
    }

    private void exported(Tags tags, RunEvent event) {
        Replication replication = event.replication().orElseThrow();
        rowsExported(tags).increment(replication.recordCount().orElse(0));
        partsExported(tags).increment(replication.parts().orElse(0));
        exportSize(tags).record(replication.bytes().orElse(0));
        phase(tags, "export").record(event.took());
    }

    private void imported(Tags tags, RunEvent event) {
        rowsImported(tags)
                .increment(event.replication()
                        .flatMap(r -> r.recordCount().stream().boxed().findFirst())
                        .orElse(0L));
        phase(tags, "import").record(event.took());
        runs(tags, event.kind()).increment();
    }

    /** Where a run failed: before the export began, or in which of its phases. */
    private static String phase(RunEvent event) {
        State state = event.replication().map(Replication::state).orElse(State.ENQUEUED);
        return switch (state) {
            case ENQUEUED -> "claim";
            case EXPORTING -> "export";
            case EXPORTED, UPLOADING -> "upload";
            default -> "import";
        };
    }

    // ---- the meters, each made once for its tags

    private Counter rowsExported(Tags tags) {
        return counter("replicator.exported.rows", "Rows exported", tags);
    }

    private Counter partsExported(Tags tags) {
        return counter("replicator.exported.parts", "Parts uploaded", tags);
    }

    private Counter rowsImported(Tags tags) {
        return counter("replicator.imported.rows", "Rows imported", tags);
    }

    private Counter retries(Tags tags) {
        return counter("replicator.retries", "Replications resumed after they had stopped", tags);
    }

    private Counter cancellations(Tags tags) {
        return counter("replicator.cancellations", "Replications canceled", tags);
    }

    private Counter failures(Tags tags, String phase, FailureKind kind) {
        return counter("replicator.failures", "Runs that failed", tags.and("phase", phase, "kind", kind.word()));
    }

    private Counter runs(Tags tags, RunEvent.Kind outcome) {
        return counter("replicator.runs", "Runs that ended", tags.and("outcome", outcome.word()));
    }

    private Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private DistributionSummary exportSize(Tags tags) {
        return DistributionSummary.builder("replicator.export.size")
                .description("Bytes of a replication's parts as stored in S3")
                .baseUnit("bytes")
                .tags(tags)
                .serviceLevelObjectives(1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11)
                .register(registry);
    }

    private Timer phase(Tags tags, String phase) {
        return Timer.builder("replicator.phase")
                .description("How long the phases of replications took")
                .tags(tags.and("phase", phase))
                .serviceLevelObjectives(
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(10),
                        Duration.ofHours(1),
                        Duration.ofHours(6))
                .register(registry);
    }

    private static Tags tags(Table table) {
        return Tags.of(
                "table", table.name(), "strategy", table.strategy().name().toLowerCase(Locale.ROOT));
    }

    /** A rate over a counter that is not there yet would miss its first increase: each begins at nought. */
    private void begin(Tags tags) {
        rowsExported(tags);
        partsExported(tags);
        exportSize(tags);
        rowsImported(tags);
        retries(tags);
        cancellations(tags);
        PHASES.forEach(phase -> phase(tags, phase));
        for (String phase : FAILING) {
            for (FailureKind kind : FailureKind.values()) {
                failures(tags, phase, kind);
            }
        }
        OUTCOMES.forEach(outcome -> runs(tags, outcome));
    }

    @Override
    public void added(TableConsumer table) {
        String name = table.table().name();
        Tags tags = tags(table.table());
        begin(tags);
        List<Meter> meters = new ArrayList<>();
        meters.add(Gauge.builder("replicator.running", table, t -> t.current().isPresent() ? 1 : 0)
                .description("Whether this process is replicating the table now")
                .tags(tags)
                .register(registry));
        meters.add(TimeGauge.builder(
                        "replicator.unfinished.age",
                        table,
                        TimeUnit.SECONDS,
                        age(name, r -> r.state().isFinished() ? 0 : seconds(r.createdAt())))
                .description("Time since the table's unfinished replication was opened; 0: it is finished")
                .tags(tags)
                .register(registry));
        meters.add(TimeGauge.builder(
                        "replicator.last.import.timestamp", table, TimeUnit.SECONDS, t -> latest.imported(name)
                                .map(r -> (double) r.updatedAt().getEpochSecond())
                                .orElse(Double.NaN))
                .description("When the table's last import ended, in seconds since 1970")
                .tags(tags)
                .register(registry));
        meters.add(TimeGauge.builder("replicator.lag", table, TimeUnit.SECONDS, t -> TableStatus.currentAsOf(
                                t, latest.imported(name))
                        .map(Metrics::seconds)
                        .orElse(Double.NaN))
                .description("How far the target is behind the source at the most: time since the last run that found"
                        + " everything moved began")
                .tags(tags)
                .register(registry));
        if (replicator.connections().tracksDeletions(table.table())) {
            meters.add(Gauge.builder("replicator.pending.deletions", table, t -> (double) source.ask(() ->
                            replicator.connections().deletions().pending(name).rows()))
                    .description("Deletions that wait in the source's queue")
                    .tags(tags)
                    .register(registry));
        }
        meters.add(Gauge.builder(
                        "replicator.error", table, t -> t.error(latest.of(name)).isPresent() ? 1 : 0)
                .description("Whether the table's last replication or run stopped with an error")
                .tags(tags)
                .register(registry));
        gauges.put(name, meters);
    }

    private ToDoubleFunction<TableConsumer> age(String name, ToDoubleFunction<Replication> value) {
        return table -> latest.of(name).map(value::applyAsDouble).orElse(0.0);
    }

    private static double seconds(Instant since) {
        return Math.max(0, Duration.between(since, Instant.now()).toMillis() / 1000.0);
    }

    @Override
    public void removed(TableConsumer table) {
        List<Meter> meters = gauges.remove(table.table().name());
        if (meters != null) {
            meters.forEach(registry::remove);
        }
    }

    /** The newest replications, read again when they are some seconds old: a scrape asks for many at once. */
    private static final class LatestReplications {
        private final ReplicatorComponent replicator;
        private final CircuitBreaker state = new CircuitBreaker(FRESH, System::nanoTime);
        private final Map<String, Replication> imported = new ConcurrentHashMap<>();
        private Map<String, Replication> byTable;
        private long readAt;

        LatestReplications(ReplicatorComponent replicator) {
            this.replicator = replicator;
        }

        /** @throws RuntimeException if the state database is away; the gauge is then not a number */
        synchronized Optional<Replication> of(String table) {
            if (byTable == null || System.nanoTime() - readAt > FRESH.toNanos()) {
                byTable = state.ask(() -> replicator.newestReplications().stream()
                        .collect(Collectors.toMap(Replication::table, Function.identity())));
                readAt = System.nanoTime();
            }
            return Optional.ofNullable(byTable.get(table));
        }

        /** A newest replication that is not imported leaves the one before, which is looked for once. */
        Optional<Replication> imported(String table) {
            Optional<Replication> newest = of(table);
            if (newest.filter(r -> r.is(State.IMPORTED)).isPresent()) {
                imported.put(table, newest.get());
            } else if (newest.isPresent() && !imported.containsKey(table)) {
                replicator.connections().replications().lastImported(table).ifPresent(r -> imported.put(table, r));
            }
            return Optional.ofNullable(imported.get(table));
        }
    }
}
