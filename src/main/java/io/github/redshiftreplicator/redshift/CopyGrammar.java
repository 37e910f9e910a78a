package io.github.redshiftreplicator.redshift;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of COPY's documented grammar that reads delimited text from S3 ("COPY", "Data format parameters", "Data
 * conversion parameters", "Data load operations"): which words there are, what may follow each and which exclude each
 * other. A clause that passes has no way to end the statement. Messages name a clause and its word, never its value.
 */
final class CopyGrammar {
    /** What may follow a word. */
    private enum Argument {
        NONE,
        TEXT,
        CHARACTER,
        OPTIONAL_CHARACTER,
        NUMBER,
        ENCODING,
        SWITCH,
        SWITCH_OR_PRESET,
        QUOTE
    }

    private static final Map<String, Argument> WORDS = Map.ofEntries(
            Map.entry("CSV", Argument.QUOTE),
            Map.entry("DELIMITER", Argument.TEXT),
            Map.entry("FIXEDWIDTH", Argument.TEXT),
            Map.entry("GZIP", Argument.NONE),
            Map.entry("BZIP2", Argument.NONE),
            Map.entry("LZOP", Argument.NONE),
            Map.entry("ZSTD", Argument.NONE),
            Map.entry("REGION", Argument.TEXT),
            Map.entry("ENCODING", Argument.ENCODING),
            Map.entry("ESCAPE", Argument.NONE),
            Map.entry("REMOVEQUOTES", Argument.NONE),
            Map.entry("EXPLICIT_IDS", Argument.NONE),
            Map.entry("FILLRECORD", Argument.NONE),
            Map.entry("IGNOREBLANKLINES", Argument.NONE),
            Map.entry("IGNOREHEADER", Argument.NUMBER),
            Map.entry("NULL", Argument.TEXT),
            Map.entry("ROUNDEC", Argument.NONE),
            Map.entry("TIMEFORMAT", Argument.TEXT),
            Map.entry("DATEFORMAT", Argument.TEXT),
            Map.entry("TRIMBLANKS", Argument.NONE),
            Map.entry("TRUNCATECOLUMNS", Argument.NONE),
            Map.entry("ACCEPTANYDATE", Argument.NONE),
            Map.entry("ACCEPTINVCHARS", Argument.OPTIONAL_CHARACTER),
            Map.entry("BLANKSASNULL", Argument.NONE),
            Map.entry("EMPTYASNULL", Argument.NONE),
            Map.entry("COMPROWS", Argument.NUMBER),
            Map.entry("COMPUPDATE", Argument.SWITCH_OR_PRESET),
            Map.entry("STATUPDATE", Argument.SWITCH),
            Map.entry("MAXERROR", Argument.NUMBER),
            Map.entry("IGNOREALLERRORS", Argument.NONE),
            Map.entry("NOLOAD", Argument.NONE));

