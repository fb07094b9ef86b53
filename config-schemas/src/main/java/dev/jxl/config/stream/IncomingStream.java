package dev.jxl.config.stream;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads what is around libxc's image in a stream that comes from another host: no byte more than belongs to it, since somebody else
 * reads on, and none of what a sender says is believed.
 *
 * @source tools/xl/xl_vmcontrol.c: create_domain; tools/libs/light/libxl_stream_read.c: stream_header_done, process_record
 */
public final class IncomingStream {
    private static final int LONGEST_CONFIGURATION = 1 << 20;
    private static final int MOST_RECORDS = 8;
    private static final int WORD = Integer.BYTES;
    private static final int RECORD_HEADER = 2 * WORD;

    private IncomingStream() {}

    /** Where the bytes come from. */
    @FunctionalInterface
    public interface Source {
        /** Waits for exactly so many bytes. */
        byte[] read(int bytes);
    }

    /**
     * Reads everything before libxc's image.
     *
     * @return the domain's configuration, in libxl's JSON
     * @throws ProtocolException with what is wrong
     */
    public static String head(Source in) throws ProtocolException {
        if (!Arrays.equals(in.read(SaveFile.magic().length), SaveFile.magic())) {
            throw new ProtocolException("it does not begin as xl's streams do");
        }
        ByteBuffer header = words(in.read(4 * WORD));
        if (header.getInt() != SaveFile.ORDER) {
            throw new ProtocolException("its numbers are not little-endian");
        }
        int mandatory = header.getInt();
        int optional = header.getInt();
        int length = header.getInt();
        if (mandatory != SaveFile.JSON_AND_STREAM_V2 || optional != 0) {
            throw new ProtocolException("its flags are " + PageData.hex(Integer.toUnsignedLong(mandatory)) + " and "
                    + PageData.hex(Integer.toUnsignedLong(optional)) + ", not 0x3 and 0x0");
        }
        String configuration = configuration(in, length);
        if (!Arrays.equals(in.read(SaveFile.libxlHead().length), SaveFile.libxlHead())) {
            throw new ProtocolException("its configuration is not followed by libxl's stream of version 2");
        }
        return configuration;
    }

    private static String configuration(Source in, int length) throws ProtocolException {
        if (length <= WORD || length > LONGEST_CONFIGURATION) {
            throw new ProtocolException("its configuration is to have " + Integer.toUnsignedString(length)
                    + " bytes: 5 to " + LONGEST_CONFIGURATION + " are read");
        }
        int text = words(in.read(WORD)).getInt();
        byte[] bytes = in.read(length - WORD);
        if (text != bytes.length || bytes[text - 1] != 0) {
            throw new ProtocolException("its configuration has not the length that it says, or no NUL at its end");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, text - 1))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ProtocolException("its configuration is not UTF-8");
        }
    }

    /**
     * Reads everything after libxc's image.
     *
     * @param longestState of a device model, in bytes
     * @return the state of an HVM guest's device model, if there is one
     * @throws ProtocolException with what is wrong
     */
    public static Optional<byte[]> ending(Source in, int longestState) throws ProtocolException {
        Optional<byte[]> state = Optional.empty();
        for (int i = 0; i < MOST_RECORDS; i++) {
            ByteBuffer header = words(in.read(RECORD_HEADER));
            int type = header.getInt();
            int length = header.getInt();
            if (type == SaveFile.END && length == 0) {
                return state;
            }
            if (type != SaveFile.EMULATOR_CONTEXT || state.isPresent()) {
                throw new ProtocolException("a record of type " + PageData.hex(Integer.toUnsignedLong(type))
                        + " follows the guest's memory, which is not known there");
            }
            state = Optional.of(state(in, length, longestState));
        }
        throw new ProtocolException("more than " + MOST_RECORDS + " records follow the guest's memory");
    }

    private static byte[] state(Source in, int length, int longest) throws ProtocolException {
        int bytes = length - RECORD_HEADER;
        if (bytes <= 0 || bytes > longest) {
            throw new ProtocolException(
                    "the state of its device model is to have " + bytes + " bytes: 1 to " + longest + " are read");
        }
        ByteBuffer emulator = words(in.read(RECORD_HEADER));
        int id = emulator.getInt();
        if (id != SaveFile.QEMU_UPSTREAM) {
            throw new ProtocolException(
                    "its device model is number " + Integer.toUnsignedString(id) + ": only QEMU upstream, 2, is known");
        }
        byte[] state = in.read(bytes);
        byte[] _ = in.read(SaveFile.afterDeviceModel(bytes).length);
        return state;
    }

    private static ByteBuffer words(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
