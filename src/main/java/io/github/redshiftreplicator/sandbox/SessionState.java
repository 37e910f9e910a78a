package io.github.redshiftreplicator.sandbox;

import io.github.redshiftreplicator.sandbox.RedshiftSql.Plan;

/** What a Redshift session remembers beside its transaction. Used by the session's thread only. */
final class SessionState {

    private boolean caseSensitive;
    private boolean copied;
    private long copyCount;
    private long copyId;
    private char status = 'I';
    private boolean copyResultLost;

    /** Whether {@code enable_case_sensitive_identifier} is on. */
    boolean caseSensitive() {
        return caseSensitive;
    }

    void executed(Plan plan) {
        if (plan.caseSensitive() != null) {
            caseSensitive = plan.caseSensitive();
        }
    }

    void copied(long rows, long queryId) {
        copied = true;
        copyCount = rows;
        copyId = queryId;
    }

    String copyResultSql() {
        return "SELECT set_config('redshift.last_copy_count', '" + copyCount
                + "', false), set_config('redshift.last_copy_id', '" + copyId + "', false)";
    }

    void status(char now) {
        if (copied && status != 'I' && now == 'I') {
            copyResultLost = true;
        }
        status = now;
    }

    boolean copyResultLost() {
        return copyResultLost;
    }

    void copyResultRestored() {
        copyResultLost = false;
    }
}
