package io.github.redshiftreplicator.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.redshiftreplicator.table.TableName;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LedgerTest {
    @Test
    void isBesideItsTarget() {
        assertThat(Ledger.tableFor(TableName.parse("users"))).hasToString("replicator_ledger_users");
        assertThat(Ledger.tableFor(TableName.parse("app.users"))).hasToString("app.replicator_ledger_users");
    }

    @Test
    void aLongNameIsCutToRedshiftsBytesAndStaysItsOwn() {
        String longName = "ü".repeat(60);
        TableName one = Ledger.tableFor(TableName.parse(longName + "a"));
        TableName other = Ledger.tableFor(TableName.parse(longName + "b"));

        assertThat(one.name().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(127);
        assertThat(one.name()).startsWith("replicator_ledger_üüü").isNotEqualTo(other.name());
        assertThat(Ledger.tableFor(TableName.parse(longName + "a"))).isEqualTo(one);
    }

    @Test
    void anIdMustBeFoundAgain() {
        assertThatIllegalArgumentException().isThrownBy(() -> Ledger.checkedId(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> Ledger.checkedId("x".repeat(1281)));
        assertThat(Ledger.checkedId("users/7")).isEqualTo("users/7");
    }
}
