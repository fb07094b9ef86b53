package dev.jxl.xenstore.wire;

import java.io.IOException;

/** Where xenstored is to be found. */
interface Endpoint {
    /**
     * Connects.
     *
     * @throws IOException when that fails
     */
    Transport open() throws IOException;

    /** For messages: which socket or device. */
    String description();
}
