package io.github.redshiftreplicator.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lines that stay at the bottom of a terminal while others are written above them: takes the place of a stream, and
 * whatever is written to that goes above. Thread-safe.
 */
final class TerminalLines extends OutputStream {
    private static final String UP_AND_ERASE = "\u001b[1A\u001b[2K";

    private final PrintStream terminal;
    private final Map<String, String> lines = new LinkedHashMap<>();
    private int drawn;
    private boolean lineBegun;

    /** @param terminal where all of it is shown */
    TerminalLines(PrintStream terminal) {
        this.terminal = terminal;
    }

    /** Shows or renews a line; a new one comes last. */
    synchronized void show(String key, String line) {
        lines.put(key, line);
        redraw();
    }

    /** Takes a line away. */
    synchronized void remove(String key) {
        if (lines.remove(key) != null) {
            redraw();
        }
    }

    /** Takes all lines away. */
    synchronized void clear() {
        lines.clear();
        redraw();
    }

    private void redraw() {
        erase();
        draw();
        terminal.flush();
    }

    private void erase() {
        terminal.print(UP_AND_ERASE.repeat(drawn));
        drawn = 0;
    }

    /** Not below a line that somebody else has begun and not ended. */
    private void draw() {
        if (!lineBegun) {
            lines.values().forEach(line -> terminal.print(line + "\n"));
            drawn = lines.size();
        }
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        if (length > 0) {
            erase();
            terminal.write(bytes, offset, length);
            lineBegun = bytes[offset + length - 1] != '\n';
            draw();
            terminal.flush();
        }
    }

    @Override
    public void flush() {
        terminal.flush();
    }
}
