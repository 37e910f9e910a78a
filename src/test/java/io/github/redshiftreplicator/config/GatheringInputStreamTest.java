package io.github.redshiftreplicator.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatheringInputStreamTest {
    private final List<Integer> reads = new ArrayList<>();
    private final Sender sender = new Sender();
    private final InputStream stream = new GatheringInputStream(sender, sender::pause);

    @Test
    void aQuickSenderIsReadInLargePieces() throws IOException {
        sender.send(8192);
        sender.duringEachPause = 48 * 1024;

        read();
        read();
        read();

        assertThat(reads).containsExactly(8192, 48 * 1024, 48 * 1024);
        assertThat(sender.pauses).isEqualTo(2);
    }

    @Test
    void whatIsSmallIsNeverWaitedFor() throws IOException {
        for (int i = 0; i < 3; i++) {
            sender.send(500);
            read();
        }

        assertThat(reads).containsExactly(500, 500, 500);
        assertThat(sender.pauses).isZero();
    }

    @Test
    void whatIsThereAlreadyIsNotWaitedFor() throws IOException {
        sender.send(300 * 1024);

        read();
        read();
        read();

        assertThat(reads).containsExactly(128 * 1024, 128 * 1024, 44 * 1024);
        assertThat(sender.pauses).isEqualTo(1);
    }

    @Test
    void theEndIsSeen() throws IOException {
        sender.send(8192);
        read();

        assertThat(stream.read(new byte[10], 0, 10)).isEqualTo(-1);
        assertThat(stream.read()).isEqualTo(-1);
    }

    private void read() throws IOException {
        reads.add(stream.read(new byte[GatheringInputStream.MOST], 0, GatheringInputStream.MOST));
    }

    /** What a socket holds that another host sends to. */
    private static final class Sender extends InputStream {
        private InputStream sent = InputStream.nullInputStream();
        private int duringEachPause;
        private int pauses;

        void send(int bytes) {
            sent = new ByteArrayInputStream(new byte[bytes]);
        }

        void pause() {
            pauses++;
            if (duringEachPause > 0) {
                send(duringEachPause);
            }
        }

        @Override
        public int read() throws IOException {
            return sent.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return sent.read(bytes, offset, length);
        }

        @Override
        public int available() throws IOException {
            return sent.available();
        }
    }
}
