package dev.jxl.config.xl;

import dev.jxl.config.GuestType;
import dev.jxl.config.XenVersion;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What only HVM guests have and is more than one field.
 *
 * @source tools/xl/xl_parse.c: parse_config_data
 */
final class XlHvm {
    private static final String HVM = "b_info/type.hvm/";
    private static final long LEAST_HOLE_KIB = 256 << 10;
    private static final long MOST_HOLE_KIB = 3840 << 10;
    private static final int MOST_OEM = 99;
    private static final int GENERATION_BYTES = 16;

    /** libxl_bitmap_alloc of LIBXL_BUILDINFO_HVM_VIRIDIAN_ENABLE_DISABLE_WIDTH. */
    private static final int VIRIDIAN_BITS = 64;

    private static final Map<String, String> VGA =
            Map.of("stdvga", "std", "cirrus", "cirrus", "none", "none", "qxl", "qxl");

    private final XlSource in;

    XlHvm(XlSource in) {
        this.in = in;
    }

    void read() {
        kernel();
        firmware();
        viridian();
        hole();
        if (in.since(XenVersion.V4_18)) {
            smbios();
        }
        generationId();
        machineCheck();
        graphics();
        textOrTexts("serial", HVM + "serial", HVM + "serial_list");
        textOrTexts("usbdevice", HVM + "usbdevice", HVM + "usbdevice_list");
    }

    /** Old files name hvmloader as the kernel; xl ignores that. */
    private void kernel() {
        String kernel = in.tree.get("b_info/kernel").asText("");
        if (kernel.substring(kernel.lastIndexOf('/') + 1).equals("hvmloader")) {
            in.problems.warning(
                    in.placeOf("kernel"), "kernel", "hvmloader is ignored, as xl does: firmware_override is for that");
            in.tree.remove("b_info/kernel");
        }
    }

    private void firmware() {
        Optional<String> firmware = in.text("firmware");
        if (firmware.isEmpty()) {
            return;
        }
        String text = firmware.get();
        Optional<String> bios = in.tree.findWord("bios_type", text);
        if (bios.isPresent()) {
            in.tree.put(HVM + "bios", bios.get());
        } else if ("uefi".startsWith(text)) {
            in.tree.put(HVM + "bios", "ovmf");
        } else if (!"bios".startsWith(text)) {
            in.tree.put(HVM + "firmware", text);
        }
        in.mark(HVM + "bios", "firmware", in.placeOf("firmware"));
    }

    private void viridian() {
        if (!in.isList("viridian")) {
            OptionalLong all = in.has("viridian") ? in.numberQuietly("viridian") : OptionalLong.empty();
            all.ifPresent(n -> in.tree.putFlag(HVM + "viridian", n != 0));
            if (in.has("viridian") && all.isEmpty()) {
                in.problems.ignored(in.placeOf("viridian"), "viridian", "is neither 0 or 1 nor a list");
            }
            return;
        }
        BitSet enable = new BitSet();
        BitSet disable = new BitSet();
        for (XlValue.Text item : in.allTexts("viridian", true).orElse(List.of())) {
            String word = item.text();
            if (word.equals("all")) {
                enable.set(0, VIRIDIAN_BITS);
            } else if (word.equals("defaults")) {
                in.tree.putFlag(HVM + "viridian", true);
            } else {
                boolean not = word.startsWith("!");
                enlightenment(not ? word.substring(1) : word, item, not ? disable : enable, not ? enable : disable);
            }
        }
        in.tree.putNumbers(HVM + "viridian_enable", enable.stream().boxed().toList());
        in.tree.putNumbers(HVM + "viridian_disable", disable.stream().boxed().toList());
    }

    private void enlightenment(String word, XlValue.Text item, BitSet set, BitSet reset) {
        List<String> words = in.tree.listWords("viridian_enlightenment");
        Optional<String> known = in.tree.findWord("viridian_enlightenment", word);
        if (known.isEmpty()) {
            in.problems.error(
                    item.place(), "viridian", "'" + Quoting.cut(word) + "' is not one of " + String.join(", ", words));
            return;
        }
        set.set(words.indexOf(known.get()));
        reset.clear(words.indexOf(known.get()));
    }

    private void hole() {
        OptionalLong mib = in.number("mmio_hole");
        if (mib.isEmpty()) {
            return;
        }
        long kib = mib.getAsLong() * 1024;
        in.tree.put(HVM + "mmio_hole_memkb", kib);
        long bytes = kib * 1024;
        if (Long.compareUnsigned(bytes, LEAST_HOLE_KIB * 1024) < 0
                || Long.compareUnsigned(bytes, MOST_HOLE_KIB * 1024) > 0) {
            in.problems.error(
                    in.placeOf("mmio_hole"),
                    "mmio_hole",
                    "'" + mib.getAsLong() + "' is not a number from 256 to 3840 (MiB)");
        }
    }

