package dev.jxl.config.stream;

import dev.jxl.config.stream.ImageReport.Emulator;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the records of device models in libxl's stream.
 *
 * @source docs/specs/libxl-migration-stream.pandoc: Emulator Records; tools/libs/light/libxl_stream_read.c: process_record
 */
final class Emulators {
    private static final int MOST = 16;
    private static final int LONGEST_XENSTORE = 1 << 20;
    /** A guest's memory, the screen's too, is not in the state: that has some 100 KiB. */
    private static final int LONGEST_STATE = 64 << 20;
    /** @source xen/include/public/io/xs_wire.h: XENSTORE_REL_PATH_MAX */
    private static final int LONGEST_KEY = 2048;

    private static final int UPSTREAM = 2;
    /** The first bytes of QEMU's state: QEVM, in QEMU's migration/qemu-file-types.h. */
    private static final int[] QEMU = {'Q', 'E', 'V', 'M'};

    private static final List<String> NAMES = List.of("unknown", "qemu-traditional", "qemu-upstream");

    private final StreamInput in;
    private final Findings findings;
    private final Map<Key, Emulator> found = new LinkedHashMap<>();

    private record Key(long id, long index) {}

    Emulators(StreamInput in, Findings findings) {
        this.in = in;
        this.findings = findings;
    }

    boolean anyState() {
        return found.values().stream().anyMatch(emulator -> emulator.stateBytes() > 0);
    }

    /** Forgets the state that a checkpoint replaces. */
    void checkpoint() {
        found.replaceAll((key, old) -> new Emulator(old.name(), old.index(), 0, 0, old.xenstorePairs()));
    }

    List<Emulator> list() {
        return List.copyOf(found.values());
    }

    /** EMULATOR_CONTEXT. */
    void context(long length, boolean converted) throws IOException {
        long start = in.offset();
        Key key = key(length, converted);
        Emulator before = of(key);
        long state = length - 8;
        if (state > LONGEST_STATE) {
            throw findings.fatal(
                    start - 4, "the state has " + state + " bytes: more than " + LONGEST_STATE + " are not read");
        }
        if (before.stateBytes() > 0) {
            findings.error(start, "the state of " + before.name() + " " + key.index() + " comes a second time");
        }
        if (state == 0) {
            findings.error(start - 4, "has no state");
        } else if (key.id() == UPSTREAM) {
            beginning(start + 8, state);
        }
        found.put(key, new Emulator(before.name(), key.index(), start + 8, state, before.xenstorePairs()));
    }

    private void beginning(long at, long state) throws IOException {
        boolean right = state >= QEMU.length;
        for (int i = 0; right && i < QEMU.length; i++) {
            right = in.u8() == QEMU[i];
        }
        if (!right) {
            findings.warning(at, "does not begin as QEMU's state does");
        }
    }

    private Key key(long length, boolean converted) throws IOException {
        long start = in.offset();
        if (length < 8) {
            throw findings.fatal(start - 4, "its body has " + length + " bytes: it needs 8 and more");
        }
        long id = in.u32();
        long index = in.u32();
        if (id >= NAMES.size() || (id == 0 && !converted)) {
            findings.error(start, "is of device model " + id + ": 1 and 2 are known");
        }
        if (found.size() >= MOST) {
            throw findings.fatal(start, "there are more than " + MOST + " device models");
        }
        return new Key(id, index);
    }

    private Emulator of(Key key) {
        String name = key.id() < NAMES.size() ? NAMES.get((int) key.id()) : "unknown";
        return found.getOrDefault(key, new Emulator(name, key.index(), 0, 0, 0));
    }

    /** EMULATOR_XENSTORE_DATA: keys and values, a NUL behind each. */
    void xenstore(long length, boolean converted) throws IOException {
        long start = in.offset();
        Key key = key(length, converted);
        Emulator before = of(key);
        if (length > LONGEST_XENSTORE) {
            throw findings.fatal(
                    start - 4, "its body has " + length + " bytes: more than " + LONGEST_XENSTORE + " are not read");
        }
        long left = length - 8;
        long texts = 0;
        while (left > 0) {
            left -= text(left, texts % 2 == 0);
            texts++;
        }
        if (texts % 2 != 0) {
            findings.error(start + 8, "its last key has no value");
        }
        found.put(key, new Emulator(before.name(), key.index(), before.stateOffset(), before.stateBytes(), texts / 2));
    }

    private long text(long left, boolean isKey) throws IOException {
        long at = in.offset();
        boolean right = true;
        int before = '/';
        for (long i = 0; i < left; i++) {
            int c = in.u8();
            if (c == 0) {
                if (isKey && (!right || before == '/' || i > LONGEST_KEY)) {
                    findings.error(at, "a key is not one of xenstore's, relative to the device model's");
                }
                return i + 1;
            }
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            right &= letter || c == '-' || c == '_' || c == '@' || (c == '/' && before != '/');
            before = c;
        }
        findings.error(at, "a " + (isKey ? "key" : "value") + " has no NUL at its end");
        return left;
    }
}
