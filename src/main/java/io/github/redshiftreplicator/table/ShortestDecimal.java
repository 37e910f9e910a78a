package io.github.redshiftreplicator.table;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;

/**
 * Texts of floating-point numbers: the shortest decimal that is read back as the number, and the closest to it among
 * those. {@code Double.toString} returns it since Java 19 only; Java 17 has 1.9999999999999998E23 for 2E23 (JDK-4511638).
 */
public final class ShortestDecimal {
    private ShortestDecimal() {}

    /** In the form of {@link Double#toString(double)}. */
    public static String of(double number) {
        return DoubleToDecimal.toString(number);
    }

    /** In the form of {@link Float#toString(float)}. */
    public static String of(float number) {
        return FloatToDecimal.toString(number);
    }
}
