package io.github.redshiftreplicator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Draws values at random, the ends of their ranges and what is awkward among them, and tells what is the same value. */
final class RandomValues {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final List<String> CHARACTERS = List.of(
            "\"",
            "\"\"",
            "'",
            ",",
            ";",
            "\n",
            "\r",
            "\r\n",
            "\t",
            "\\",
            "\\N",
            "\\.",
            "|",
            "%",
            "@NULL7Kq@",
            "NULL",
            "a",
            "Z",
            "0",
            " ",
            "\u00e4",
            "\u20ac",
            "\u65e5",
            "\ud83d\ude00",
            "e\u0301",
            "\u0001",
            "\u007f",
            "\u0085",
            "\u2028",
            "\ufeff",
            "--",
            "${x}",
            "{{x}}",
            "$simple{x}",
            ":?x",
            "#");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");

    private RandomValues() {}

    /** With numbers that SUPER may not keep. */
    static String wildJson(Random random) {
        return "[" + json(random, 2, 400) + ", " + decimal(random, 30, 20) + "]";
    }

    static String bool(String text) {
        return text.matches("1|t|true") ? "1" : "0";
    }

    static String timeInUtc(String time) {
        return OffsetTime.parse(withMinutes(time))
                .withOffsetSameInstant(ZoneOffset.UTC)
                .toString();
    }

    static String withMinutes(String time) {
        return time.replaceFirst("([+-]\\d\\d)$", "$1:00");
    }

    /** In UTC, where a text has no zone of its own. */
    static String instant(String text) {
        String time = text.length() == 10 ? text + "T00:00" : withMinutes(text.replace(' ', 'T'));
        return time.matches(".*[+-]\\d\\d:\\d\\d(:\\d\\d)?$")
                ? OffsetDateTime.parse(time).toInstant().toString()
                : LocalDateTime.parse(time).toInstant(ZoneOffset.UTC).toString();
    }

    static long whole(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE;
            case 1 -> random.nextInt(5) - 2;
            case 2 -> random.nextInt();
            default -> random.nextLong() >> random.nextInt(64);
        };
    }

    static String decimal(Random random, int whole, int scale) {
        int digits = 1 + random.nextInt(whole + scale);
        BigInteger most = BigInteger.TEN.pow(digits);
        BigInteger unscaled = random.nextInt(8) == 0
                ? most.subtract(BigInteger.ONE)
                : new BigInteger(most.bitLength() + 8, random).mod(most);
        BigDecimal number =
                new BigDecimal(unscaled, random.nextBoolean() ? scale : Math.max(0, Math.min(scale, digits - 1)));
        if (number.precision() - number.scale() > whole) {
            number = number.remainder(BigDecimal.TEN.pow(whole));
        }
        return (random.nextBoolean() ? number : number.negate()).toPlainString();
    }

    /** What is zero or as large as FLOAT8 knows. */
    static String real(Random random) {
        while (true) {
            double number =
                    switch (random.nextInt(5)) {
                        case 0 -> Double.longBitsToDouble(random.nextLong());
                        case 1 -> Double.parseDouble((random.nextInt(1999) - 999) + "e" + (random.nextInt(80) - 40));
                        case 2 -> random.nextInt(2000) / 100.0;
                        case 3 -> whole(random);
                        default -> random.nextGaussian();
                    };
            if (number == 0) {
                return "0";
            }
            if (Double.isFinite(number) && Math.abs(number) >= Double.MIN_NORMAL) {
                return String.valueOf(number);
            }
        }
    }

    static String single(Random random) {
        while (true) {
            float number = random.nextBoolean()
                    ? Float.intBitsToFloat(random.nextInt())
                    : Float.parseFloat((random.nextInt(1999) - 999) + "e" + (random.nextInt(40) - 20));
            if (number == 0) {
                return "0";
            }
            if (Float.isFinite(number) && Math.abs(number) >= Float.MIN_NORMAL) {
                return String.valueOf(number);
            }
        }
    }

    static LocalDate date(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> LocalDate.of(1000, 1, 1);
            case 1 -> LocalDate.of(9999, 12, 30);
            case 2 -> LocalDate.of(2026, 3, 29);
            case 3 -> LocalDate.of(1582, 10, 4).plusDays(random.nextInt(12));
            default -> LocalDate.of(1000, 1, 1).plusDays(random.nextInt(3_200_000));
        };
    }

    static String time(Random random, ChronoUnit unit) {
        return TIME.format(time(random).truncatedTo(unit));
    }

    static LocalTime time(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> LocalTime.MIDNIGHT;
            case 1 -> LocalTime.of(23, 59, 59, 999_999_000);
            case 2 -> LocalTime.of(2, 30);
            case 3 -> LocalTime.ofSecondOfDay(random.nextInt(86_400)).plusNanos(random.nextInt(1000) * 1_000_000L);
            default -> LocalTime.ofSecondOfDay(random.nextInt(86_400)).plusNanos(random.nextInt(1_000_000) * 1000L);
        };
    }

    static String text(Random random, int most) {
        String text = random.ints(random.nextInt(most + 1), 0, CHARACTERS.size())
                .mapToObj(CHARACTERS::get)
                .collect(Collectors.joining());
        return text.equals("@NULL7Kq@") ? "" : text;
    }

    /** Of version 4, since MariaDB knows the versions. */
    static String uuid(Random random) {
        long high = random.nextLong() & 0xffffffffffff0fffL | 0x4000;
        long low = random.nextLong() & 0x3fffffffffffffffL | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }

    /** Ten characters at most, none of them a blank at the end. */
    static String shortText(Random random) {
        String text = text(random, 6);
        return text.substring(0, text.offsetByCodePoints(0, Math.min(5, text.codePointCount(0, text.length()))))
                .stripTrailing();
    }

    static String bytes(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(50)];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static String json(Random random, int depth, int exponent) {
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> random.nextBoolean() ? "null" : "true";
            case 1 -> String.valueOf(whole(random) >> 11);
            case 2 -> (random.nextInt(1999) - 999) + "e" + (random.nextInt(2 * exponent) - exponent);
            case 3 -> new BigDecimal(BigInteger.valueOf(whole(random) >> 16), random.nextInt(15)).toPlainString();
            case 4 -> quoted(text(random, 5));
            case 5 -> {
                StringJoiner items = new StringJoiner(", ", "[", "]");
                random.ints(random.nextInt(4)).forEach(i -> items.add(json(random, depth - 1, exponent)));
                yield items.toString();
            }
            default -> {
                StringJoiner fields = new StringJoiner(",", "{", "}");
                for (int i = random.nextInt(4); i > 0; i--) {
                    fields.add(quoted(i + text(random, 2)) + ": " + json(random, depth - 1, exponent));
                }
                yield fields.toString();
            }
        };
    }

    static String quoted(String text) {
        try {
            return JSON.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String number(String text) {
        BigDecimal number = new BigDecimal(text);
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    static String canonical(String json) {
        try {
            return canonical(JSON.readTree(json));
        } catch (JsonProcessingException e) {
            return "no JSON: " + json;
        }
    }

    static String canonical(JsonNode node) {
        if (node.isNumber()) {
            return number(node.decimalValue().toString());
        } else if (node.isArray()) {
            List<String> items = new ArrayList<>();
            node.forEach(item -> items.add(canonical(item)));
            return items.toString();
        } else if (node.isObject()) {
            Map<String, String> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), canonical(field.getValue())));
            return fields.toString();
        }
        return node.toString();
    }
}
