package io.github.redshiftreplicator.sandbox;

/** An error that the stand-in itself answers a statement with, as Redshift would. */
final class SqlError extends RuntimeException {

    static final String SYNTAX_ERROR = "42601";
    static final String NOT_SUPPORTED = "0A000";
    static final String INTERNAL = "XX000";
    static final String ACTIVE_TRANSACTION = "25001";

    private final String state;
    private final String detail;
    private final String hint;

    SqlError(String state, String message, String detail, String hint) {
        super(message);
        this.state = state;
        this.detail = detail;
        this.hint = hint;
    }

    SqlError(String state, String message) {
        this(state, message, null, null);
    }

    static SqlError syntax(String message) {
        return new SqlError(SYNTAX_ERROR, message);
    }

    static SqlError syntaxAt(String token) {
        return new SqlError(SYNTAX_ERROR, "syntax error at or near \"" + token + "\"");
    }

    static SqlError unsupported(String message) {
        return new SqlError(NOT_SUPPORTED, message);
    }

    String state() {
        return state;
    }

    String detail() {
        return detail;
    }

    String hint() {
        return hint;
    }
}
