package dev.jxl.xenctrl;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What a domain's core is written to. An exception, checked or not, ends the dump and is passed on. */
@FunctionalInterface
public interface CoreSink {
    /** Takes the next piece; the buffer must not be kept. */
    void write(ByteBuffer piece) throws IOException;
}
