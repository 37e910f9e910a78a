package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.Run;
import io.github.redshiftreplicator.route.TableConsumer;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Shows how far the running exports are: on a terminal one line that is rewritten, elsewhere a plain line every ten
 * seconds. What is written beside it goes through {@link #println}.
 */
final class ProgressDisplay implements AutoCloseable {
    private static final String ERASE_LINE = "\r\u001b[K";

    private final Collection<TableConsumer> tables;
    private final boolean terminal;
    private final ScheduledExecutorService timer;
    private boolean drawn;

    private ProgressDisplay(Collection<TableConsumer> tables, boolean terminal) {
        this.tables = List.copyOf(tables);
        this.terminal = terminal;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
    }

    static ProgressDisplay start(Collection<TableConsumer> tables) {
        boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
        ProgressDisplay display = new ProgressDisplay(tables, terminal);
        long period = terminal ? 500 : 10_000;
        display.timer.scheduleAtFixedRate(display::draw, period, period, TimeUnit.MILLISECONDS);
        return display;
    }

    private synchronized void draw() {
        String text = tables.stream()
                .flatMap(table -> table.current().stream())
                .flatMap(run -> run.progress().map(progress -> line(run)).stream())
                .collect(Collectors.joining("   "));
        if (terminal) {
            System.err.print(ERASE_LINE + text.substring(0, Math.min(text.length(), 79)));
            System.err.flush();
            drawn = !text.isEmpty();
        } else if (!text.isEmpty()) {
            System.err.println(text);
        }
    }

    private static String line(Run run) {
        var progress = run.progress().orElseThrow();
        double seconds = Math.max(0.001, run.elapsed().toMillis() / 1000.0);
        return String.format(
                Locale.ROOT,
                "%s: %,d rows, %s, %,.0f rows/s",
                run.table().name(),
                progress.rows(),
                TextTable.bytes(OptionalLong.of(progress.bytes())),
                progress.rows() / seconds);
    }

    /** Writes the outcomes that a person must read; the others are in the summary. */
    synchronized void println(PrintWriter writer, Outcome outcome) {
        if (outcome.kind() == Outcome.Kind.FAILED || outcome.kind() == Outcome.Kind.HELD) {
            erase();
            String named = "Table " + outcome.table() + ": ";
            writer.println(
                    outcome.message().startsWith(named)
                            ? outcome.message()
                            : outcome.table() + ": " + outcome.message());
            writer.flush();
        }
    }

    private void erase() {
        if (drawn) {
            System.err.print(ERASE_LINE);
            System.err.flush();
            drawn = false;
        }
    }

    @Override
    public synchronized void close() {
        timer.shutdownNow();
        erase();
    }
}
