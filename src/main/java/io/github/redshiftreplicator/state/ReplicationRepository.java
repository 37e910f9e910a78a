package io.github.redshiftreplicator.state;

import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.Window;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.processor.idempotent.jdbc.AbstractJdbcMessageIdRepository;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * The replications of one table as a Camel idempotent repository, so that a route can guard itself with
 * {@code idempotentConsumer} and JMX shows and operates it. Thread-safe.
 *
 * <p>The key is a replication's {@code messageId}; {@link #getNextKey()} is the one that is due. {@code add} claims,
 * {@code contains} says imported, {@code confirm} marks imported, {@code remove} cancels. A table has one unfinished
 * replication at a time: while there is one, {@code add} refuses every other key. That makes this a guard of
 * replications, not a filter for arbitrary messages.
 *
 * <p>{@code clear} is refused: what it would delete is the knowledge of what is in Redshift.
 */
@ManagedResource(description = "The replications of one table, as an idempotent repository")
public class ReplicationRepository extends AbstractJdbcMessageIdRepository {
    /** The exchange property that holds the {@link Replication} which {@code add} claimed. */
    public static final String REPLICATION = "ReplicatorReplication";

    private final Replications replications;
    private final Table table;
    private final PartFormat format;
    private final int slices;
    private final Owner owner;

    /**
     * @param table whose replications these are
     * @param format how the parts of a replication that {@code add} opens are stored
     * @param slices its parts
     * @param owner who claims
     */
    public ReplicationRepository(Replications replications, Table table, PartFormat format, int slices, Owner owner) {
        super(replications.jdbcTemplate(), replications.transactionTemplate());
        this.replications = replications;
        this.table = table;
        this.format = format;
        this.slices = slices;
        this.owner = owner;
        setProcessorName(table.name());
    }

    /** The key of the replication that is due: the unfinished one's, or the next one's. */
    @ManagedAttribute(description = "The key of the replication that is due")
    public String getNextKey() {
        Optional<Replication> latest = replications.latest(table.name());
        return latest.filter(replication -> !replication.state().isFinished())
                .map(Replication::messageId)
                .orElseGet(() -> Replications.nextMessageId(table.name(), latest));
    }

    /** The state of the table's newest replication; empty if there is none. */
    @ManagedAttribute(description = "The state of the table's newest replication")
    public String getLatestState() {
        return replications
                .latest(table.name())
                .map(replication -> replication.state().word())
                .orElse("");
    }

    /** The owner of the table's newest replication; empty if there is none. */
    @ManagedAttribute(description = "The owner of the table's newest replication")
    public String getLatestOwner() {
        return replications.latest(table.name()).flatMap(Replication::owner).orElse("");
    }

    /**
     * Claims the key's replication: opens it, or takes it over if it stopped unfinished. The claim lasts one lease
     * unless a heartbeat renews it.
     *
     * @return false if it is imported, if it was canceled after its load had begun, if a living owner works on it, or if the
     *     table has another unfinished one
     */
    @Override
    @ManagedOperation(description = "Claims the replication with this key")
    public boolean add(String key) {
        return claim(key).isPresent();
    }

    /**
     * The same; the claim is kept alive until the exchange ends, in whose property {@link #REPLICATION} it is. If the
     * exchange fails, the replication is released with the error, to be resumed.
     */
    @Override
    public boolean add(Exchange exchange, String key) {
        Optional<Replication> claim = claim(key);
        claim.ifPresent(replication -> {
            exchange.setProperty(REPLICATION, replication);
            exchange.getExchangeExtension()
                    .addOnCompletion(new EndOfClaim(replication, replications.heartbeat(replication)));
        });
        return claim.isPresent();
    }

    private final class EndOfClaim extends SynchronizationAdapter {
        private final Replication claim;
        private final Heartbeat heartbeat;

        EndOfClaim(Replication claim, Heartbeat heartbeat) {
            this.claim = claim;
            this.heartbeat = heartbeat;
        }

        @Override
        public void onDone(Exchange exchange) {
            heartbeat.close();
        }

        @Override
        public void onFailure(Exchange exchange) {
            super.onFailure(exchange);
            Exception error = exchange.getException(Exception.class);
            if (error == null) {
                error = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
            }
            replications.fail(claim, error == null ? new IllegalStateException("The exchange failed.") : error);
        }
    }

    private Optional<Replication> claim(String key) {
        Optional<Replication> known = replications.find(table.name(), key);
        if (known.isPresent() && !known.get().state().isFinished()) {
            return replications.takeOver(known.get(), owner);
        }
        if (known.filter(replication -> replication.is(State.IMPORTED)).isPresent()) {
            return Optional.empty();
        }
        Optional<Replication> latest = replications.latest(table.name());
        if (latest.filter(replication -> !replication.state().isFinished()).isPresent()) {
            return Optional.empty();
        }
        if (known.isEmpty()) {
            return replications.open(table, latest, key, nothing(), format, slices, owner);
        }
        // a load that had begun may take effect late, and the ledger is asked for it by this row
        boolean reopens = known.get().id() == latest.orElseThrow().id()
                && known.get().loadSession().isEmpty();
        return reopens ? replications.reopen(table, known.get(), nothing(), format, slices, owner) : Optional.empty();
    }

    /** A window that moves nothing until the route fixes its own, so that no record is ever passed over. */
    private Window nothing() {
        Optional<String> last = replications.lastImported(table.name()).flatMap(Replication::lastRecord);
        return new Window(last, last);
    }

    /** Whether the key's replication is imported. */
    @Override
    @ManagedOperation(description = "Whether the replication with this key is imported")
    public boolean contains(String key) {
        return queryForInt(key) > 0;
    }

    /** Marks the key's replication imported, in whatever state it is; false if this process does not own it. */
    @Override
    @ManagedOperation(description = "Marks the replication with this key imported")
    public boolean confirm(String key) {
        Optional<Replication> owned = replications
                .find(table.name(), key)
                .filter(replication -> !replication.state().isFinished())
                .filter(replication -> replication.owner().equals(Optional.of(owner.text())));
        if (owned.isEmpty()) {
            return false;
        }
        try {
            replications.move(owned.get(), State.IMPORTED, changes -> {});
            return true;
        } catch (LostClaimException e) {
            log.warn(e.getMessage());
            return false;
        }
    }

    /** Cancels the key's replication; false if it is finished or someone else works on it. */
    @Override
    @ManagedOperation(description = "Cancels the replication with this key")
    public boolean remove(String key) {
        return delete(key) > 0;
    }

    /**
     * Refused.
     *
     * @throws UnsupportedOperationException always; the message says what to do instead
     */
    @Override
    @ManagedOperation(description = "Refused: the history says what is in Redshift")
    public void clear() {
        delete();
    }

    @Override
    protected int queryForInt(String key) {
        return (int) replications.find(table.name(), key).filter(replication -> replication.is(State.IMPORTED)).stream()
                .count();
    }

    @Override
    protected int insert(String key) {
        return claim(key).isPresent() ? 1 : 0;
    }

    @Override
    protected int delete(String key) {
        return (int) replications
                .find(table.name(), key)
                .filter(replication -> !replication.state().isFinished())
                .filter(replication -> replications.cancelUnlessHeld(replication, "Removed from its repository."))
                .stream()
                .count();
    }

    @Override
    protected int delete() {
        throw new UnsupportedOperationException("The history of " + table.name()
                + " is not cleared, since it says what is in Redshift. For a full replication use 'replicator reset "
                + table.name() + "'; to keep less history set replicator.history-cap.");
    }
}
