package io.github.redshiftreplicator.redshift;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What lets COPY read from S3: exactly one of a role and a pair of keys ("Authorization parameters" in the
 * documentation of COPY). Its text form never shows a secret.
 */
public sealed interface Authorization {
    /** The clause of COPY with its secrets. */
    String clause();

    /** The clause of COPY, fit to be shown. */
    String masked();

    /** The texts that must not be shown anywhere. */
    List<String> secrets();

    /**
     * A role that the cluster may take on.
     *
     * @param arn its ARN, several separated by commas for a chain, or {@code default} for the cluster's default role
     */
    record Role(String arn) implements Authorization {
        private static final String ONE = "arn:[\\w-]+:iam::\\d+:role/[\\w+=,.@/-]+";
        private static final Pattern CHAIN = Pattern.compile(ONE + "(," + ONE + ")*");

        public Role {
            arn = arn.strip();
            if (!arn.equalsIgnoreCase("default") && !CHAIN.matcher(arn).matches()) {
                throw new IllegalArgumentException("'" + arn
                        + "' is not a role for COPY: write its ARN (arn:aws:iam::123456789012:role/name) or default.");
            }
        }

        @Override
        public String clause() {
            return arn.equalsIgnoreCase("default") ? "IAM_ROLE default" : "IAM_ROLE " + Sql.literal(arn);
        }

        @Override
        public String masked() {
            return clause();
        }

        @Override
        public List<String> secrets() {
            return List.of();
        }
    }

    /**
     * A pair of access keys. Temporary ones must outlive the COPY.
     *
     * @param accessKey the key's id
     * @param secretKey the secret
     * @param sessionToken the token of temporary keys
     */
    record Keys(String accessKey, String secretKey, Optional<String> sessionToken) implements Authorization {
        @Override
        public String clause() {
            return "ACCESS_KEY_ID " + Sql.literal(accessKey) + " SECRET_ACCESS_KEY " + Sql.literal(secretKey)
                    + sessionToken
                            .map(token -> " SESSION_TOKEN " + Sql.literal(token))
                            .orElse("");
        }

        @Override
        public String masked() {
            return "ACCESS_KEY_ID '***' SECRET_ACCESS_KEY '***'"
                    + (sessionToken.isPresent() ? " SESSION_TOKEN '***'" : "");
        }

        @Override
        public List<String> secrets() {
            return sessionToken
                    .map(token -> List.of(token, secretKey, accessKey))
                    .orElse(List.of(secretKey, accessKey));
        }

        @Override
        public String toString() {
            return masked();
        }
    }
}
