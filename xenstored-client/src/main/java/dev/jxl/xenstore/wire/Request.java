package dev.jxl.xenstore.wire;

import dev.jxl.xenstore.rules.StorePath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One request before it is sent. */
final class Request {
    /**
     * Bytes of a header: type, request id, transaction id, payload length, each 32 bits in the machine's byte order.
     *
     * @source xen/include/public/io/xs_wire.h: struct xsd_sockmsg
     */
    static final int HEADER_BYTES = 16;

    private final PacketType type;
    private final String path;
    private final byte[] payload;

    private Request(PacketType type, String path, byte[] payload) {
        this.type = type;
        this.path = path;
        this.payload = payload;
    }

    PacketType type() {
        return type;
    }

    /** What it is about, for messages. */
    String path() {
        return path;
    }

    /** A request whose payload is strings, each closed by a NUL. */
    static Request of(PacketType type, String path, String... strings) {
        int length = 0;
        for (String s : strings) {
            length += s.length() + 1;
        }
        if (length > StorePath.MAX_PAYLOAD_BYTES) {
            // xenstored would cut the connection, for everybody who uses it.
            throw new IllegalArgumentException("a xenstore request about " + path + " has " + length + " bytes, "
                    + StorePath.MAX_PAYLOAD_BYTES + " are the limit");
        }
        byte[] payload = new byte[length];
        int at = 0;
        for (String s : strings) {
            byte[] bytes = s.getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(bytes, 0, payload, at, bytes.length);
            at += bytes.length + 1;
        }
        return new Request(type, path, payload);
    }

    /** A request about a node. */
    static Request about(PacketType type, String path) {
        return of(type, path, StorePath.requireNode(path));
    }

    /** A request to write a value, which is not closed by a NUL. */
    static Request write(String path, byte[] value) {
        StorePath.requireNode(path);
        StorePath.requireFits(path, value.length);
        byte[] payload = new byte[path.length() + 1 + value.length];
        byte[] bytes = StorePath.bytes(path);
        System.arraycopy(bytes, 0, payload, 0, bytes.length);
        System.arraycopy(value, 0, payload, bytes.length + 1, value.length);
        return new Request(PacketType.WRITE, path, payload);
    }

    /** Bytes on the wire. */
    int length() {
        return HEADER_BYTES + payload.length;
    }

    void encode(ByteBuffer out, int requestId, int transactionId) {
        out.putInt(type.code())
                .putInt(requestId)
                .putInt(transactionId)
                .putInt(payload.length)
                .put(payload);
    }
}
