package io.github.redshiftreplicator.config;

import io.github.redshiftreplicator.table.Durations;
import io.github.redshiftreplicator.table.PartFormat;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The configuration, checked when it is made. Immutable.
 *
 * <p>A value comes from, in this order: the environment ({@code REPLICATOR_SOURCE_URL}), the given properties, the
 * environment variables of rails_redshift_replicator ({@code RRR_REDSHIFT_HOST} …), the default.
 */
public final class Settings {
    /** The most connections that read a table at once. */
    public static final int MOST_READERS = 64;

    private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*([kKmMgG]?)[bB]?");
    private static final Map<String, Setting> RRR = Map.of(
            "RRR_REDSHIFT_USER", Setting.REDSHIFT_USERNAME,
            "RRR_REDSHIFT_PASSWORD", Setting.REDSHIFT_PASSWORD,
            "RRR_AWS_ACCESS_KEY_ID", Setting.S3_ACCESS_KEY,
            "RRR_AWS_SECRET_ACCESS_KEY", Setting.S3_SECRET_KEY,
            "RRR_REPLICATION_REGION", Setting.S3_REGION,
            "RRR_REPLICATION_BUCKET", Setting.S3_BUCKET,
            "RRR_REPLICATION_PREFIX", Setting.S3_PREFIX);

    private static final Duration LONGEST = Duration.ofDays(3650);

    private final Map<Setting, String> values = new EnumMap<>(Setting.class);
    private final Map<String, String> copyClauses = new TreeMap<>();

    private Settings() {}

    /**
     * Reads the configuration.
     *
     * @param properties whole keys and their values; keys that do not begin with {@code replicator.} are not ours
     * @param environment the process's environment
     * @throws SettingsException if a key is unknown or a value cannot be read; the message names it
     */
    public static Settings of(Map<String, String> properties, Map<String, String> environment) {
        Settings settings = new Settings();
        settings.readRrr(environment);
        properties.forEach(settings::read);
        for (Setting setting : Setting.values()) {
            settings.put(setting, environment.get(setting.environmentVariable()));
        }
        settings.check();
        return settings;
    }

    private void readRrr(Map<String, String> environment) {
        RRR.forEach((variable, setting) -> put(setting, environment.get(variable)));
        String host = environment.get("RRR_REDSHIFT_HOST");
        if (host != null && !host.isBlank()) {
            put(
                    Setting.REDSHIFT_URL,
                    "jdbc:redshift://" + host + ":" + environment.getOrDefault("RRR_REDSHIFT_PORT", "5439") + "/"
                            + environment.getOrDefault("RRR_REDSHIFT_DATABASE", "dev"));
        }
    }

    private void read(String key, String value) {
        if (key.startsWith(Setting.COPY_PREFIX)) {
            copyClauses.put(
                    key.substring(Setting.COPY_PREFIX.length()).toLowerCase(Locale.ROOT),
                    value == null ? "" : value.strip());
        } else if (key.startsWith(Setting.PREFIX)) {
            Setting setting = Setting.of(key)
                    .orElseThrow(() -> new SettingsException(
                            "Unknown configuration key '" + key + "': did you mean '" + Setting.nearest(key) + "'?"));
            put(setting, value);
        }
    }

    private void put(Setting setting, String value) {
        if (value != null && !value.isBlank()) {
            values.put(setting, value.strip());
        }
    }

    private void check() {
        format();
        integer(Setting.REDSHIFT_SLICES, 1, 6400);
        integer(Setting.COMPRESSION_LEVEL, 1, format() == PartFormat.ZSTD ? 19 : 9);
        integer(Setting.COMPRESSION_THREADS, 1, 256);
        integer(Setting.UPLOAD_THREADS, 1, 256);
        integer(Setting.PARALLELISM, 1, MOST_READERS);
        integer(Setting.CONCURRENT_TABLES, 1, 256);
        partSize();
        maxRetries();
        historyCap();
        lag();
        lease();
        duration(Setting.STUCK_AFTER);
        duration(Setting.S3_TIMEOUT);
        flag(Setting.HTTP_ENABLED);
        integer(Setting.HTTP_PORT, 0, 65535);
        timeZone();
        url(Setting.SOURCE_URL, "jdbc:");
        url(Setting.STATE_URL, "jdbc:");
        url(Setting.REDSHIFT_URL, "jdbc:redshift:");
        endpoint();
        integer(Setting.MANAGEMENT_PORT, 0, 65535);
        jsonLog();
        flag(Setting.DELETE_S3_FILES);
        flag(Setting.DELETE_TRACKING);
        flag(Setting.KEEP_CANCELED);
        flag(Setting.DEBUG);
        if (get(Setting.S3_ACCESS_KEY).isPresent() != get(Setting.S3_SECRET_KEY).isPresent()) {
            throw new SettingsException("Set both " + Setting.S3_ACCESS_KEY.key() + " and "
                    + Setting.S3_SECRET_KEY.key() + ", or neither of them to use AWS's default credentials.");
        }
        if (get(Setting.HTTP_USERNAME).isPresent() != get(Setting.HTTP_PASSWORD).isPresent()) {
            throw new SettingsException("Set both " + Setting.HTTP_USERNAME.key() + " and "
                    + Setting.HTTP_PASSWORD.key() + ", or neither of them.");
        }
    }

    /** A setting's value or its default, empty if it has neither. */
    public Optional<String> get(Setting setting) {
        return Optional.ofNullable(values.get(setting)).or(setting::defaultValue);
    }

    /**
     * A setting's value.
     *
     * @throws SettingsException if it has none; the message names the key and the environment variable
     */
    public String require(Setting setting) {
        return get(setting)
                .orElseThrow(() -> new SettingsException("The configuration key '" + setting.key() + "' is missing ("
                        + setting.description() + "): set it in application.properties or as "
                        + setting.environmentVariable() + "."));
    }

