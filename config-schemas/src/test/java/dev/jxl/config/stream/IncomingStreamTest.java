package dev.jxl.config.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What comes from another host around a guest's memory. */
class IncomingStreamTest {
    private static final int LONGEST = 1000;
    private static final byte[] STATE = {'Q', 'E', 'V', 'M', 5};

    private static IncomingStream.Source source(ByteBuffer bytes) {
        return length -> {
            byte[] out = new byte[length];
            bytes.get(out);
            return out;
        };
    }

    private static byte[] ending(byte[] state) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (state.length > 0) {
            out.writeBytes(SaveFile.beforeDeviceModel(state.length));
            out.writeBytes(state);
            out.writeBytes(SaveFile.afterDeviceModel(state.length));
        }
        out.writeBytes(SaveFile.end());
        return out.toByteArray();
    }

    @Test
    void headAndEnding_areReadAndNothingMore() throws Exception {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(SaveFile.head("{\"c_info\":{}}"));
        stream.writeBytes(ending(STATE));
        stream.writeBytes(ending(new byte[0]));
        stream.write('x');
        ByteBuffer bytes = ByteBuffer.wrap(stream.toByteArray());

        assertEquals("{\"c_info\":{}}", IncomingStream.head(source(bytes)));
        assertArrayEquals(STATE, IncomingStream.ending(source(bytes), LONGEST).orElseThrow());
        assertEquals(Optional.empty(), IncomingStream.ending(source(bytes), LONGEST));
        assertEquals(1, bytes.remaining());
    }

    @Test
    void stateThatIsTooLong_isRefusedBeforeItIsRead() {
        ByteBuffer only = ByteBuffer.wrap(SaveFile.beforeDeviceModel(LONGEST + 1));
        ProtocolException refused =
                assertThrows(ProtocolException.class, () -> IncomingStream.ending(source(only), LONGEST));
        assertTrue(refused.getMessage().contains("1001 bytes"), refused.getMessage());
    }

    @Test
    void anyByteWrong_isRefusedOrHarmless() {
        Random random = new Random(42);
        byte[] good = SaveFile.head("{\"c_info\":{\"name\":\"web\"}}");
        int refused = 0;
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << random.nextInt(8));
            try {
                String _ = IncomingStream.head(source(ByteBuffer.wrap(bad)));
            } catch (ProtocolException | BufferUnderflowException e) {
                refused++;
            }
        }
        // All but those of the configuration's own text.
        assertTrue(refused >= good.length - "{\"c_info\":{\"name\":\"web\"}}".length(), refused + " of " + good.length);
    }
}
