package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Setting;
import java.sql.SQLException;

/** No connection to a database could be had. The message is one sentence that names the database and its keys. */
final class UnreachableException extends SQLException {
    private static final long serialVersionUID = 1L;

    private final Setting key;

    /** @param key the key that holds the database's URL */
    UnreachableException(String message, String sqlState, int vendorCode, Throwable cause, Setting key) {
        super(message, sqlState, vendorCode, cause);
        this.key = key;
    }

    Setting key() {
        return key;
    }
}
