package io.github.redshiftreplicator.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class QueueIdsTest {
    private static QueueIds of(long... ids) {
        QueueIds all = new QueueIds();
        LongStream.of(ids).forEach(all::add);
        return all;
    }

    @Test
    void idsWithoutAGapAreOneRange() {
        QueueIds ids = of(1, 2, 3, 5, 7, 8);
        assertThat(ids).hasToString("1-3,5,7-8");
        assertThat(ids.count()).isEqualTo(6);
        assertThat(QueueIds.parse(ids.toString())).hasToString("1-3,5,7-8");
        assertThat(QueueIds.parse("").count()).isZero();
    }

    @Test
    void longRangesAreDivided() {
        assertThat(of(1, 2, 3, 4, 5, 9).ranges(2))
                .containsExactly(
                        new QueueIds.Range(1, 2),
                        new QueueIds.Range(3, 4),
                        new QueueIds.Range(5, 5),
                        new QueueIds.Range(9, 9));
    }

    @Test
    void anIdMustBeHigherThanThoseBefore() {
        assertThatThrownBy(() -> of(2, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
