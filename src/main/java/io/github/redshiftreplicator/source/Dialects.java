package io.github.redshiftreplicator.source;

/** Finds a source's dialect by its URL. */
final class Dialects {
    private Dialects() {}

    static Dialect of(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return new PostgreSqlDialect();
        }
        throw new SourceException("There is no driver for the source " + SourceUrl.withoutSecrets(url)
                + ": use jdbc:postgresql:, jdbc:mariadb:, jdbc:mysql:, jdbc:sqlite:, jdbc:h2: or another whose driver is"
                + " on the class path.");
    }
}
