package io.github.redshiftreplicator.sandbox;

import io.github.redshiftreplicator.sandbox.RedshiftSql.Plan;
import io.github.redshiftreplicator.sandbox.Wire.Body;
import io.github.redshiftreplicator.sandbox.Wire.Message;
import io.github.redshiftreplicator.sandbox.Wire.Reader;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection. Messages are gathered up to Sync, Flush or a simple query and then worked off in order: what PostgreSQL
 * can do is passed on, what only Redshift does is done here, on the same backend session and so in the client's own transaction.
 */
final class GatewaySession {

    private static final Logger LOG = LoggerFactory.getLogger(GatewaySession.class);

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int CANCEL_REQUEST = 80877102;
    private static final int PROTOCOL_3 = 196608;
    private static final Set<String> STARTUP_PARAMETERS = Set.of(
            "user",
            "database",
            "client_encoding",
            "datestyle",
            "timezone",
            "extra_float_digits",
            "application_name",
            "options",
            "search_path");
    private static final byte[] NOTHING = new byte[0];

    private record Prepared(Plan plan, ResultShape[] shape) {}

    /** A message passed on whose answer is awaited. */
    private record Pending(Prepared prepared) {}

    private final RedshiftGateway gateway;
    private final GatewayFaults faults;
    private final Socket socket;
    private final Map<String, Prepared> statements = new HashMap<>();
    private final Map<String, Prepared> portals = new HashMap<>();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final SessionState state = new SessionState();
    private Wire client;
    private Backend backend;
    private volatile boolean cancelled;

    /** An error has been answered; everything up to Sync is ignored. */
    private boolean skipping;

    /** The backend has messages behind the last ReadyForQuery. */
    private boolean dirty;

    /** The messages up to Sync run in a transaction block that the session itself opened. */
    private boolean wrapped;

    GatewaySession(RedshiftGateway gateway, Socket socket) {
        this.gateway = gateway;
        this.faults = gateway.faults();
        this.socket = socket;
    }

