package io.github.redshiftreplicator.verify;

import io.github.redshiftreplicator.table.TargetColumn;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.camel.util.json.DeserializationException;
import org.apache.camel.util.json.Jsoner;

/**
 * The one text of a value, made of the text that COPY was given and of the one that Redshift shows. What it is depends
 * on the target's column: {@code 1.50} and {@code 1.5} are one DECIMAL and two VARCHARs. A text that is none of its
 * type's stays as it is. Immutable.
 */
final class CanonicalForm {
    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffset("+HH:mm", "Z")
            .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffset("+HH:mm", "Z")
            .toFormatter(Locale.ROOT);

    private final List<UnaryOperator<String>> columns;

    CanonicalForm(List<TargetColumn> columns) {
        this.columns = columns.stream().map(CanonicalForm::of).toList();
    }

    /** A row's texts in their canonical form, null for NULL. */
    String[] of(List<?> row) {
        String[] texts = new String[columns.size()];
        for (int i = 0; i < texts.length; i++) {
            Object value = row.get(i);
            texts[i] = value == null ? null : columns.get(i).apply(value.toString());
        }
        return texts;
    }

    private static UnaryOperator<String> of(TargetColumn column) {
        UnaryOperator<String> form =
                switch (column.typeName()) {
                    case "int2", "int4", "int8", "numeric" -> CanonicalForm::number;
                    case "float4" -> text -> Float.toString((float) Double.parseDouble(special(text)));
                    case "float8" -> text -> Double.toString(Double.parseDouble(special(text)));
                    case "bool" -> CanonicalForm::bool;
                    case "date" -> text -> dateTime(text).toLocalDate().toString();
                    case "timestamp", "timestamptz" -> text -> dateTime(text).toString();
                    case "time" -> text -> LocalTime.from(TIME.parse(text)).toString();
                    case "timetz" -> CanonicalForm::zonedTime;
                    case "bpchar" -> CanonicalForm::withoutPadding;
                    case "varbyte" ->
                        text -> (text.startsWith("\\x") ? text.substring(2) : text).toLowerCase(Locale.ROOT);
                    case "super" -> CanonicalForm::json;
                    default -> UnaryOperator.identity();
                };
        return text -> {
            try {
                return form.apply(text);
            } catch (NumberFormatException | DateTimeException e) {
                return text;
            }
        };
    }

    private static String number(String text) {
        return new BigDecimal(text.strip()).stripTrailingZeros().toPlainString();
    }

    private static String special(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "infinity", "inf" -> "Infinity";
            case "-infinity", "-inf" -> "-Infinity";
            case "nan" -> "NaN";
            default -> text;
        };
    }

    private static String bool(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "t", "true", "y", "yes", "1" -> "true";
            case "f", "false", "n", "no", "0" -> "false";
            default -> text;
        };
    }

    /** Without an offset it is UTC, as in the sessions that load and read it. */
    private static LocalDateTime dateTime(String text) {
        String iso = text.strip();
        if (iso.length() > 10 && iso.charAt(10) == ' ') {
            iso = iso.substring(0, 10) + "T" + iso.substring(11);
        }
        TemporalAccessor parsed =
                DATE_TIME.parseBest(iso, java.time.OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
        if (parsed instanceof java.time.OffsetDateTime moment) {
            return moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
        }
        return parsed instanceof LocalDate date ? date.atStartOfDay() : (LocalDateTime) parsed;
    }

    private static String zonedTime(String text) {
        TemporalAccessor parsed = TIME.parseBest(text.strip(), OffsetTime::from, LocalTime::from);
        OffsetTime time = parsed instanceof OffsetTime zoned ? zoned : ((LocalTime) parsed).atOffset(ZoneOffset.UTC);
        return time.withOffsetSameInstant(ZoneOffset.UTC).toString();
    }

    /** CHAR's trailing blanks mean nothing. */
    private static String withoutPadding(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }

    private static String json(String text) {
        try {
            return String.valueOf(ordered(Jsoner.deserialize(text)));
        } catch (DeserializationException e) {
            return text;
        }
    }

    /** An object's members in the order of their names, numbers as numbers, texts told from them. */
    private static Object ordered(Object json) {
        if (json instanceof Map<?, ?> object) {
            Map<String, Object> members = new TreeMap<>();
            object.forEach((name, value) -> members.put(Jsoner.escape(String.valueOf(name)), ordered(value)));
            return members;
        }
        if (json instanceof List<?> array) {
            return array.stream().map(CanonicalForm::ordered).toList();
        }
        return json instanceof Number number
                ? number(number.toString())
                : json instanceof String string ? '"' + Jsoner.escape(string) + '"' : json;
    }
}
