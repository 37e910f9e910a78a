package io.github.redshiftreplicator.config;

import java.util.regex.Pattern;

/** Takes secrets out of texts that others have worded: drivers, pools and Camel have whole URLs and values in theirs. */
public final class Secrets {
    private static final Pattern PARAMETER =
            Pattern.compile("(?i)([?&;,(\\s][\\w.-]*(?:password|passwd|pwd|secret|token)[\\w.-]*=)[^&;,)\\s]*");
    private static final Pattern USER_INFO = Pattern.compile("(//)[^/?@\\s]*@");
    private static final Pattern ORACLE = Pattern.compile("(?i)(jdbc:oracle:\\w+:[^/@\\s]*/)[^@\\s]*@");
    private static final Pattern BEAN = Pattern.compile("(?s) on bean: \\S+ with value: .*");

    private Secrets() {}

    /** The text with *** in the place of what stands where passwords do, without users in URLs. */
    public static String masked(String text) {
        String bare = USER_INFO.matcher(text).replaceAll("$1");
        bare = ORACLE.matcher(bare).replaceAll("$1***@");
        bare = BEAN.matcher(bare).replaceAll("");
        return PARAMETER.matcher(bare).replaceAll("$1***");
    }
}
