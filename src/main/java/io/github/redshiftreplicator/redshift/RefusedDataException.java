package io.github.redshiftreplicator.redshift;

import java.sql.SQLException;
import java.util.List;

/** The rows are such that they must not or cannot be loaded. Nothing of them is in the target. */
public class RefusedDataException extends RedshiftLoadException {
    private static final long serialVersionUID = 1L;

    RefusedDataException(String message) {
        super(message);
    }

    RefusedDataException(String message, SQLException cause, List<LoadError> loadErrors) {
        super(message, cause, loadErrors);
    }
}
