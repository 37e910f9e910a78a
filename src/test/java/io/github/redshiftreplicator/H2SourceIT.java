package io.github.redshiftreplicator;

/** H2, in memory. */
class H2SourceIT extends SourcesContract {
    @Override
    String url() {
        return "jdbc:h2:mem:source" + System.nanoTime() + ";DB_CLOSE_DELAY=-1;TIME ZONE=UTC";
    }

    @Override
    String user() {
        return "sa";
    }

    @Override
    String password() {
        return "";
    }

    @Override
    char quote() {
        return '"';
    }

    @Override
    String timestamp() {
        return "TIMESTAMP(6)";
    }

    @Override
    String now() {
        return "LOCALTIMESTAMP(6)";
    }

    @Override
    String bytes() {
        return "VARBINARY(10)";
    }

    @Override
    String textOfAnyCase() {
        return "VARCHAR_IGNORECASE(10)";
    }
}
