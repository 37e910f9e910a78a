package io.github.redshiftreplicator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateTest {
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            nullValues = "-",
            value = {
                "ENQUEUED,  exporting canceled",
                "EXPORTING, exporting exported canceled",
                "EXPORTED,  exporting uploading canceled",
                "UPLOADING, exporting uploaded canceled",
                "UPLOADED,  importing canceled",
                "IMPORTING, importing imported canceled",
                "IMPORTED,  ''",
                "CANCELED,  ''",
            })
    void whatFollowsWhat(State state, String successors) {
        assertThat(Arrays.stream(State.values())
                        .filter(state::canBecome)
                        .map(State::word)
                        .collect(Collectors.joining(" ")))
                .isEqualTo(successors);
    }

    @ParameterizedTest
    @CsvSource({
        "ENQUEUED,  true,  false, false",
        "EXPORTING, true,  false, false",
        "EXPORTED,  true,  false, false",
        "UPLOADING, true,  false, false",
        "UPLOADED,  false, true,  false",
        "IMPORTING, false, true,  false",
        "IMPORTED,  false, false, true",
        "CANCELED,  false, false, true",
    })
    void whereItStoppedSaysHowItGoesOn(State state, boolean exportsAgain, boolean importsOnly, boolean finished) {
        assertThat(state.exportsAgain()).isEqualTo(exportsAgain);
        assertThat(state.importsOnly()).isEqualTo(importsOnly);
        assertThat(state.isFinished()).isEqualTo(finished);
        assertThat(State.of(state.word())).isEqualTo(state);
    }

    @Test
    void anUnknownStateIsRefusedNamingTheKnownOnes() {
        assertThatThrownBy(() -> State.of("done"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Unknown state 'done': use one of enqueued, exporting, exported, uploading, uploaded,"
                        + " importing, imported, canceled.");
    }
}
