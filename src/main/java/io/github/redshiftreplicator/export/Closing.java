package io.github.redshiftreplicator.export;

/** Closes what may be closeable. */
final class Closing {
    private Closing() {}

    static void close(Object resource) {
        if (resource instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("Closing the reader failed: " + e.getMessage(), e);
            }
        }
    }
}
