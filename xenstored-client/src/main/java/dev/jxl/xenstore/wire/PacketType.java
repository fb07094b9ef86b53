package dev.jxl.xenstore.wire;

import org.jspecify.annotations.Nullable;

/**
 * What a packet is, by its number on the wire.
 *
 * @source xen/include/public/io/xs_wire.h: enum xsd_sockmsg_type
 */
enum PacketType {
    DIRECTORY(1),
    READ(2),
    GET_PERMS(3),
    WATCH(4),
    UNWATCH(5),
    TRANSACTION_START(6),
    TRANSACTION_END(7),
    INTRODUCE(8),
    RELEASE(9),
    GET_DOMAIN_PATH(10),
    WRITE(11),
    MKDIR(12),
    RM(13),
    SET_PERMS(14),
    WATCH_EVENT(15),
    ERROR(16),
    RESUME(18),
    SET_TARGET(19),
    DIRECTORY_PART(22);

    private static final @Nullable PacketType[] BY_CODE = byCode();

    private final int code;

    PacketType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The type with this number, or null for one that we never ask with and xenstored never sends unasked. */
    static @Nullable PacketType find(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    private static @Nullable PacketType[] byCode() {
        @Nullable PacketType[] table = new @Nullable PacketType[DIRECTORY_PART.code + 1];
        for (PacketType type : values()) {
            table[type.code] = type;
        }
        return table;
    }
}