    /** Whether a source is configured; if none is, the application runs its embedded default. */
    public boolean hasSource() {
        return get(Setting.SOURCE_URL).isPresent();
    }

    /** The COPY clauses by name, lower-case; an empty clause removes a default one. */
    public Map<String, String> copyClauses() {
        return Map.copyOf(copyClauses);
    }

    public PartFormat format() {
        String value = require(Setting.FORMAT);
        try {
            return PartFormat.of(value);
        } catch (IllegalArgumentException e) {
            throw invalid(Setting.FORMAT, value, "gzip, csv or zstd");
        }
    }

    /** The largest part in bytes of CSV. */
    public int partSize() {
        return partSize(Setting.PART_SIZE.key(), require(Setting.PART_SIZE));
    }

    /**
     * Reads a part's size in bytes.
     *
     * @param key where it stands, for the message
     * @throws SettingsException if it cannot be meant
     */
    public static int partSize(String key, String value) {
        Matcher matcher = SIZE.matcher(value);
        if (matcher.matches()) {
            int shift =
                    switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                        case "k" -> 10;
                        case "m" -> 20;
                        case "g" -> 30;
                        default -> 0;
                    };
            double bytes = Double.parseDouble(matcher.group(1)) * (1L << shift);
            if (bytes >= 1 << 16 && bytes <= 1 << 30) {
                return (int) bytes;
            }
        }
        throw new SettingsException(
                "'" + key + "' must be a size from 64KB to 1GB, such as 16MB, not '" + value + "'.");
    }

    public OptionalInt maxRetries() {
        return optionalInteger(Setting.MAX_RETRIES, 0);
    }

    public OptionalInt historyCap() {
        return optionalInteger(Setting.HISTORY_CAP, 0);
    }

    /** How far timed windows stay behind the clock, empty: what the source's database needs. */
    public Optional<Duration> lag() {
        return get(Setting.LAG).map(lag -> duration(Setting.LAG, Duration.ZERO));
    }

    private void url(Setting setting, String beginning) {
        get(setting).filter(url -> !url.startsWith(beginning)).ifPresent(url -> {
            throw invalid(
                    setting,
                    Secrets.masked(url.replaceAll("[?;&].*", "")),
                    "a JDBC URL that begins with "
                            + (setting == Setting.REDSHIFT_URL
                                    ? beginning
                                    : "jdbc:postgresql:, jdbc:mariadb:, jdbc:mysql:, jdbc:sqlite:, jdbc:h2: or another driver's"));
        });
    }

    private void endpoint() {
        get(Setting.S3_ENDPOINT).filter(url -> !isHttp(url)).ifPresent(url -> {
            throw invalid(Setting.S3_ENDPOINT, url.replaceAll(".*@", ""), "a URL such as http://host:9000");
        });
    }

    private static boolean isHttp(String url) {
        try {
            URI uri = new URI(url);
            return uri.getHost() != null && List.of("http", "https").contains(uri.getScheme());
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** The zone of the source's columns that hold a local time; empty: every plausible one. */
    public Optional<ZoneId> timeZone() {
        return get(Setting.SOURCE_TIME_ZONE).map(value -> {
            try {
                return ZoneId.of(value);
            } catch (DateTimeException e) {
                throw invalid(Setting.SOURCE_TIME_ZONE, value, "a time zone such as Europe/Paris or UTC");
            }
        });
    }

    public Duration lease() {
        return duration(Setting.LEASE, Duration.ofSeconds(1));
    }

    /** A duration of at least one second. */
    public Duration duration(Setting setting) {
        return duration(setting, Duration.ofSeconds(1));
    }

    private Duration duration(Setting setting, Duration least) {
        String value = require(setting);
        try {
            Duration duration = Durations.parse(value);
            if (duration.compareTo(least) >= 0 && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (RuntimeException e) {
            // said below
        }
        throw invalid(
                setting,
                value,
                "a duration such as 30s or 5m, at least " + least.toSeconds() + "s and at most " + LONGEST.toDays()
                        + "d");
    }

    private OptionalInt optionalInteger(Setting setting, int least) {
        return get(setting).isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(integer(setting, least, Integer.MAX_VALUE));
    }

    /**
     * A whole number within bounds.
     *
     * @throws SettingsException if the value is none; the message names the key and the bounds
     */
    public int integer(Setting setting, int least, int most) {
        String value = require(setting);
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw invalid(
                setting,
                value,
                "a whole number of at least " + least + (most < Integer.MAX_VALUE ? " and at most " + most : ""));
    }

    /** Whether log lines are JSON. */
    public boolean jsonLog() {
        String value = require(Setting.LOG);
        return switch (value) {
            case "json" -> true;
            case "text" -> false;
            default -> throw invalid(Setting.LOG, value, "text or json");
        };
    }

    public boolean flag(Setting setting) {
        String value = require(setting);
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(setting, value, "true or false");
        };
    }

    private static SettingsException invalid(Setting setting, String value, String expected) {
        return new SettingsException(
                "The configuration key '" + setting.key() + "' must be " + expected + ", not '" + value + "'.");
    }

    /** These settings as properties, whole keys in the order of {@link Setting}, defaults included. */
    public Map<String, String> asProperties() {
        Map<String, String> properties = new LinkedHashMap<>();
        for (Setting setting : Setting.values()) {
            properties.put(setting.key(), get(setting).orElse(""));
        }
        copyClauses.forEach((name, clause) -> properties.put(Setting.COPY_PREFIX + name, clause));
        return properties;
    }

    /** Nothing of the values: they hold secrets. */
    @Override
    public String toString() {
        return "Settings" + values.keySet();
    }
}
