package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.PartFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * COPY's clauses after its authorization, by name: the defaults, overridden and completed by configuration. Immutable;
 * what is here has passed the grammar.
 *
 * <p>The defaults' names: {@code format} (CSV), {@code compression} (the parts'), {@code null}, {@code timeformat},
 * {@code dateformat}, {@code region} where one is set and, for a staging table, {@code compupdate} and
 * {@code statupdate}. An empty clause removes a default.
 */
public final class CopyClauses {
    private static final String PRESET = "preset";

    /** The clauses that rails_redshift_replicator set always. Three of them change data. */
    private static final Map<String, String> RRR = orderedMap(
            "statupdate", "STATUPDATE ON",
            "acceptinvchars", "ACCEPTINVCHARS",
            "empty", "EMPTYASNULL",
            "truncate", "TRUNCATECOLUMNS");

    /** The names of the clauses that a COPY may have by default, of those that {@code preset} adds, and {@code preset} itself. */
    public static final Set<String> NAMES = names();

    private final List<String> clauses;
    private final Set<String> words;

    private CopyClauses(List<String> clauses, Set<String> words) {
        this.clauses = List.copyOf(clauses);
        this.words = Set.copyOf(words);
    }

    /**
     * The clauses of one COPY.
     *
     * @param format how the parts are compressed
     * @param nullMarker the unquoted field that means NULL
     * @param region the bucket's region, empty where it is the cluster's
     * @param staging whether a staging table is loaded: analysing it would be work for nothing
     * @param configured clauses by name; {@code preset} = {@code rrr} stands for the original's four
     * @throws IllegalArgumentException if a configured clause is refused; one sentence that names it
     */
    public static CopyClauses of(
            PartFormat format,
            String nullMarker,
            Optional<String> region,
            boolean staging,
            Map<String, String> configured) {
        Map<String, String> byName = defaults(format, nullMarker, region, staging);
        configured.forEach((name, clause) -> {
            if (key(name).equals(PRESET)) {
                byName.putAll(preset(clause));
            }
        });
        configured.forEach((name, clause) -> {
            if (!key(name).equals(PRESET)) {
                byName.put(key(name), clause == null ? "" : clause.strip());
            }
        });
        byName.values().removeIf(String::isEmpty);
        Set<String> words = CopyGrammar.check(byName);
        return new CopyClauses(new ArrayList<>(byName.values()), words);
    }

    private static Map<String, String> defaults(
            PartFormat format, String nullMarker, Optional<String> region, boolean staging) {
        Map<String, String> byName = new LinkedHashMap<>();
        // the order of "COPY from Amazon S3": MANIFEST and REGION before the format and its parameters
        region.ifPresent(name -> byName.put("region", "REGION " + Sql.literal(name)));
        byName.put("format", "CSV");
        byName.put("compression", format.copyClause());
        byName.put("null", "NULL AS " + Sql.literal(nullMarker));
        byName.put("timeformat", "TIMEFORMAT 'auto'");
        byName.put("dateformat", "DATEFORMAT 'auto'");
        if (staging) {
            byName.put("compupdate", "COMPUPDATE OFF");
            byName.put("statupdate", "STATUPDATE OFF");
        }
        return byName;
    }

    private static Set<String> names() {
        Set<String> names = new LinkedHashSet<>(List.of(PRESET));
        names.addAll(defaults(PartFormat.GZIP, "", Optional.of(""), true).keySet());
        names.addAll(RRR.keySet());
        return Collections.unmodifiableSet(names);
    }

    private static String key(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> preset(String name) {
        if (name == null || name.isBlank()) {
            return Map.of();
        }
        if (!name.strip().equalsIgnoreCase("rrr")) {
            throw new IllegalArgumentException("Unknown preset of COPY clauses '" + name + "': the only one is rrr.");
        }
        return RRR;
    }

    private static Map<String, String> orderedMap(String... namesAndClauses) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndClauses.length; i += 2) {
            map.put(namesAndClauses[i], namesAndClauses[i + 1]);
        }
        return map;
    }

    /** Whether COPY only validates the parts and loads nothing (NOLOAD). */
    public boolean noLoad() {
        return words.contains("NOLOAD");
    }

    /** The clauses as they stand in COPY. */
    @Override
    public String toString() {
        return String.join(" ", clauses);
    }
}
