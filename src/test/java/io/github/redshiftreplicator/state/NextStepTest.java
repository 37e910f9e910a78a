package io.github.redshiftreplicator.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.state.NextStep.Action;
import io.github.redshiftreplicator.state.NextStep.Kind;
import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Strategy;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is due, by the newest replication's state and what was asked for. */
class NextStepTest {
    private static final OptionalInt FOR_EVER = OptionalInt.empty();
    private static final Optional<Holder> NOBODY = Optional.empty();
    private static final Optional<Holder> SOMEBODY = Optional.of(new Holder("db1:7@0#-.-.0", Instant.EPOCH));

    @ParameterizedTest(name = "{0}: replicate {1}, export {2}, import {3}")
    @CsvSource({
        "none,      OPEN_NEW,      OPEN_NEW,         NOTHING_TO_IMPORT",
        "enqueued,  RESUME_EXPORT, RESUME_EXPORT,    RESUME_EXPORT",
        "exporting, RESUME_EXPORT, RESUME_EXPORT,    RESUME_EXPORT",
        "exported,  RESUME_EXPORT, RESUME_EXPORT,    RESUME_EXPORT",
        "uploading, RESUME_EXPORT, RESUME_EXPORT,    RESUME_EXPORT",
        "uploaded,  RESUME_IMPORT, WAITS_FOR_IMPORT, RESUME_IMPORT",
        "importing, RESUME_IMPORT, WAITS_FOR_IMPORT, RESUME_IMPORT",
        "imported,  OPEN_NEW,      OPEN_NEW,         NOTHING_TO_IMPORT",
        "canceled,  OPEN_NEW,      OPEN_NEW,         NOTHING_TO_IMPORT",
    })
    void whatIsDue(String state, Kind replicate, Kind export, Kind imported) {
        Optional<Replication> latest = latest(state, 1);

        assertThat(NextStep.of(Action.REPLICATE, latest, FOR_EVER, NOBODY))
                .isEqualTo(new NextStep(replicate, latest, NOBODY));
        assertThat(NextStep.of(Action.EXPORT, latest, FOR_EVER, NOBODY))
                .isEqualTo(new NextStep(export, latest, NOBODY));
        assertThat(NextStep.of(Action.IMPORT, latest, FOR_EVER, NOBODY))
                .isEqualTo(new NextStep(imported, latest, NOBODY));
    }

    @ParameterizedTest(name = "{0}: replicate {1}, export {2}, import {3}")
    @CsvSource({
        "none,      OPEN_NEW,            OPEN_NEW,            NOTHING_TO_IMPORT",
        "enqueued,  CANCEL_AND_OPEN_NEW, CANCEL_AND_OPEN_NEW, CANCEL",
        "exporting, CANCEL_AND_OPEN_NEW, CANCEL_AND_OPEN_NEW, CANCEL",
        "exported,  CANCEL_AND_OPEN_NEW, CANCEL_AND_OPEN_NEW, CANCEL",
        "uploading, CANCEL_AND_OPEN_NEW, CANCEL_AND_OPEN_NEW, CANCEL",
        "uploaded,  CANCEL_AND_OPEN_NEW, CANCEL_AND_OPEN_NEW, CANCEL",
        "importing, CANCEL_AND_OPEN_NEW, CANCEL_AND_OPEN_NEW, CANCEL",
        "imported,  OPEN_NEW,            OPEN_NEW,            NOTHING_TO_IMPORT",
        "canceled,  OPEN_NEW,            OPEN_NEW,            NOTHING_TO_IMPORT",
    })
    void whatIsDueWhenTheRetriesAreUsedUp(String state, Kind replicate, Kind export, Kind imported) {
        Optional<Replication> latest = latest(state, 3);

        assertThat(NextStep.of(Action.REPLICATE, latest, OptionalInt.of(3), NOBODY)
                        .kind())
                .isEqualTo(replicate);
        assertThat(NextStep.of(Action.EXPORT, latest, OptionalInt.of(3), NOBODY).kind())
                .isEqualTo(export);
        assertThat(NextStep.of(Action.IMPORT, latest, OptionalInt.of(3), NOBODY).kind())
                .isEqualTo(imported);
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void aLivingOwnerIsLeftAloneWhateverIsAskedEvenWithItsRetriesUsedUp(Action action) {
        for (State state : State.values()) {
            Optional<Replication> latest = latest(state.word(), 3);
            NextStep step = NextStep.of(action, latest, OptionalInt.of(3), SOMEBODY);

            if (state.isFinished()) {
                assertThat(step.kind()).isIn(Kind.OPEN_NEW, Kind.NOTHING_TO_IMPORT);
                assertThat(step.holder()).isEmpty();
            } else {
                assertThat(step).isEqualTo(new NextStep(Kind.HELD, latest, SOMEBODY));
            }
        }
    }

    @Test
    void aLimitThatWasLoweredLaterIsReachedToo() {
        assertThat(NextStep.of(Action.REPLICATE, latest("exporting", 5), OptionalInt.of(3), NOBODY)
                        .kind())
                .isEqualTo(Kind.CANCEL_AND_OPEN_NEW);
        assertThat(NextStep.of(Action.REPLICATE, latest("exporting", 2), OptionalInt.of(3), NOBODY)
                        .kind())
                .isEqualTo(Kind.RESUME_EXPORT);
    }

    @Test
    void anExportThatEndedWellIsImportedHoweverManyRetriesItTook() {
        Optional<Replication> handedOver =
                Optional.of(replication(State.UPLOADED, 3, Optional.empty(), Optional.empty()));

        assertThat(NextStep.of(Action.IMPORT, handedOver, OptionalInt.of(3), NOBODY)
                        .kind())
                .isEqualTo(Kind.RESUME_IMPORT);
    }

    @Test
    void theLedgerIsAskedBeforeAnImportingReplicationIsResumedOrCanceled() {
        assertThat(NextStep.of(Action.REPLICATE, latest("importing", 0), FOR_EVER, NOBODY)
                        .asksLedgerFirst())
                .isTrue();
        assertThat(NextStep.of(Action.EXPORT, latest("importing", 3), OptionalInt.of(3), NOBODY)
                        .asksLedgerFirst())
                .isTrue();
        assertThat(NextStep.of(Action.REPLICATE, latest("uploaded", 0), FOR_EVER, NOBODY)
                        .asksLedgerFirst())
                .isFalse();
        assertThat(NextStep.of(Action.REPLICATE, latest("importing", 0), FOR_EVER, SOMEBODY)
                        .asksLedgerFirst())
                .isFalse();
    }

    private static Optional<Replication> latest(String state, int retries) {
        return state.equals("none")
                ? Optional.empty()
                : Optional.of(replication(
                        State.valueOf(state.toUpperCase(Locale.ROOT)),
                        retries,
                        Optional.of("db1:7@0#-.-.0"),
                        Optional.of("It stopped.")));
    }

    static Replication replication(State state, int retries, Optional<String> owner, Optional<String> error) {
        return new Replication(
                1,
                "users",
                "users-0000000001",
                Strategy.TIMED,
                Optional.of("updated_at"),
                state,
                "users",
                "users",
                Optional.empty(),
                Optional.of("10"),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                1,
                OptionalInt.empty(),
                OptionalLong.empty(),
                PartFormat.GZIP,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                retries,
                error,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                owner,
                Optional.empty(),
                0,
                Instant.EPOCH,
                Instant.EPOCH);
    }
}
