package io.github.redshiftreplicator.sandbox;

/**
 * Why a field or row cannot be loaded; codes as in the Amazon Redshift Database Developer Guide, "Load error reference". Without a
 * stack trace: a load may reject a hundred thousand rows.
 */
final class FieldError extends Exception {

    static final int TOO_MANY_COLUMNS = 1202;
    static final int OUT_OF_RANGE = 1204;
    static final int DATE = 1205;
    static final int TIMESTAMP = 1206;
    static final int DIGIT = 1207;
    static final int FLOAT = 1208;
    static final int DECIMAL = 1209;
    static final int BOOLEAN = 1210;
    static final int NOT_NULL = 1213;
    static final int DELIMITER = 1214;
    static final int LINE = 1216;
    static final int IDENTITY = 1217;
    static final int CHARACTERS = 1220;
    static final int OVERFLOW = 1222;
    static final int TYPE = 1223;
    static final int JSON = 1224;

    private final int code;
    private final int position;

    FieldError(int code, int position, String reason) {
        super(reason, null, false, false);
        this.code = code;
        this.position = position;
    }

    int code() {
        return code;
    }

    int position() {
        return position;
    }
}
