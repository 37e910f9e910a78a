package io.github.redshiftreplicator;

import java.io.StringReader;
import java.sql.SQLException;
import org.h2.tools.RunScript;

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
    void script(String script) throws SQLException {
        RunScript.execute(source, new StringReader(script));
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
