package dev.jxl.config;

import java.util.Optional;

/**
 * An HVM guest's screen.
 *
 * @param vga the emulated card; empty: cirrus
 * @param videoMemory the card's memory, in MiB steps; empty: what the card needs
 * @param vnc access by VNC
 * @param sdl a window in dom0
 * @param spice access by SPICE
 * @param none whether there is no screen at all
 * @param keymap the keyboard's layout, as QEMU calls it; empty: en-us
 * @param passthrough a graphics card of the host as the guest's first; empty: none
 */
public record GraphicsSpec(
        Optional<Vga> vga,
        @Field(most = 16777216) Optional<MemorySize> videoMemory,
        VncSpec vnc,
        SdlSpec sdl,
        SpiceSpec spice,
        Optional<Boolean> none,
        Optional<String> keymap,
        Optional<Passthrough> passthrough) {
    /** What a guest has when nothing is said. */
    public static final GraphicsSpec DEFAULT = new GraphicsSpec(
            Optional.empty(),
            Optional.empty(),
            VncSpec.DEFAULT,
            SdlSpec.DEFAULT,
            SpiceSpec.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** The memory of an HVM guest's card, in KiB: a part of what the guest was given. */
    public long cardKib() {
        return videoMemory()
                .map(MemorySize::kib)
                .orElseGet(() -> vga().orElse(Vga.CIRRUS).leastKib());
    }

    /** Emulated cards. */
    public enum Vga implements Worded {
        /** The old one. */
        CIRRUS(8),
        /** VESA. */
        STD(16),
        /** None. */
        NONE(0),
        /** For SPICE. */
        QXL(128);

        private final int leastMib;

        Vga(int leastMib) {
            this.leastMib = leastMib;
        }

        /**
         * The least memory that it needs, in KiB; what it has when nothing is said.
         *
         * @source tools/libs/light/libxl_create.c: libxl__domain_build_info_setdefault
         */
        public long leastKib() {
            return leastMib * 1024L;
        }
    }

    /** How a card of the host is passed through. */
    public enum Passthrough implements Worded {
        /** As the card says what it is. */
        DEFAULT,
        /** As an Intel integrated card. */
        IGD
    }
}
