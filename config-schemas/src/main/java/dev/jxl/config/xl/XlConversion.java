package dev.jxl.config.xl;

import dev.jxl.config.DomainUuid;
import dev.jxl.config.EventAction;
import dev.jxl.config.GuestType;
import dev.jxl.config.XenVersion;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Makes libxl's configuration of the settings of a file: what xl makes of them, with its quirks. What xl refuses is an
 * error, all of them and not only the first.
 *
 * @source tools/xl/xl_parse.c: parse_config_data
 */
final class XlConversion {
    private static final Map<String, String> ACTIONS = Map.of(
            "on_poweroff", "destroy",
            "on_reboot", "restart",
            "on_watchdog", "destroy",
            "on_crash", "destroy",
            "on_soft_reset", "soft-reset");

    private final XlSource in;

    XlConversion(XlSource in) {
        this.in = in;
    }

    /** Fills the source's tree. */
    void run() {
        in.type(XlType.read(in));
        in.tree.put("c_info/type", in.type().word());
        in.tree.put("b_info/type", in.type().word());
        identity();
        in.tree.putFlag("c_info/run_hotplug_scripts", true);
        in.tree.putFlag("b_info/claim_mode", true);
        XlSimple.apply(in);
        new XlCpus(in).read();
        limits();
        actions();
        new XlPci(in).read();
        XlHvm.modes(in);
        commandLine();
        bootloaderArgs();
        in.number("vmtrace_buf_kb").ifPresent(kib -> in.tree.put("b_info/vmtrace_buf_kb", kib));
        if (in.hvm()) {
            new XlHvm(in).read();
        } else {
            kernelOfFirmware();
        }
        deviceModelVersion();
        new XlIo(in).read();
        devices();
        if (in.since(XenVersion.V4_21)) {
            later();
        }
        in.number("vncviewer")
                .ifPresent(n -> in.problems.warning(
                        in.placeOf("vncviewer"), "vncviewer", "ignored, as xl does: 'jxl create -V' starts a viewer"));
    }

    private void devices() {
        XlDisk.readAll(in);
        XlChannels channels = new XlChannels(in);
        XlDevices devices = new XlDevices(in);
        channels.p9s();
        devices.read();
        new XlSnd(in).read();
        channels.channels();
        XlVif.readAll(in);
        channels.vfbs();
        if (in.type() == GuestType.PV) {
            channels.vfbOfTopLevel();
        }
        new XlCpuid(in).read();
        devices.vkbs();
        devices.virtios();
    }

    private void identity() {
        if (!in.has("name")) {
            in.problems.error(XlPlace.NOWHERE, "name", "is missing: every guest needs a name");
        } else if (in.isList("name")) {
            in.problems.error(in.placeOf("name"), "name", "is a list but must be a single value");
        }
        in.text("name").ifPresent(name -> in.tree.put("c_info/name", name));
        in.mark("c_info/name", "name", in.placeOf("name"));
        in.mark("c_info/uuid", "uuid", in.placeOf("uuid"));
        Optional<String> uuid = in.text("uuid");
        try {
            DomainUuid read = uuid.map(DomainUuid::parse).orElseGet(DomainUuid::random);
            if (read.value().getMostSignificantBits() != 0 || read.value().getLeastSignificantBits() != 0) {
                in.tree.put("c_info/uuid", read.toString());
            }
        } catch (IllegalArgumentException notOne) {
            in.problems.error(
                    in.placeOf("uuid"),
                    "uuid",
                    "'" + Quoting.cut(uuid.orElse(""))
                            + "' is not a UUID (8-4-4-4-12 hexadecimal digits, e.g. 6b29fc40-ca47-1067-b31d-00dd010662da)");
        }
        Optional<String> first = in.text("init_seclabel");
        Optional<String> label = in.text("seclabel");
        first.ifPresent(l -> in.tree.put("c_info/ssid_label", l));
        label.ifPresent(l -> in.tree.put(first.isPresent() ? "b_info/exec_ssid_label" : "c_info/ssid_label", l));
    }

    /** Where xl does not go on with a number that is none. */
    private void limits() {
        for (String key : List.of("max_grant_frames", "max_maptrack_frames", "max_grant_version")) {
            in.mark("b_info/" + key, key, in.placeOf(key));
            OptionalLong number = in.numberQuietly(key);
            if (in.has(key) && (number.isEmpty() || number.getAsLong() < 0 || number.getAsLong() > Integer.MAX_VALUE)) {
                in.problems.error(in.placeOf(key), key, "must be a number from 0 to " + Integer.MAX_VALUE);
            }
            number.ifPresent(n -> in.tree.put("b_info/" + key, n));
        }
    }

    private void actions() {
        for (Map.Entry<String, String> action : ACTIONS.entrySet()) {
            String key = action.getKey();
            String word = in.text(key).orElse(action.getValue());
            Optional<EventAction> known = Arrays.stream(EventAction.values())
                    .filter(a -> a.word().equals(word))
                    .findFirst();
            if (known.isEmpty()) {
                List<String> words = Arrays.stream(EventAction.values())
                        .map(EventAction::word)
                        .toList();
                in.problems.error(
                        in.placeOf(key),
                        key,
                        "'" + Quoting.cut(word) + "' is not an action: " + String.join(", ", words));
            }
            known.ifPresent(a -> in.tree.put(
                    key,
                    a == EventAction.RENAME_RESTART
                            ? "restart_rename"
                            : a.name().toLowerCase(Locale.ROOT)));
        }
    }

