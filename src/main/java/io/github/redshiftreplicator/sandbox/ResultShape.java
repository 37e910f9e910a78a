package io.github.redshiftreplicator.sandbox;

import io.github.redshiftreplicator.sandbox.Wire.Body;
import io.github.redshiftreplicator.sandbox.Wire.Message;
import io.github.redshiftreplicator.sandbox.Wire.Reader;

/** A result's columns as Redshift describes them: its own type numbers, and VARBYTE as hexadecimal digits without a prefix. */
final class ResultShape {

    private final byte[] description;
    private final boolean[] varbyte;
    private final boolean rewritesRows;

    private ResultShape(byte[] description, boolean[] varbyte, boolean rewritesRows) {
        this.description = description;
        this.varbyte = varbyte;
        this.rewritesRows = rewritesRows;
    }

    static ResultShape of(Message rowDescription, RedshiftCatalog catalog) {
        Reader reader = rowDescription.reader();
        int columns = reader.int16();
        Body body = new Body().int16(columns);
        boolean[] varbyte = new boolean[columns];
        boolean any = false;
        for (int i = 0; i < columns; i++) {
            body.string(reader.string());
            body.int32(reader.int32()).int16(reader.int16());
            int type = reader.int32();
            int redshiftType = catalog.redshiftType(type);
            int size = reader.int16();
            int modifier = reader.int32();
            int format = reader.int16();
            varbyte[i] = redshiftType == RedshiftCatalog.VARBYTE && format == 0;
            any |= varbyte[i];
            body.int32(redshiftType).int16(size).int32(modifier).int16(format);
        }
        return new ResultShape(body.toBytes(), varbyte, any);
    }

    byte[] description() {
        return description;
    }

    Message row(Message row) {
        if (!rewritesRows) {
            return row;
        }
        Reader reader = row.reader();
        Body body = new Body().int16(reader.int16());
        for (boolean hex : varbyte) {
            int length = reader.int32();
            if (length < 0) {
                body.int32(length);
                continue;
            }
            boolean prefixed = hex && length >= 2;
            if (prefixed) {
                reader.skip(2);
            }
            int rest = prefixed ? length - 2 : length;
            body.int32(rest).raw(reader.bytes(rest));
        }
        return new Message('D', body.toBytes());
    }
}
