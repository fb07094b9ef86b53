package dev.jxl.xld.host.sim;

import java.util.Optional;

/**
 * Where one end of a device's handshake stands.
 *
 * @source xen/include/public/io/xenbus.h: enum xenbus_state
 */
enum XenbusState {
    /** The node is not there, or holds nonsense. */
    UNKNOWN(0),
    INITIALISING(1),
    INIT_WAIT(2),
    INITIALISED(3),
    CONNECTED(4),
    CLOSING(5),
    CLOSED(6),
    RECONFIGURING(7),
    RECONFIGURED(8);

    private final int number;

    XenbusState(int number) {
        this.number = number;
    }

    /** Reads a node's text; the other end may have written anything. */
    static XenbusState of(Optional<String> text) {
        return text.filter(t -> t.length() == 1 && t.charAt(0) >= '0' && t.charAt(0) <= '8')
                .map(t -> values()[t.charAt(0) - '0'])
                .orElse(UNKNOWN);
    }

    /** As it stands in the node. */
    String text() {
        return Integer.toString(number);
    }
}
