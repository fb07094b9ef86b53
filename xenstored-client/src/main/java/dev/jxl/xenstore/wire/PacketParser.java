package dev.jxl.xenstore.wire;

import dev.jxl.xenstore.XenStoreException.ProtocolViolation;
import dev.jxl.xenstore.rules.StorePath;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Cuts what arrives into packets; a packet may come in any number of pieces. */
final class PacketParser {
    /**
     * Bytes of the longest list that is taken. The protocol's limit is that of all packets, but oxenstored, Debian's default,
     * sends a long list whole over its socket (seen with 4.20: 10090 bytes) instead of answering E2BIG.
     */
    static final int MAX_LIST_BYTES = 1024 * 1024;

    private PacketParser() {}

    /**
     * Takes one packet.
     *
     * @param in ready to be read; moved behind the packet
     * @return null when the rest of it has not come yet; {@code in} is then as before
     * @throws ProtocolViolation when this cannot be a packet; nothing that follows can be understood
     */
    static @Nullable Packet next(ByteBuffer in) {
        if (in.remaining() < Request.HEADER_BYTES) {
            return null;
        }
        int start = in.position();
        int code = in.getInt(start);
        int length = in.getInt(start + 12);
        PacketType type = PacketType.find(code);
        if (type == null) {
            throw new ProtocolViolation(
                    "xenstored sent a packet of an unknown type, " + Integer.toUnsignedString(code));
        }
        int limit = type == PacketType.DIRECTORY ? MAX_LIST_BYTES : StorePath.MAX_PAYLOAD_BYTES;
        if (length < 0 || length > limit) {
            throw new ProtocolViolation("xenstored sent a " + type + " packet of " + Integer.toUnsignedString(length)
                    + " bytes, " + limit + " are the limit");
        }
        if (in.remaining() < Request.HEADER_BYTES + length) {
            return null;
        }
        byte[] payload = new byte[length];
        in.get(start + Request.HEADER_BYTES, payload);
        in.position(start + Request.HEADER_BYTES + length);
        return new Packet(type, in.getInt(start + 4), payload);
    }
}
