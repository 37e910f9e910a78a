package io.github.redshiftreplicator.source;

import java.util.Optional;

/**
 * A window's upper end.
 *
 * @param last the record up to which the window is complete
 * @param upTo the record up to which rows are read: beyond {@code last} where reading rows again is harmless
 * @param nothing whether no row can lie in between
 * @param heldBack what keeps the bound from the present
 */
record Bound(Optional<String> last, Optional<String> upTo, boolean nothing, Optional<HeldBack> heldBack) {
    static Bound everything() {
        return new Bound(Optional.empty(), Optional.empty(), false, Optional.empty());
    }

    static Bound at(String record, boolean nothing, Optional<HeldBack> heldBack) {
        return new Bound(Optional.of(record), Optional.of(record), nothing, heldBack);
    }
}
