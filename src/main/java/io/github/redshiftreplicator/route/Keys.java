package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.table.Table;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of a replication's S3 objects: {@code prefix/table/table-time-number-random.attempt.part.csv.gz}. */
final class Keys {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern ATTEMPT = Pattern.compile("\\.(\\d{1,9})\\.");

    private Keys() {}

    /** What the keys of all of a table's replications begin with. */
    static String folder(Settings settings, Table table) {
        String prefix = settings.get(Setting.S3_PREFIX).orElse("").replaceAll("^/+|/+$", "");
        return (prefix.isEmpty() ? "" : prefix + "/") + plain(table.name()) + "/";
    }

    /**
     * What the keys of all attempts of one replication begin with, and no other's: not those of another deployment either, which
     * has a table of this name, as its shards have, the same schedule, and as many replications behind it.
     */
    static String newBase(Settings settings, Table table, Replication replication) {
        String messageId = replication.messageId();
        return folder(settings, table) + plain(table.name()) + "-" + TIME.format(replication.createdAt())
                + messageId.substring(messageId.lastIndexOf('-')) + "-"
                + UUID.randomUUID().toString().substring(0, 8);
    }

    /**
     * What the keys of one attempt begin with. Every attempt writes under names of its own, so that a process that was
     * thought dead cannot overwrite the parts of the one that took over.
     */
    static String attempt(String base, Replication replication) {
        return base + "." + replication.version();
    }

    /** The number of the attempt that a key belongs to, of a replication's own keys; -1 where there is none. */
    static int attemptOf(String base, String key) {
        Matcher number = ATTEMPT.matcher(key.substring(base.length()));
        return number.lookingAt() ? Integer.parseInt(number.group(1)) : -1;
    }

    /** What the keys of an attempt's deletions begin with. */
    static String deletions(String attempt) {
        return attempt + ".deletions";
    }

    /**
     * Only the characters that the S3 documentation calls safe ("Creating object key names"); names that differ in
     * others stay different.
     */
    private static String plain(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_-]", "_");
        return plain.equals(name) ? name : plain + "-" + Integer.toHexString(name.hashCode());
    }
}
