package io.github.redshiftreplicator.state;

import java.util.Map;

/**
 * The state table's columns with one database's types.
 *
 * @param id type and constraints of the primary key
 * @param timestamp type of a point in time
 * @param text type of a record's bound, which may be long
 * @param error type of an error's text
 */
record StateColumns(String id, String timestamp, String text, String error) {
    /** The most characters of a replication's key. */
    static final int KEY_LENGTH = 255;

    /** Columns that tables of earlier versions lack, with their types. They take NULL. */
    static final Map<String, String> LATER = Map.of("replication_field", "VARCHAR(255)");

    /**
     * The columns and constraints between CREATE TABLE's brackets. A table's newest replication is asked for at every run, for
     * which some databases sort all of its history without the second constraint.
     */
    String definition(StateDialect dialect) {
        return """
                  id %1$s,
                  processorName VARCHAR(255) NOT NULL,
                  messageId VARCHAR(%6$d) NOT NULL,
                  createdAt %2$s NOT NULL,
                  replication_type VARCHAR(20) NOT NULL,
                  replication_field VARCHAR(255),
                  state VARCHAR(20) NOT NULL,
                  source_table VARCHAR(255) NOT NULL,
                  target_table VARCHAR(255) NOT NULL,
                  first_record %3$s,
                  last_record %3$s,
                  source_clock VARCHAR(255),
                  record_count BIGINT,
                  altered_count BIGINT,
                  slices INTEGER NOT NULL,
                  parts INTEGER,
                  bytes BIGINT,
                  export_format VARCHAR(20) NOT NULL,
                  %5$s VARCHAR(1024),
                  manifest VARCHAR(1024),
                  column_names %4$s,
                  retries INTEGER NOT NULL,
                  last_error %4$s,
                  export_duration BIGINT,
                  upload_duration BIGINT,
                  import_duration BIGINT,
                  load_session INTEGER,
                  owner VARCHAR(512),
                  lease_until %2$s,
                  version BIGINT NOT NULL,
                  created_at %2$s NOT NULL,
                  updated_at %2$s NOT NULL,
                  UNIQUE (processorName, messageId),
                  UNIQUE (processorName, id)
                """.formatted(id, timestamp, text, error, dialect.column("key"), KEY_LENGTH);
    }
}
