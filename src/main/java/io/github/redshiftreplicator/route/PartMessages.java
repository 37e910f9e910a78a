package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.state.LostClaimException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.DefaultMessage;

/**
 * The parts as messages for the split, each with its number of rows in a header. Once a part has failed there are no
 * more: what follows would be read for nothing. Not thread-safe; the split asks it by one thread at a time.
 *
 * @param <P> a part's body
 */
final class PartMessages<P> implements Iterator<Message>, Closeable {
    private final CamelContext context;
    private final Run run;
    private final Iterator<P> parts;
    private final ToLongFunction<P> rows;

    PartMessages(CamelContext context, Run run, Iterator<P> parts, ToLongFunction<P> rows) {
        this.context = context;
        this.run = run;
        this.parts = parts;
        this.rows = rows;
    }

    @Override
    public boolean hasNext() {
        if (run.isLost()) {
            run.fail(new LostClaimException(
                    "Another process took the replication over: this process stops working on it."));
        }
        return run.failure().isEmpty() && orFailure(parts::hasNext);
    }

    @Override
    public Message next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        P part = orFailure(parts::next);
        Message message = new DefaultMessage(context);
        message.setBody(part);
        message.setHeader(ReplicatorConstants.ROWS, rows.applyAsLong(part));
        return message;
    }

    /** The split expects exceptions only, and would wait for a reader that ended with an error. */
    private static <T> T orFailure(Supplier<T> read) {
        try {
            return read.get();
        } catch (Error e) {
            throw new RuntimeCamelException(e);
        }
    }

    /** Ends the reading, be it before its end. */
    @Override
    public void close() throws IOException {
        if (parts instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