    private static final String AUTHORIZATION = "the authorization is set by iamRole or by accessKey and secretKey";
    private static final String OTHER_FORMAT = "the parts are delimited text";
    private static final String ENCRYPTION = "client-side encryption is not supported";

    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("IAM_ROLE", AUTHORIZATION),
            Map.entry("CREDENTIALS", AUTHORIZATION),
            Map.entry("ACCESS_KEY_ID", AUTHORIZATION),
            Map.entry("SECRET_ACCESS_KEY", AUTHORIZATION),
            Map.entry("SESSION_TOKEN", AUTHORIZATION),
            Map.entry("TOKEN", AUTHORIZATION),
            Map.entry("WITH", AUTHORIZATION),
            Map.entry("MANIFEST", "every COPY is given a manifest already"),
            Map.entry("SSH", "the parts are in S3"),
            Map.entry("READRATIO", "the parts are in S3"),
            Map.entry("JSON", OTHER_FORMAT),
            Map.entry("AVRO", OTHER_FORMAT),
            Map.entry("PARQUET", OTHER_FORMAT),
            Map.entry("ORC", OTHER_FORMAT),
            Map.entry("SHAPEFILE", OTHER_FORMAT),
            Map.entry("FORMAT", "write CSV or a DELIMITER"),
            Map.entry("ENCRYPTED", ENCRYPTION),
            Map.entry("MASTER_SYMMETRIC_KEY", ENCRYPTION));

    private static final Set<String> SWITCHES = Set.of("ON", "OFF", "TRUE", "FALSE");
    private static final Set<String> ENCODINGS = Set.of("UTF8", "UTF16", "UTF16LE", "UTF16BE", "ISO88591");
    private static final List<String> COMPRESSIONS = List.of("GZIP", "BZIP2", "LZOP", "ZSTD");
    private static final Map<String, List<String>> EXCLUSIONS = Map.of(
            "CSV", List.of("ESCAPE", "REMOVEQUOTES", "FIXEDWIDTH"),
            "FIXEDWIDTH", List.of("DELIMITER"),
            "IGNOREALLERRORS", List.of("MAXERROR"));

    /** A text may hold no backslash before its closing quote: whether that escapes the quote depends on the server. */
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(?<word>[A-Za-z_][A-Za-z_0-9]*)|(?<number>\\d+)|(?<text>'(?:[^'\\\\]|''|\\\\[^'])*'))");

    private CopyGrammar() {}

    /**
     * Checks clauses, each by itself and with the others.
     *
     * @param clauses COPY's clauses by their configured names, none blank
     * @return the words that they begin with
     * @throws IllegalArgumentException if a clause is not of the grammar or contradicts another; one sentence that
     *     names it
     */
    static Set<String> check(Map<String, String> clauses) {
        Set<String> words = new HashSet<>();
        clauses.forEach((name, clause) -> {
            for (String word : new Clause(name, clause).words()) {
                if (!words.add(word)) {
                    throw refusal(name, word + " is given twice");
                }
            }
        });
        List<String> compressions =
                COMPRESSIONS.stream().filter(words::contains).toList();
        if (compressions.size() > 1) {
            throw conflict(compressions.get(0), compressions.get(1));
        }
        EXCLUSIONS.forEach((word, excluded) -> excluded.stream()
                .filter(other -> words.contains(word) && words.contains(other))
                .findFirst()
                .ifPresent(other -> {
                    throw conflict(word, other);
                }));
        return words;
    }

    private static IllegalArgumentException conflict(String one, String other) {
        return new IllegalArgumentException("COPY cannot have both " + one + " and " + other + ": remove one of them.");
    }

    private static IllegalArgumentException refusal(String name, String why) {
        return new IllegalArgumentException("The COPY clause '" + name + "' is refused: " + why + ".");
    }

    /** One configured clause, read from left to right. */
    private static final class Clause {
        private record Token(String kind, String text) {
            boolean is(String word) {
                return kind.equals("word") && text.equalsIgnoreCase(word);
            }
        }

        private final String name;
        private final List<Token> tokens;
        private int next;

        Clause(String name, String clause) {
            this.name = name;
            this.tokens = tokens(clause.strip());
        }

        private List<Token> tokens(String clause) {
            List<Token> found = new ArrayList<>();
            Matcher matcher = TOKEN.matcher(clause);
            int at = 0;
            while (at < clause.length()) {
                if (!matcher.find(at) || matcher.start() != at) {
                    throw refusal(name, "only words, numbers and texts in single quotes may stand in it");
                }
                for (String kind : List.of("word", "number", "text")) {
                    if (matcher.group(kind) != null) {
                        found.add(new Token(kind, matcher.group(kind)));
                    }
                }
                at = matcher.end();
            }
            return found;
        }

        List<String> words() {
            List<String> words = new ArrayList<>();
            while (next < tokens.size()) {
                Token token = tokens.get(next++);
                String word = token.text().toUpperCase(Locale.ROOT);
                if (!token.kind().equals("word")) {
                    throw refusal(name, "a word of COPY's grammar must come before each value");
                }
                if (REFUSED.containsKey(word)) {
                    throw refusal(name, word + " may not be set here, " + REFUSED.get(word));
                }
                if (!WORDS.containsKey(word)) {
                    throw refusal(name, word + " is not a word of COPY's grammar");
                }
                argument(word, WORDS.get(word));
                words.add(word);
            }
            return words;
        }

        private void argument(String word, Argument argument) {
            switch (argument) {
                case NONE -> {}
                case TEXT -> text(word, required(word, "text", "a text in single quotes"));
                case CHARACTER -> character(word, required(word, "text", "one character in single quotes"));
                case OPTIONAL_CHARACTER -> {
                    if (peek("AS").isPresent() || peekKind("text")) {
                        argument(word, Argument.CHARACTER);
                    }
                }
                case NUMBER -> number(word, required(word, "number", "a number"));
                case ENCODING -> encoding(word);
                case SWITCH -> SWITCHES.forEach(this::skip);
                case SWITCH_OR_PRESET -> {
                    if (!skip("PRESET")) {
                        argument(word, Argument.SWITCH);
                    }
                }
                case QUOTE -> {
                    if (skip("QUOTE")) {
                        argument(word + " QUOTE", Argument.CHARACTER);
                    }
                }
            }
        }

        private void text(String word, String text) {
            if (word.endsWith("FORMAT") && text.equalsIgnoreCase("'auto'") && !text.equals("'auto'")) {
                throw refusal(name, word + " 'auto' is written in lower case");
            }
        }

        private void character(String word, String text) {
            String inside = text.substring(1, text.length() - 1).replace("''", "'");
            if (inside.codePointCount(0, inside.length()) != 1) {
                throw refusal(name, word + " takes exactly one character");
            }
        }

        private void number(String word, String digits) {
            long least = word.equals("COMPROWS") ? 1_000 : 0;
            long most = word.equals("MAXERROR") ? 100_000 : Integer.MAX_VALUE;
            if (digits.length() > 10 || Long.parseLong(digits) < least || Long.parseLong(digits) > most) {
                throw refusal(name, word + " takes a number from " + least + " to " + most);
            }
        }

        private void encoding(String word) {
            skip("AS");
            boolean known = next < tokens.size()
                    && ENCODINGS.contains(
                            tokens.get(next++).text().replace("'", "").toUpperCase(Locale.ROOT));
            if (!known) {
                throw refusal(name, word + " is one of UTF8, UTF16, UTF16LE, UTF16BE, ISO88591");
            }
        }

        private String required(String word, String kind, String what) {
            skip("AS");
            if (!peekKind(kind)) {
                throw refusal(name, word + " must be followed by " + what);
            }
            return tokens.get(next++).text();
        }

        private Optional<Token> peek(String word) {
            return next < tokens.size() && tokens.get(next).is(word) ? Optional.of(tokens.get(next)) : Optional.empty();
        }

        private boolean peekKind(String kind) {
            return next < tokens.size() && tokens.get(next).kind().equals(kind);
        }

        private boolean skip(String word) {
            boolean found = peek(word).isPresent();
            if (found) {
                next++;
            }
            return found;
        }
    }
}