    /** @source tools/xl/xl_parse.c: parse_cmdline */
    private void commandLine() {
        in.mark("b_info/cmdline", "cmdline", in.placeOf("cmdline"));
        Optional<String> cmdline = in.text("cmdline");
        Optional<String> root = in.text("root").map(r -> "root=" + r);
        Optional<String> extra = in.text("extra");
        for (String key : cmdline.isPresent() ? Set.of("root", "extra") : Set.<String>of()) {
            if (in.has(key)) {
                in.problems.warning(in.placeOf(key), key, "ignored, because cmdline is set");
            }
        }
        Optional<String> both = root.isPresent() && extra.isPresent()
                ? Optional.of(root.get() + " " + extra.get())
                : root.or(() -> extra);
        cmdline.or(() -> both).ifPresent(line -> in.tree.put("b_info/cmdline", line));
    }

    private void bootloaderArgs() {
        if (in.isList("bootloader_args")) {
            in.tree.putTexts(
                    "b_info/bootloader_args",
                    in.texts("bootloader_args").stream().map(XlValue.Text::text).toList());
            return;
        }
        in.text("bootloader_args").ifPresent(text -> {
            List<String> words = Tokens.words(text, " \t\n");
            if (words.isEmpty()) {
                in.problems.error(in.placeOf("bootloader_args"), "bootloader_args", "is empty: xl breaks here");
            }
            in.tree.putTexts("b_info/bootloader_args", words);
        });
    }

    private void kernelOfFirmware() {
        in.text("firmware").ifPresent(firmware -> {
            if (in.tree.has("b_info/kernel")) {
                in.problems.error(in.placeOf("firmware"), "firmware", "and kernel are both set");
            } else if (!"pvgrub32".startsWith(firmware) && !"pvgrub64".startsWith(firmware)) {
                in.problems.error(in.placeOf("firmware"), "firmware", "must be pvgrub32 or pvgrub64");
            }
            in.tree.put("b_info/kernel", "/usr/lib/xen-" + in.version().word() + "/boot/" + firmware + ".bin");
        });
        if (!in.tree.has("b_info/kernel") && !in.tree.has("b_info/bootloader")) {
            in.problems.error(
                    XlPlace.NOWHERE,
                    "kernel",
                    "is missing: a " + in.type().word() + " guest needs a kernel or a bootloader");
        }
    }

    private void deviceModelVersion() {
        Optional<String> version = in.text("device_model_version");
        in.mark("b_info/device_model_version", "device_model_version", in.placeOf("device_model_version"));
        boolean old = version.equals(Optional.of("qemu-xen-traditional")) && !in.since(XenVersion.V4_21);
        if (version.isPresent() && !old && !version.get().equals("qemu-xen")) {
            in.problems.error(
                    in.placeOf("device_model_version"),
                    "device_model_version",
                    "'" + Quoting.cut(version.get())
                            + "' is not one of qemu-xen, qemu-xen-traditional (until Xen 4.20)");
        }
        version.ifPresent(v -> in.tree.put("b_info/device_model_version", v.replace('-', '_')));
    }

    private void later() {
        OptionalLong count = in.numberQuietly("altp2m_count");
        count.ifPresent(n -> {
            if (n < 0 || n > 0xFFFF) {
                in.problems.error(in.placeOf("altp2m_count"), "altp2m_count", "must be a number from 0 to 65535");
            }
            in.tree.put("b_info/altp2m_count", n);
        });
        in.findQuietly("arm_sci").ifPresent(text -> {
            for (Tokens.Token token : Tokens.split(text, ',', false)) {
                token.value("type")
                        .ifPresent(type -> in.tree
                                .findWord("arm_sci_type", type)
                                .ifPresentOrElse(
                                        word -> in.tree.put("b_info/arch_arm/arm_sci/type", word),
                                        () -> in.problems.error(
                                                token.place(), "arm_sci", "must be type=none or type=scmi_smc")));
            }
        });
        if (in.since(XenVersion.V4_22)) {
            quotas();
        }
    }

    private void quotas() {
        for (XlValue.Text item : in.allTexts("xenstore_quota", false).orElse(List.of())) {
            int equals = item.text().indexOf('=');
            CNumber number = CNumber.unsigned(item.text(), equals + 1, 0);
            boolean right = equals >= 0
                    && number.fits()
                    && number.found(equals + 1)
                    && number.end() == item.text().length()
                    && (number.value() & 0xFFFF_FFFFL) == number.value();
            if (!right) {
                in.problems.error(
                        item.place(), "xenstore_quota", "'" + Quoting.cut(item.text()) + "' is not NAME=NUMBER");
                continue;
            }
            String path = in.tree.add("b_info/xenstore_quota/quota");
            in.tree.put(path + "/name", item.text().substring(0, equals));
            in.tree.put(path + "/val", number.value());
        }
    }
}
