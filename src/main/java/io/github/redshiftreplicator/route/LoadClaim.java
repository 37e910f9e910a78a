package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.redshift.LoadFence;
import io.github.redshiftreplicator.state.Replications;
import io.github.redshiftreplicator.state.State;

/** The right to load: the claim in the state table, which also remembers the session that makes use of it. */
final class LoadClaim implements LoadFence.Claim {
    private final Run run;
    private final Replications replications;

    LoadClaim(Run run, Replications replications) {
        this.run = run;
        this.replications = replications;
    }

    @Override
    public void begins(int session) {
        run.to(State.IMPORTING, changes -> changes.loadSession(session));
    }

    @Override
    public void requireHeld() {
        replications.requireHeld(run.claimed());
    }
}
