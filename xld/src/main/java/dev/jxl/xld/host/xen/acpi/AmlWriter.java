package dev.jxl.xld.host.xen.acpi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** ACPI machine language, as far as processor objects need it (ACPI specification, chapter 20). */
final class AmlWriter {
    private static final int ZERO_OP = 0x00;
    private static final int NAME_OP = 0x08;
    private static final int BYTE_PREFIX = 0x0a;
    private static final int STRING_PREFIX = 0x0d;
    private static final int SCOPE_OP = 0x10;
    private static final int BUFFER_OP = 0x11;
    private static final int ROOT_CHAR = '\\';
    private static final int EXT_OP_PREFIX = 0x5b;
    private static final int PROCESSOR_OP = 0x83;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] bytes() {
        return out.toByteArray();
    }

    /** {@code Scope (\name) { body }}. */
    void rootScope(String name, Consumer<AmlWriter> body) {
        AmlWriter inner = new AmlWriter();
        inner.out.write(ROOT_CHAR);
        inner.segment(name);
        body.accept(inner);
        out.write(SCOPE_OP);
        packaged(inner.bytes());
    }

    /** {@code Processor (name, id, block address, block bytes) { body }}. */
    void processor(String name, int id, int blockAddress, int blockBytes, Consumer<AmlWriter> body) {
        AmlWriter inner = new AmlWriter();
        inner.segment(name);
        inner.out.write(id);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            inner.out.write(blockAddress >>> shift);
        }
        inner.out.write(blockBytes);
        body.accept(inner);
        out.write(EXT_OP_PREFIX);
        out.write(PROCESSOR_OP);
        packaged(inner.bytes());
    }

    /** {@code Name (name, "text")}. */
    void named(String name, String text) {
        out.write(NAME_OP);
        segment(name);
        out.write(STRING_PREFIX);
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        out.write(0);
    }

    /** {@code Name (name, value)} for 0 to 255. */
    void named(String name, int value) {
        out.write(NAME_OP);
        segment(name);
        integer(value);
    }

    /** {@code Name (name, Buffer () { … })}. */
    void named(String name, byte[] buffer) {
        out.write(NAME_OP);
        segment(name);
        AmlWriter inner = new AmlWriter();
        inner.integer(buffer.length);
        inner.out.writeBytes(buffer);
        out.write(BUFFER_OP);
        packaged(inner.bytes());
    }

    private void integer(int value) {
        if (value < 0 || value > 0xff) {
            throw new IllegalArgumentException("only bytes are written here, not " + value);
        }
        if (value == 0) {
            out.write(ZERO_OP);
        } else {
            out.write(BYTE_PREFIX);
            out.write(value);
        }
    }

    private void segment(String name) {
        if (!name.matches("[A-Z_][A-Z0-9_]{3}")) {
            throw new IllegalArgumentException("'" + name + "' is not a name of four letters");
        }
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    }

    // The length counts its own bytes; its first byte says how many more follow.
    private void packaged(byte[] body) {
        if (body.length + 1 < 0x40) {
            out.write(body.length + 1);
        } else {
            int more = body.length + 2 < 0x1000 ? 1 : 2;
            int length = body.length + 1 + more;
            out.write((more << 6) | (length & 0xf));
            for (int i = 0; i < more; i++) {
                out.write(length >>> (4 + 8 * i));
            }
        }
        out.writeBytes(body);
    }
}
