package dev.jxl.config.stream;

import static dev.jxl.config.stream.SavedImage.bytes;
import static dev.jxl.config.stream.SavedImage.join;
import static dev.jxl.config.stream.SavedImage.u16;
import static dev.jxl.config.stream.SavedImage.u32;
import static dev.jxl.config.stream.SavedImage.u64;

import java.nio.charset.StandardCharsets;

/** Good images, small but with every kind of record that Xen writes. */
final class Samples {
    static final String UUID = "0a1b2c3d-0000-4000-8000-00000000abcd";

    /** Types of pages, where they stand in a pfn. */
    static final long L1 = 1L << 60;

    static final long L4_PIN = 0xCL << 60;
    static final long XALLOC = 0xEL << 60;
    static final long XTAB = 0xFL << 60;

    private Samples() {}

    static String config(String type, String name) {
        return """
                {
                    "c_info": {
                        "type": "%s",
                        "name": "%s",
                        "uuid": "%s"
                    },
                    "b_info": {
                        "max_vcpus": 2,
                        "max_memkb": 131072,
                        "target_memkb": 65536,
                        "type": "%s",
                        "kernel": "/boot/guest"
                    }
                }
                """.formatted(type, name, UUID, type);
    }

    static byte[] pages(long... pfns) {
        int contents = 0;
        for (long pfn : pfns) {
            contents += (pfn >>> 60) < 0xD ? 1 : 0;
        }
        byte[] memory = new byte[contents * 4096];
        for (int i = 0; i < memory.length; i += 4096) {
            memory[i] = 1;
        }
        return join(u32(pfns.length, 0), u64(pfns), memory);
    }

    private static void policies(SavedImage image) {
        image.libxc("X86_CPUID_POLICY", u32(0, -1, 1, 2, 3, 4, 1, -1, 5, 6, 7, 8))
                .libxc("X86_MSR_POLICY", u32(0xCE, 0), u64(7));
    }

    static void tsc(SavedImage image) {
        image.libxc("X86_TSC_INFO", u32(0, 2_400_000), u64(123_456_789_000L), u32(1, 0));
    }

    static void vcpu(SavedImage image, int id, int basic) {
        image.libxc("X86_PV_VCPU_BASIC", u32(id, 0), new byte[basic])
                .libxc("X86_PV_VCPU_EXTENDED", u32(id, 0), new byte[128])
                .libxc("X86_PV_VCPU_XSAVE", u32(id, 0), new byte[596])
                .libxc("X86_PV_VCPU_MSRS", u32(id, 0), new byte[32]);
    }

    /** The libxc image of a PV guest with two vCPUs. */
    static void pv(SavedImage image, int width) {
        image.libxcHeaders(3, 1).libxc("X86_PV_INFO", bytes(width, width == 8 ? 4 : 3, 0, 0, 0, 0, 0, 0));
        policies(image);
        image.libxc("STATIC_DATA_END");
        image.libxc("X86_PV_P2M_FRAMES", u32(0, width == 8 ? 1023 : 2047), u64(5, 6));
        image.libxc("PAGE_DATA", pages(0, 1 | L1, 2 | (width == 8 ? L4_PIN : L1), 3, 4 | XTAB, 5, 6))
                .libxc("PAGE_DATA", pages(7, 1 | L1, 9 | XALLOC));
        tsc(image);
        image.libxc("SHARED_INFO", new byte[4096]);
        vcpu(image, 0, width == 8 ? 5168 : 2800);
        vcpu(image, 1, width == 8 ? 5168 : 2800);
        image.libxc("END");
    }

    static byte[] part(int type, int instance, int length) {
        return join(u16(type, instance), u32(length), new byte[length]);
    }

    static byte[] context() {
        return join(
                u16(1, 0),
                u32(24, 0x54381286, 1, 0, 0, 0x306A9, 2_400_000),
                part(2, 0, 40),
                part(2, 1, 40),
                part(3, 0, 10),
                part(0, 0, 0));
    }

    /** What follows the memory of an HVM or PVH guest, in the order in which libxc writes it. */
    static void machine(SavedImage image) {
        tsc(image);
        image.libxc("HVM_CONTEXT", context()).libxc("HVM_PARAMS", u32(2, 0), u64(1, 0xFEFFC, 17, 0xFEFFF));
    }

    /** The libxc image of an HVM or PVH guest. */
    static void hvm(SavedImage image) {
        image.libxcHeaders(3, 2);
        policies(image);
        image.libxc("STATIC_DATA_END")
                .libxc("PAGE_DATA", pages(0, 1, 2, 0xFEFFC))
                .libxc("PAGE_DATA", pages(1, 3, 4 | XTAB));
        machine(image);
        image.libxc("END");
    }

    static SavedImage pv() {
        SavedImage image =
                SavedImage.empty().xl(config("pv", "pv1")).libxlHeader().libxl("LIBXC_CONTEXT");
        pv(image, 8);
        return image.libxl("END");
    }

    static SavedImage pv32() {
        SavedImage image = SavedImage.empty();
        pv(image, 4);
        return image;
    }

    static SavedImage pvh() {
        SavedImage image =
                SavedImage.empty().xl(config("pvh", "pvh1")).libxlHeader().libxl("LIBXC_CONTEXT");
        hvm(image);
        return image.libxl("END");
    }

    static SavedImage hvm() {
        SavedImage image =
                SavedImage.empty().xl(config("hvm", "hvm1")).libxlHeader().libxl("LIBXC_CONTEXT");
        hvm(image);
        return image.libxl(
                        "EMULATOR_XENSTORE_DATA",
                        u32(2, 0),
                        "physmap/1f0/start_addr\0f0000000\0physmap/1f0/name\0vga.vram\0"
                                .getBytes(StandardCharsets.US_ASCII))
                .libxl("EMULATOR_CONTEXT", u32(2, 0), bytes('Q', 'E', 'V', 'M', 0, 0, 0, 3, 4, 5, 6))
                .libxl("END");
    }

    /** Version 2, of Xen 4.6 to 4.13, with the empty records that some of those wrote. */
    static SavedImage old() {
        SavedImage image =
                SavedImage.empty().libxlHeader().libxl("LIBXC_CONTEXT").libxcHeaders(2, 2);
        image.libxc("PAGE_DATA", pages(0, 1));
        tsc(image);
        image.libxc("HVM_CONTEXT", context()).libxc("HVM_PARAMS", u32(0, 0)).libxc("END");
        return image.libxl("END");
    }

    /** A Remus stream with one checkpoint after the first. */
    static SavedImage checkpointed() {
        SavedImage image =
                SavedImage.empty().xl(config("hvm", "remus")).libxlHeader().libxl("LIBXC_CONTEXT");
        image.libxcHeaders(3, 2).libxc("STATIC_DATA_END");
        for (int i = 0; i < 2; i++) {
            image.libxc("PAGE_DATA", pages(0, 1));
            machine(image);
            image.libxc("CHECKPOINT")
                    .libxl("EMULATOR_CONTEXT", u32(2, 0), bytes('Q', 'E', 'V', 'M'))
                    .libxl("CHECKPOINT_END");
        }
        image.libxc("END");
        return image.libxl("EMULATOR_CONTEXT", u32(2, 0), bytes('Q', 'E', 'V', 'M'))
                .libxl("END");
    }
}
