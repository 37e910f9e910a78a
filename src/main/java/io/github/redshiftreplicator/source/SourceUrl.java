package io.github.redshiftreplicator.source;

import java.util.regex.Pattern;

/** Makes JDBC URLs fit for logs. */
final class SourceUrl {
    private static final Pattern PARAMETER =
            Pattern.compile("(?i)([?&;,](?:[a-z]*(?:password|passwd|pwd|secret|token)[a-z]*)=)[^&;,]*");
    private static final Pattern USER_INFO = Pattern.compile("(//)[^/?@]*@");

    private SourceUrl() {}

    static String withoutSecrets(String url) {
        String bare = USER_INFO.matcher(url).replaceAll("$1");
        return PARAMETER.matcher(bare).replaceAll("$1***");
    }
}
