package io.github.redshiftreplicator.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableNameTest {
    @Test
    void aBareNameHasNoSchema() {
        assertThat(TableName.parse("users")).isEqualTo(new TableName(Optional.empty(), "users"));
    }

    @Test
    void aDotSeparatesTheSchemaUnlessItIsQuoted() {
        assertThat(TableName.parse("sales.users")).isEqualTo(new TableName(Optional.of("sales"), "users"));
        assertThat(TableName.parse("sales.\"a.b\"")).isEqualTo(new TableName(Optional.of("sales"), "a.b"));
    }

    @Test
    void whateverTheNameItIsOneQuotedIdentifier() {
        TableName name = TableName.parse("users\"; drop table users; --");
        assertThat(name.quoted('"')).isEqualTo("\"users\"\"; drop table users; --\"");
        assertThat(TableName.parse("a`b").quoted('`')).isEqualTo("`a``b`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"users", "sales.users", "\"a.b\"", "Big Table", "x\"y"})
    void theTextFormReadsBack(String text) {
        TableName name = TableName.parse(text);
        assertThat(TableName.parse(name.toString())).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".users", "users.", "a.b.c", "\"open"})
    void whatIsNoNameIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> TableName.parse(text));
    }
}
