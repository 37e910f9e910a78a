package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.CsvFormat;
import io.github.redshiftreplicator.table.Row;
import io.github.redshiftreplicator.table.ShortestDecimal;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.camel.component.sql.RowMapperFactory;

/**
 * Makes a {@link Row} of a result's row, with no map a row: the value of camel-sql's option {@code rowMapperFactory}.
 * Values become the text that Redshift's COPY reads: ISO timestamps with microseconds, moments in UTC, booleans as
 * {@code true} and {@code false}, bytes in hex, decimals without an exponent.
 *
 * <p>The factory is thread-safe; each mapper that it makes is for one result.
 */
public final class RowMapper implements RowMapperFactory, org.springframework.jdbc.core.RowMapper<Row> {
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");
    private static final DateTimeFormatter NANOSECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSSSS");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");

    private interface Getter {
        String get(ResultSet result, int column) throws SQLException;
    }

    private ResultSet known;
    private Map<String, Integer> positions;
    private Getter[] getters;
    private boolean isGuarded;

    @Override
    public org.springframework.jdbc.core.RowMapper<?> newColumnRowMapper() {
        return new RowMapper();
    }

    @Override
    public org.springframework.jdbc.core.RowMapper<?> newBeanRowMapper(Class<?> mappedClass) {
        throw new UnsupportedOperationException("Rows are read as texts: leave the endpoint's outputClass out.");
    }

    @Override
    public Row mapRow(ResultSet result, int rowNumber) throws SQLException {
        if (known != result) {
            learn(result);
        }
        String[] values = new String[getters.length];
        for (int i = 0; i < values.length; i++) {
            String value = getters[i].get(result, i + 1);
            values[i] = isGuarded ? value : checked(value);
        }
        return new Row(positions, values);
    }

    private static String checked(String value) {
        if (value != null) {
            if (value.equals(CsvFormat.NULL_MARKER)) {
                throw NullMarker.refusal();
            }
            if (value.indexOf('\0') >= 0) {
                throw new ValueRefusedException(
                        "a column holds the character NUL, which VARCHAR cannot hold: change the"
                                + " value, or set onInvalid to replace or null.");
            }
        }
        return value;
    }

    private void learn(ResultSet result) throws SQLException {
        ResultSetMetaData columns = result.getMetaData();
        positions = new HashMap<>();
        getters = new Getter[columns.getColumnCount()];
        String driver = result.getStatement().getConnection().getMetaData().getDriverName();
        boolean hasOwnText =
                driver.startsWith("MySQL") || driver.startsWith("MariaDB") || driver.startsWith("PostgreSQL");
        boolean isOfAnyType = driver.startsWith("SQLite");
        // a RowGuard looks at the rows of databases without a type mapping, and knows their policies
        isGuarded = !hasOwnText;
        for (int i = 0; i < getters.length; i++) {
            positions.put(columns.getColumnLabel(i + 1), i);
            getters[i] =
                    getter(columns.getColumnType(i + 1), columns.getColumnTypeName(i + 1), hasOwnText, isOfAnyType);
        }
        known = result;
    }

    private static Getter getter(int jdbcType, String typeName, boolean hasOwnText, boolean isOfAnyType) {
        boolean hasPlainText =
                switch (jdbcType) {
                    case Types.TIMESTAMP, Types.DATE, Types.TIME, Types.DECIMAL, Types.NUMERIC -> true;
                    default -> false;
                };
        if (hasOwnText && hasPlainText) {
            // the server's own text: no conversion between zones, and 0000-00-00, infinity and 24:00:00 survive
            return ResultSet::getString;
        }
        if (typeName != null && (typeName.equals("timestamptz") || typeName.startsWith("TIMESTAMP WITH TIME"))) {
            return (result, column) -> text(result.getObject(column, OffsetDateTime.class));
        }
        if (typeName != null && typeName.equalsIgnoreCase("uuid")) {
            // H2's JDBC type for it is BINARY
            return ResultSet::getString;
        }
        return switch (jdbcType) {
            case Types.BOOLEAN, Types.BIT -> RowMapper::bool;
            case Types.DECIMAL, Types.NUMERIC -> RowMapper::decimal;
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> RowMapper::bytes;
            case Types.TIMESTAMP -> isOfAnyType ? RowMapper::any : new Temporal(LocalDateTime.class);
            case Types.DATE -> isOfAnyType ? RowMapper::any : new Temporal(LocalDate.class);
            case Types.TIME -> isOfAnyType ? RowMapper::any : new Temporal(LocalTime.class);
            case Types.TIMESTAMP_WITH_TIMEZONE ->
                (result, column) -> text(result.getObject(column, OffsetDateTime.class));
            default -> isOfAnyType ? RowMapper::ofAnyType : ResultSet::getString;
        };
    }

    /** SQLite's columns hold values of any type, and its text of a number has 15 digits. */
    private static String ofAnyType(ResultSet result, int column) throws SQLException {
        String text = result.getString(column);
        if (text != null && result.getObject(column) instanceof Double number) {
            boolean isWhole = !number.isInfinite() && Double.parseDouble(text) == number;
            return isWhole ? text : ShortestDecimal.of(number);
        }
        return text;
    }

    private static String bool(ResultSet result, int column) throws SQLException {
        Object value = result.getObject(column);
        return value instanceof byte[] bits ? HexFormat.of().formatHex(bits) : value == null ? null : value.toString();
    }

    private static String decimal(ResultSet result, int column) throws SQLException {
        Object value = result.getObject(column);
        if (value instanceof Double number && !number.isInfinite() && !number.isNaN()) {
            return new BigDecimal(ShortestDecimal.of(number)).toPlainString();
        }
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : value == null ? null : value.toString();
    }

    private static String bytes(ResultSet result, int column) throws SQLException {
        byte[] value = result.getBytes(column);
        return value == null ? null : HexFormat.of().formatHex(value);
    }

    private static String any(ResultSet result, int column) throws SQLException {
        return text(result.getObject(column));
    }

    /**
     * Asks for the classes of java.time where the driver has them (JDBC 4.2). Those of java.sql count days before 1582 by
     * another calendar, lack the hour that a zone leaves out, and know no fraction of a second of a time of day.
     */
    private static final class Temporal implements Getter {
        private final Class<?> type;
        private boolean isKnown;
        private boolean isUnknown;

        Temporal(Class<?> type) {
            this.type = type;
        }

        @Override
        public String get(ResultSet result, int column) throws SQLException {
            if (isUnknown) {
                return any(result, column);
            }
            try {
                Object value = result.getObject(column, type);
                isKnown |= value != null;
                return text(value);
            } catch (SQLException | AbstractMethodError e) {
                if (isKnown) {
                    throw e;
                }
                String text = any(result, column);
                isUnknown = true;
                return text;
            }
        }
    }

    private static String text(Object value) {
        if (value == null) {
            return null;
        } else if (value instanceof Double julianDay) {
            return text(ColumnTime.ofJulianDay(julianDay));
        } else if (value instanceof Number number) {
            return text(ColumnTime.ofEpoch(number.longValue()));
        } else if (value instanceof Timestamp timestamp) {
            return text(timestamp.toLocalDateTime());
        } else if (value instanceof LocalDateTime timestamp) {
            return text(timestamp);
        } else if (value instanceof OffsetDateTime moment) {
            return text(moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()) + "+00";
        } else if (value instanceof Date date) {
            return date.toLocalDate().toString();
        } else if (value instanceof LocalDate date) {
            return date.toString();
        } else if (value instanceof Time time) {
            return TIME.format(time.toLocalTime());
        } else if (value instanceof LocalTime time) {
            return time.getNano() % 1000 == 0 ? TIME.format(time) : time.toString();
        }
        return value.toString();
    }

    /** With microseconds; with nanoseconds where there are some, which is for others to judge. */
    private static String text(LocalDateTime time) {
        return (time.getNano() % 1000 == 0 ? TIMESTAMP : NANOSECONDS).format(time);
    }
}