    private void smbios() {
        int oem = 1;
        for (XlValue.Text item : in.allTexts("smbios", false).orElse(List.of())) {
            int equals = item.text().indexOf('=');
            String key = equals < 0 ? "" : item.text().substring(0, equals);
            Optional<String> type = in.tree.findWord("smbios_type", key);
            if (type.isEmpty() || equals + 1 == item.text().length()) {
                in.problems.error(
                        item.place(),
                        "smbios",
                        "'" + Quoting.cut(item.text()) + "' is not KEY=VALUE with one of the keys "
                                + String.join(", ", in.tree.listWords("smbios_type")));
                continue;
            }
            if (type.get().equals("oem") && oem++ > MOST_OEM) {
                in.problems.error(item.place(), "smbios", "has more than " + MOST_OEM + " oem strings");
                return;
            }
            String path = in.tree.add(HVM + "smbios");
            in.tree.put(path + "/key", type.get());
            in.tree.put(path + "/value", item.text().substring(equals + 1));
        }
        if (in.has("smbios") && !in.isList("smbios")) {
            in.problems.error(in.placeOf("smbios"), "smbios", "must be a list");
        }
    }

    private void generationId() {
        String word = in.text("ms_vm_genid").orElse("none");
        if (word.equals("generate")) {
            byte[] bytes = new byte[GENERATION_BYTES];
            new SecureRandom().nextBytes(bytes);
            List<Integer> numbers = new ArrayList<>();
            for (byte b : bytes) {
                numbers.add(b & 0xFF);
            }
            in.tree.putNumbers(HVM + "ms_vm_genid", numbers);
        } else if (!word.equals("none")) {
            in.problems.error(in.placeOf("ms_vm_genid"), "ms_vm_genid", "must be generate or none");
        }
    }

    private void machineCheck() {
        for (XlValue.Text item : in.allTexts("mca_caps", true).orElse(List.of())) {
            if (item.text().equals("lmce")) {
                in.tree.put(HVM + "mca_caps", 1);
            } else {
                in.problems.error(item.place(), "mca_caps", "'" + Quoting.cut(item.text()) + "' is not lmce");
            }
        }
        if (in.has("mca_caps") && !in.isList("mca_caps")) {
            in.problems.error(in.placeOf("mca_caps"), "mca_caps", "must be a list");
        }
    }

    private void graphics() {
        Optional<String> vga = in.text("vga");
        if (vga.isPresent()) {
            String kind = VGA.getOrDefault(vga.get(), "");
            if (kind.isEmpty()) {
                in.problems.error(
                        in.placeOf("vga"),
                        "vga",
                        "'" + Quoting.cut(vga.get()) + "' is not one of stdvga, cirrus, none, qxl");
            }
            in.tree.put(HVM + "vga/kind", kind);
        } else {
            in.number("stdvga").ifPresent(n -> in.tree.put(HVM + "vga/kind", n != 0 ? "std" : "cirrus"));
        }
        passthrough();
        boolean twice = in.tree.get(HVM + "vnc/listen").asText("").contains(":")
                && (int) in.tree.get(HVM + "vnc/display").longValue() != 0;
        if (twice) {
            in.problems.error(in.placeOf("vncdisplay"), "vncdisplay", "the display is in vnclisten, too");
        }
    }

    private void passthrough() {
        OptionalLong number = in.numberQuietly("gfx_passthru");
        if (number.isPresent()) {
            in.tree.putFlag(HVM + "gfx_passthru", number.getAsLong() != 0);
            return;
        }
        in.text("gfx_passthru").ifPresent(text -> {
            in.tree
                    .findWord("gfx_passthru_kind", text)
                    .ifPresentOrElse(
                            kind -> in.tree.put(HVM + "gfx_passthru_kind", kind),
                            () -> XlSimple.wrongWord(in, "gfx_passthru", text, "gfx_passthru_kind"));
            in.tree.putFlag(HVM + "gfx_passthru", true);
        });
    }

    private void textOrTexts(String key, String one, String many) {
        if (in.isList(key)) {
            in.tree.putTexts(
                    many, in.texts(key).stream().map(XlValue.Text::text).toList());
        } else {
            in.text(key).ifPresent(text -> in.tree.put(one, text));
        }
    }

    /** What all types have and names a mode by a number or a word. */
    static void modes(XlSource in) {
        mode(in, "tsc_mode", "tsc_mode", "b_info/tsc_mode");
        if (in.type() == GuestType.PV && in.has("timer_mode") && !in.isList("timer_mode")) {
            in.problems.error(in.placeOf("timer_mode"), "timer_mode", "is not possible for pv");
        } else {
            mode(in, "timer_mode", "timer_mode", "b_info/timer_mode");
        }
        mode(in, "altp2m", "altp2m_mode", "b_info/altp2m");
    }

    private static void mode(XlSource in, String key, String type, String path) {
        in.mark(path, key, in.placeOf(key));
        OptionalLong number = in.numberQuietly(key);
        Optional<String> text = in.text(key);
        Optional<String> word = number.isPresent()
                ? Optional.of(number.getAsLong()).filter(n -> n >= 0).flatMap(n -> in.tree.findWord(type, n))
                : text.flatMap(t -> in.tree.findWord(type, t));
        word.ifPresent(w -> in.tree.put(path, w));
        if (text.isPresent() && word.isEmpty()) {
            XlSimple.wrongWord(in, key, text.get(), type);
        }
    }
}
