package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.Run;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.source.Progress;
import io.github.redshiftreplicator.state.State;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * Shows how far the running exports are: on a terminal a bar for each, below whatever else is written to standard error;
 * elsewhere a plain line every ten seconds.
 */
final class ProgressDisplay implements AutoCloseable {
    private static final int INTERVAL_MILLIS = 500;

    private final Collection<TableConsumer> tables;
    private final Optional<Bars> bars;
    private final ScheduledExecutorService timer;

    private ProgressDisplay(Collection<TableConsumer> tables, Optional<Bars> bars) {
        this.tables = List.copyOf(tables);
        this.bars = bars;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
    }

    static ProgressDisplay start(Collection<TableConsumer> tables) {
        return start(tables, TerminalWidth.isTerminal());
    }

    static ProgressDisplay start(Collection<TableConsumer> tables, boolean terminal) {
        ProgressDisplay display = new ProgressDisplay(tables, terminal ? Optional.of(new Bars()) : Optional.empty());
        long period = terminal ? INTERVAL_MILLIS : 10_000;
        display.timer.scheduleAtFixedRate(display::show, period, period, TimeUnit.MILLISECONDS);
        return display;
    }

    private synchronized void show() {
        if (bars.isPresent()) {
            tables.forEach(table -> bars.get().show(table));
            return;
        }
        String text = tables.stream()
                .flatMap(table -> table.current().stream())
                .flatMap(run -> run.progress().map(progress -> line(run, progress)).or(() -> importing(run)).stream())
                .collect(Collectors.joining("   "));
        if (!text.isEmpty()) {
            System.err.println(text);
        }
    }

    /** What a run says that loads; how far Redshift is with it, nobody knows. */
    private static Optional<String> importing(Run run) {
        return run.replication()
                .filter(replication -> replication.is(State.IMPORTING))
                .map(replication -> String.format(
                        Locale.ROOT,
                        "%s: importing %s rows, %s",
                        run.table().name(),
                        TextTable.number(replication.recordCount()),
                        TextTable.bytes(replication.bytes())));
    }

    private static String line(Run run, Progress progress) {
        double seconds = Math.max(0.001, run.elapsed().toMillis() / 1000.0);
        return String.format(
                Locale.ROOT,
                "%s: %,d rows, %s, %,.0f rows/s",
                run.table().name(),
                progress.rows(),
                TextTable.bytes(OptionalLong.of(progress.bytes())),
                progress.rows() / seconds);
    }

    /**
     * Writes the outcomes that a person must read; the others are in the summary. On a terminal the log has just said the
     * same.
     */
    synchronized void println(PrintWriter writer, Outcome outcome) {
        if (bars.isEmpty() && (outcome.kind() == Outcome.Kind.FAILED || outcome.kind() == Outcome.Kind.HELD)) {
            String named = "Table " + outcome.table() + ": ";
            writer.println(
                    outcome.message().startsWith(named)
                            ? outcome.message()
                            : outcome.table() + ": " + outcome.message());
            writer.flush();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        synchronized (this) {
            bars.ifPresent(Bars::close);
        }
    }

    /** A bar for each export, with rows, rows a second, bytes and, where it is known how many rows come, the time left. */
    private static final class Bars implements AutoCloseable {
        private final PrintStream before = System.err;
        private final TerminalLines lines = new TerminalLines(before);
        private final int width = new ConsoleProgressBarConsumer(before).getMaxRenderedLength();
        private final Map<String, ProgressBar> byTable = new HashMap<>();

        Bars() {
            System.setErr(new PrintStream(lines, true));
        }

        void show(TableConsumer table) {
            String name = table.table().name();
            Optional<Run> run = table.current().filter(r -> r.progress().isPresent());
            if (run.isEmpty()) {
                end(name);
                table.current()
                        .flatMap(ProgressDisplay::importing)
                        .ifPresentOrElse(text -> lines.show(name, text), () -> lines.remove(name));
                return;
            }
            ProgressBar bar = byTable.computeIfAbsent(name, n -> begin(n, run.get()));
            run.get().progress().ifPresent(progress -> {
                bar.setExtraMessage(TextTable.bytes(OptionalLong.of(progress.bytes())));
                bar.stepTo(progress.rows());
            });
        }

        private ProgressBar begin(String name, Run run) {
            return new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(run.expectedRows().orElse(-1))
                    .setRenderer((state, width) -> ProgressLine.of(
                            name,
                            state.getCurrent(),
                            run.expectedRows(),
                            state.getExtraMessage(),
                            run.elapsed(),
                            width))
                    .setUpdateIntervalMillis(INTERVAL_MILLIS)
                    .continuousUpdate()
                    .setMaxRenderedLength(width)
                    .setConsumer(new Line(lines, name, width))
                    .build();
        }

        private void end(String name) {
            ProgressBar bar = byTable.remove(name);
            if (bar != null) {
                bar.close();
            }
        }

        @Override
        public void close() {
            byTable.values().forEach(ProgressBar::close);
            lines.clear();
            System.setErr(before);
        }
    }

    /** Where the library's text of one bar goes; its last is taken away with the bar. */
    private record Line(TerminalLines lines, String name, int width) implements ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return width;
        }

        @Override
        public void accept(String text) {
            lines.show(name, text.stripTrailing());
        }

        @Override
        public void close() {
            lines.remove(name);
        }
    }
}
