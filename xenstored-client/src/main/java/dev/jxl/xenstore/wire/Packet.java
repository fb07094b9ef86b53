package dev.jxl.xenstore.wire;

/** One packet from xenstored. */
final class Packet {
    private final PacketType type;
    private final int requestId;
    private final byte[] payload;

    Packet(PacketType type, int requestId, byte[] payload) {
        this.type = type;
        this.requestId = requestId;
        this.payload = payload;
    }

    PacketType type() {
        return type;
    }

    /** Which request it answers. */
    int requestId() {
        return requestId;
    }

    /** What follows the header; the packet's own, not a copy. */
    byte[] payload() {
        return payload;
    }
}