    void run() {
        try {
            client = new Wire(socket);
            if (logIn()) {
                serve();
            }
        } catch (GatewayFaults.Dropped e) {
            LOG.debug("Connection dropped on purpose");
        } catch (EOFException e) {
            LOG.debug("Connection ended: {}", e.getMessage());
        } catch (IOException e) {
            LOG.debug("Connection ended", e);
        } catch (RuntimeException e) {
            LOG.error("The Redshift stand-in failed on a message", e);
        } finally {
            close();
        }
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("Closing", e);
        }
        Backend open = backend;
        if (open != null) {
            open.close();
        }
    }

    // ---- login

    private boolean logIn() throws IOException {
        while (true) {
            byte[] startup = client.readStartup();
            Reader reader = new Reader(startup);
            int code = reader.int32();
            switch (code) {
                case SSL_REQUEST, GSS_REQUEST -> {
                    client.writeByte('N');
                    client.flush();
                }
                case CANCEL_REQUEST -> {
                    forwardCancel(startup, reader);
                    return false;
                }
                default -> {
                    if (code >> 16 != PROTOCOL_3 >> 16) {
                        throw new IOException("unsupported protocol " + code);
                    }
                    return startBackend(reader);
                }
            }
        }
    }

    private void forwardCancel(byte[] request, Reader reader) throws IOException {
        long key = (long) reader.int32() << 32 | reader.int32() & 0xffffffffL;
        gateway.cancelled(key);
        try (Backend other = new Backend(gateway.settings().postgresPort())) {
            other.wire().writeStartup(request);
            other.wire().flush();
            other.wire().read();
        }
    }

    private boolean startBackend(Reader startup) throws IOException {
        Body body = new Body().int32(PROTOCOL_3);
        String user = "";
        while (startup.remaining() > 1) {
            String name = startup.string();
            String value = startup.string();
            if (name.equals("user")) {
                user = value;
            }
            if (STARTUP_PARAMETERS.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                body.string(name).string(value);
            }
        }
        backend = new Backend(gateway.settings().postgresPort());
        backend.wire().writeStartup(body.int8(0).toBytes());
        backend.wire().flush();
        while (true) {
            Message message = backend.read();
            switch (message.type()) {
                case 'R' -> {
                    client.write(message);
                    if (message.reader().int32() != 0) {
                        client.flush();
                        Message answer = client.read();
                        if (answer == null) {
                            return false;
                        }
                        backend.wire().write(answer);
                        backend.wire().flush();
                    }
                }
                case 'E' -> {
                    client.write(message);
                    client.flush();
                    return false;
                }
                case 'K' -> {
                    Reader key = message.reader();
                    int processId = key.int32();
                    backend.loggedIn(user, processId);
                    gateway.register((long) processId << 32 | key.int32() & 0xffffffffL, this);
                    client.write(message);
                }
                case 'Z' -> {
                    client.write(message);
                    client.flush();
                    return true;
                }
                default -> relay(message);
            }
        }
    }

    // ---- messages

    private void serve() throws IOException {
        List<Message> batch = new ArrayList<>();
        while (true) {
            Message message = client.read();
            if (message == null || message.type() == 'X') {
                return;
            }
            batch.add(message);
            if (message.type() == 'S' || message.type() == 'H' || message.type() == 'Q') {
                cancelled = false;
                work(batch);
                batch.clear();
                client.flush();
            }
        }
    }

    private void work(List<Message> batch) throws IOException {
        Message last = batch.get(batch.size() - 1);
        if (last.type() == 'Q') {
            simple(last.reader().string());
            return;
        }
        // planned ahead: whether the batch needs a transaction of its own depends on all its statements
        List<Plan> plans = new ArrayList<>();
        for (Message message : batch) {
            if (message.type() == 'P') {
                Reader reader = message.reader();
                reader.string();
                plans.add(RedshiftSql.plan(reader.string(), state));
            }
        }
        openBlockIfNeeded(batch, plans);
        int parsed = 0;
        for (Message message : batch) {
            if (message.type() == 'S') {
                sync();
            } else if (message.type() == 'P') {
                Plan plan = plans.get(parsed++);
                if (!skipping) {
                    guarded(() -> parse(message, plan));
                }
            } else if (!skipping) {
                guarded(() -> extended(message));
            }
        }
    }

    private interface Step {
        void run() throws IOException, Backend.Failure;
    }

    /** Runs a step; an error of it is answered and ends the batch. */
    private void guarded(Step step) throws IOException {
        try {
            step.run();
        } catch (SqlError e) {
            settle();
            if (!skipping) {
                client.write('E', error("ERROR", e));
                skipping = true;
                failBlock();
            }
        } catch (Backend.Failure e) {
            client.write(RedshiftErrors.translate(e.response()));
            skipping = true;
            failBlock();
        }
    }

    private void openBlockIfNeeded(List<Message> batch, List<Plan> plans) throws IOException {
        long executions = batch.stream().filter(m -> m.type() == 'E').count();
        if (executions < 2 || skipping || backend.status() != 'I' || dirty || wrapped) {
            return;
        }
        boolean onlyPassed = plans.stream().allMatch(Plan::passes);
        boolean ownBlock = plans.stream().anyMatch(Plan::controlsTransaction);
        if (!onlyPassed && !ownBlock) {
            guarded(() -> backend.query("BEGIN"));
            wrapped = true;
        }
    }

    private void parse(Message message, Plan plan) throws IOException, Backend.Failure {
        Reader reader = message.reader();
        String name = reader.string();
        reader.string();
        Prepared prepared = new Prepared(plan, new ResultShape[1]);
        if (plan.error() != null) {
            throw plan.error();
        }
        statements.put(name, prepared);
        if (plan.passes()) {
            Body body = new Body().string(name).string(plan.sql());
            body.raw(message.body(), reader.position(), reader.remaining());
            pass('P', body.toBytes(), prepared);
        } else {
            answer('1');
        }
    }

    private void extended(Message message) throws IOException, Backend.Failure {
        Reader reader = message.reader();
        switch (message.type()) {
            case 'B' -> {
                String portal = reader.string();
                Prepared prepared = prepared(statements, reader.string(), "prepared statement");
                portals.put(portal, prepared);
                passOrAnswer(message, prepared, '2');
            }
            case 'D' -> {
                boolean statement = reader.int8() == 'S';
                Prepared prepared = statement
                        ? prepared(statements, reader.string(), "prepared statement")
                        : prepared(portals, reader.string(), "portal");
                if (prepared.plan().passes()) {
                    pass('D', message.body(), prepared);
                } else {
                    settle();
                    if (statement && !skipping) {
                        client.write('t', new Body().int16(0).toBytes());
                    }
                    answer('n');
                }
            }
            case 'E' -> execute(message, prepared(portals, reader.string(), "portal"));
            case 'C' -> {
                boolean statement = reader.int8() == 'S';
                Prepared prepared = (statement ? statements : portals).remove(reader.string());
                if (prepared == null || prepared.plan().passes()) {
                    pass('C', message.body(), prepared);
                } else {
                    answer('3');
                }
            }
            case 'H' -> flushPending();
            default -> throw SqlError.unsupported("message '" + message.type() + "' is not supported");
        }
    }

    private static Prepared prepared(Map<String, Prepared> all, String name, String what) {
        Prepared prepared = all.get(name);
        if (prepared == null) {
            throw new SqlError("26000", what + " \"" + name + "\" does not exist");
        }
        return prepared;
    }

    private void passOrAnswer(Message message, Prepared prepared, char answer) throws IOException {
        if (prepared.plan().passes()) {
            pass(message.type(), message.body(), prepared);
        } else {
            answer(answer);
        }
    }

    private void answer(char type) throws IOException {
        settle();
        if (!skipping) {
            client.write(type, NOTHING);
        }
    }

    private void execute(Message message, Prepared prepared) throws IOException, Backend.Failure {
        Plan plan = prepared.plan();
        boolean watched = faults.concerns(plan.original());
        if (watched) {
            flushPending();
            faults.meet(plan.original(), GatewayFaults.When.BEFORE);
        }
        if (plan.passes()) {
            pass('E', message.body(), prepared);
            state.executed(plan);
        } else {
            settle();
            if (skipping) {
                return;
            }
            perform(plan);
        }
        if (watched) {
            flushPending();
            faults.meet(plan.original(), GatewayFaults.When.AFTER);
        }
    }

    /** Does what PostgreSQL cannot do and answers with the command's tag. */
    private void perform(Plan plan) throws IOException, Backend.Failure {
        if (backend.status() == 'E') {
            throw new SqlError(
                    "25P02", "current transaction is aborted, commands ignored until end of transaction block");
        }
        if (plan.outsideTransaction() != null && (backend.status() != 'I' || wrapped)) {
            throw new SqlError(
                    SqlError.ACTIVE_TRANSACTION, plan.outsideTransaction() + " cannot run inside a transaction block");
        }
        boolean vacuum = "VACUUM".equals(plan.outsideTransaction());
        if (vacuum && !gateway.oneVacuum().tryAcquire()) {
            // "VACUUM" in Redshift's documentation: one at a time in a cluster
            throw new SqlError(SqlError.INTERNAL, "VACUUM is running", null, "re-execute after other vacuum finished");
        }
        try {
            if (vacuum) {
                faults.meet(plan.original(), GatewayFaults.When.DURING);
            }
            carryOut(plan);
        } finally {
            if (vacuum) {
                gateway.oneVacuum().release();
            }
        }
    }

    private void carryOut(Plan plan) throws IOException, Backend.Failure {
        long queryId = gateway.nextQueryId();
        if (plan.copy() != null) {
            copy(plan, queryId);
        } else if (plan.commits() && backend.status() == 'T') {
            backend.query(plan.sql());
            backend.query("COMMIT");
            if (wrapped) {
                backend.query("BEGIN");
            }
        } else if (!plan.sql().isEmpty()) {
            backend.query(plan.sql());
        }
        state.executed(plan);
        client.write('C', new Body().string(plan.tag()).toBytes());
    }

    private void copy(Plan plan, long queryId) throws IOException, Backend.Failure {
        boolean own = backend.status() == 'I';
        if (own) {
            backend.query("BEGIN");
        }
        CopyLoader.Outcome outcome;
        try {
            outcome = new CopyLoader(gateway.settings(), backend, plan.copy(), queryId, this::isCancelled).load();
            if (own) {
                backend.query("COMMIT");
            }
        } catch (SqlError | Backend.Failure e) {
            if (own && backend.status() != 'I') {
                backend.query("ROLLBACK");
            }
            throw e;
        }
        state.copied(outcome.rows(), queryId);
        applyCopyResult();
        outcome.notices().forEach(this::notice);
    }

    private void applyCopyResult() throws IOException, Backend.Failure {
        backend.query(state.copyResultSql());
    }

    private void notice(String text) {
        try {
            client.write(
                    'N',
                    new Body()
                            .int8('S')
                            .string("INFO")
                            .int8('C')
                            .string("00000")
                            .int8('M')
                            .string(text)
                            .int8(0)
                            .toBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    // ---- passing on

    private void pass(char type, byte[] body, Prepared prepared) throws IOException {
        restoreCopyResult();
        backend.wire().write(type, body);
        pending.add(new Pending(prepared));
        dirty = true;
    }

    /** A rollback takes back the session's note of its last COPY; Redshift keeps it. */
    private void restoreCopyResult() throws IOException {
        if (!dirty && backend.status() == 'I' && state.copyResultLost()) {
            try {
                applyCopyResult();
                state.copyResultRestored();
            } catch (Backend.Failure e) {
                throw new IOException(e);
            }
        }
    }

    /** Waits for the answers to everything passed on so far. */
    private void flushPending() throws IOException {
        if (pending.isEmpty()) {
            return;
        }
        backend.wire().write('H', NOTHING);
        backend.wire().flush();
        while (!pending.isEmpty() && !skipping) {
            relay(backend.read());
        }
    }

    /** Brings the backend to rest, so that statements of the session's own can run. */
    private void settle() throws IOException {
        if (!dirty) {
            return;
        }
        backend.wire().write('S', NOTHING);
        backend.wire().flush();
        Message message;
        while ((message = backend.read()).type() != 'Z') {
            relay(message);
        }
        pending.clear();
        dirty = false;
        state.status(backend.status());
    }

    private void sync() throws IOException {
        boolean failed = skipping;
        settle();
        failed |= skipping;
        if (wrapped) {
            wrapped = false;
            try {
                backend.query(failed ? "ROLLBACK" : "COMMIT");
            } catch (Backend.Failure e) {
                client.write(RedshiftErrors.translate(e.response()));
            }
        }
        skipping = false;
        state.status(backend.status());
        ready();
    }

    private void ready() throws IOException {
        client.write('Z', new byte[] {(byte) backend.status()});
    }

    /** An error of the session's own must abort the client's transaction as PostgreSQL's own errors do. */
    private void failBlock() throws IOException {
        if (backend.status() == 'T') {
            try {
                backend.query("SELECT 1/0");
            } catch (Backend.Failure e) {
                // wanted
            }
        }
    }

    private void relay(Message message) throws IOException {
        switch (message.type()) {
            case 'S' -> client.write(RedshiftErrors.parameterStatus(message));
            case 'E' -> {
                client.write(RedshiftErrors.translate(message));
                skipping = true;
                pending.clear();
            }
            case 'T' -> {
                Pending head = pending.poll();
                ResultShape shape = ResultShape.of(message, gateway.settings().catalog());
                if (head != null && head.prepared() != null) {
                    head.prepared().shape()[0] = shape;
                }
                client.write('T', shape.description());
            }
            case 'D' -> {
                Pending head = pending.peek();
                ResultShape shape = head == null || head.prepared() == null
                        ? null
                        : head.prepared().shape()[0];
                client.write(shape == null ? message : shape.row(message));
            }
            case '1', '2', '3', 'n', 'C', 'I', 's' -> {
                pending.poll();
                client.write(message);
            }
            default -> client.write(message);
        }
    }

    // ---- simple queries

    private void simple(String sql) throws IOException {
        if (dirty) {
            settle();
        }
        skipping = false;
        List<Plan> plans = RedshiftSql.plans(sql, state);
        if (plans.isEmpty()) {
            client.write('I', NOTHING);
            ready();
            return;
        }
        boolean together =
                plans.size() > 1 && backend.status() == 'I' && plans.stream().noneMatch(Plan::controlsTransaction);
        if (together) {
            guarded(() -> backend.query("BEGIN"));
            wrapped = true;
        }
        for (Plan plan : plans) {
            if (!skipping) {
                guarded(() -> simple(plan));
            }
        }
        if (wrapped) {
            wrapped = false;
            boolean failed = skipping;
            guarded(() -> backend.query(failed ? "ROLLBACK" : "COMMIT"));
        }
        skipping = false;
        state.status(backend.status());
        ready();
    }

    private void simple(Plan plan) throws IOException, Backend.Failure {
        if (plan.error() != null) {
            throw plan.error();
        }
        faults.meet(plan.original(), GatewayFaults.When.BEFORE);
        if (plan.passes()) {
            restoreCopyResult();
            Prepared prepared = new Prepared(plan, new ResultShape[1]);
            backend.wire().write('Q', new Body().string(plan.sql()).toBytes());
            backend.wire().flush();
            Message message;
            while ((message = backend.read()).type() != 'Z') {
                pending.clear();
                pending.add(new Pending(prepared));
                relay(message);
            }
            pending.clear();
            state.executed(plan);
        } else {
            perform(plan);
        }
        state.status(backend.status());
        faults.meet(plan.original(), GatewayFaults.When.AFTER);
    }

    private static byte[] error(String severity, SqlError e) {
        Body body = new Body();
        body.int8('S').string(severity);
        body.int8('C').string(e.state());
        body.int8('M').string(e.getMessage());
        if (e.detail() != null) {
            body.int8('D').string(e.detail());
        }
        if (e.hint() != null) {
            body.int8('H').string(e.hint());
        }
        return body.int8(0).toBytes();
    }
}
