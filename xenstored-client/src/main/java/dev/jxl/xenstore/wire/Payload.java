package dev.jxl.xenstore.wire;

import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.XenStoreException.ProtocolViolation;
import dev.jxl.xenstore.rules.StoreErrors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What payloads say. */
final class Payload {
    private Payload() {}

    /**
     * Strings, each closed by a NUL.
     *
     * @throws ProtocolViolation when the last one is not closed
     */
    static List<String> strings(Packet packet) {
        byte[] payload = packet.payload();
        List<String> strings = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < payload.length; i++) {
            if (payload[i] == 0) {
                strings.add(new String(payload, start, i - start, StandardCharsets.ISO_8859_1));
                start = i + 1;
            }
        }
        if (start != payload.length) {
            throw new ProtocolViolation(
                    "xenstored sent a " + packet.type() + " packet whose text does not end in a NUL");
        }
        return strings;
    }

    /**
     * One string, closed by a NUL.
     *
     * @throws ProtocolViolation when it is not exactly one
     */
    static String string(Packet packet) {
        List<String> strings = strings(packet);
        if (strings.size() != 1) {
            throw new ProtocolViolation(
                    "xenstored sent a " + packet.type() + " packet of " + strings.size() + " strings; one was due");
        }
        return strings.getFirst();
    }

    /** The exception that an ERROR packet means. */
    static XenStoreException error(Request request, Packet error) {
        return StoreErrors.of(verb(request.type()), request.path(), string(error));
    }

    /** A request's type as a verb. */
    static String verb(PacketType type) {
        return switch (type) {
            case DIRECTORY, DIRECTORY_PART -> "list";
            case READ -> "read";
            case GET_PERMS -> "read permissions of";
            case SET_PERMS -> "set permissions of";
            case WATCH -> "watch";
            case UNWATCH -> "unwatch";
            case TRANSACTION_START -> "begin a transaction on";
            case TRANSACTION_END -> "end a transaction on";
            case INTRODUCE -> "introduce";
            case RELEASE -> "release";
            case RESUME -> "resume";
            case WRITE -> "write";
            case MKDIR -> "make";
            case RM -> "remove";
            case SET_TARGET -> "set the target of";
            case GET_DOMAIN_PATH, WATCH_EVENT, ERROR -> type.name();
        };
    }
}
