package io.github.redshiftreplicator;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** What is logged while it is open, at a level of the test's choice for the replicator's own packages. */
public final class Logs implements AutoCloseable {
    private static final String OURS = "io.github.redshiftreplicator";

    /** One line, with the table and the replication that it names. */
    public record Line(Level level, String table, String replication, String message, Throwable thrown) {
        @Override
        public String toString() {
            return level + " " + table + " [" + replication + "] " + message + (thrown == null ? "" : " " + trace());
        }

        private String trace() {
            StringBuilder text = new StringBuilder();
            for (Throwable t = thrown; t != null; t = t.getCause()) {
                text.append(t).append('\n');
            }
            return text.toString();
        }
    }

    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final AbstractAppender appender;

    private Logs(Level level) {
        appender = new AbstractAppender("capture", null, null, true, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                lines.add(new Line(
                        event.getLevel(),
                        event.getContextData().getValue("table"),
                        event.getContextData().getValue("replication"),
                        event.getMessage().getFormattedMessage(),
                        event.getThrown()));
            }
        };
        appender.start();
        context.getConfiguration().getRootLogger().addAppender(appender, null, null);
        Configurator.setLevel(OURS, level);
    }

    /** Begins to capture. */
    public static Logs capture(Level level) {
        return new Logs(level);
    }

    public List<Line> lines() {
        return List.copyOf(lines);
    }

    /** Everything as text, exceptions with their causes included. */
    public String text() {
        return lines.stream().map(Line::toString).collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        context.getConfiguration().getRootLogger().removeAppender("capture");
        appender.stop();
        Configurator.setLevel(OURS, Level.INFO);
    }
}
