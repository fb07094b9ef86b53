package dev.jxl.config.xl;

import dev.jxl.config.BootloaderSpec;
import dev.jxl.config.ClockSpec;
import dev.jxl.config.DeviceModelSpec;
import dev.jxl.config.EmulatedSpec;
import dev.jxl.config.FirmwareSpec;
import dev.jxl.config.GraphicsSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.LabelsSpec;
import dev.jxl.config.MemorySize;
import dev.jxl.config.PlatformSpec;
import dev.jxl.config.SdlSpec;
import dev.jxl.config.ShimSpec;
import dev.jxl.config.SpiceSpec;
import dev.jxl.config.ViridianSpec;
import dev.jxl.config.VncSpec;
import dev.jxl.config.Worded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads what the machine is that the guest sees: firmware, platform, screen, small devices, device model.
 *
 * @source tools/xl/xl_parse.c: parse_config_data
 */
final class XlMachine {
    private final XlSettings settings;
    private final GuestType type;

    XlMachine(XlSettings settings, GuestType type) {
        this.settings = settings;
        this.type = type;
    }

    private boolean hvm() {
        return type == GuestType.HVM;
    }

    FirmwareSpec firmware() {
        if (!hvm()) {
            return FirmwareSpec.DEFAULT;
        }
        Optional<FirmwareSpec.Kind> kind = word("bios", FirmwareSpec.Kind.values());
        Optional<Path> loader = file("firmware_override");
        Optional<String> simple = settings.findName("firmware");
        if (simple.isPresent()) {
            String firmware = simple.get();
            Optional<FirmwareSpec.Kind> named = Arrays.stream(FirmwareSpec.Kind.values())
                    .filter(k -> k.word().equals(firmware))
                    .findFirst();
            if (named.isPresent()) {
                kind = named;
            } else if ("uefi".startsWith(firmware)) {
                kind = Optional.of(FirmwareSpec.Kind.OVMF);
            } else if (!"bios".startsWith(firmware)) {
                loader = Optional.of(Path.of(firmware));
            }
        }
        return new FirmwareSpec(
                kind,
                loader,
                file("bios_path_override"),
                file("acpi_firmware"),
                file("smbios_firmware"),
                List.of(),
                Optional.empty());
    }

    PlatformSpec platform() {
        Optional<Boolean> acpi = type == GuestType.PV ? Optional.empty() : flag("acpi");
        if (!hvm()) {
            PlatformSpec none = PlatformSpec.DEFAULT;
            return new PlatformSpec(
                    none.bootOrder(),
                    acpi,
                    none.acpiS3(),
                    none.acpiS4(),
                    none.acpiLaptopSlate(),
                    none.apic(),
                    none.pae(),
                    none.nx(),
                    none.hpet(),
                    none.viridian(),
                    none.platformPci(),
                    none.mmioHole(),
                    none.hdtype(),
                    none.altp2m(),
                    none.pirq(),
                    none.localMachineCheck(),
                    none.vendorDevice());
        }
        return new PlatformSpec(
                text("boot"),
                acpi,
                flag("acpi_s3"),
                flag("acpi_s4"),
                flag("acpi_laptop_slate"),
                flag("apic"),
                flag("pae"),
                flag("nx"),
                flag("hpet"),
                viridian(),
                flag("xen_platform_pci"),
                mib("mmio_hole", 256, 3840),
                word("hdtype", PlatformSpec.DiskController.values()).orElse(PlatformSpec.DiskController.IDE),
                PlatformSpec.Altp2m.DISABLED,
                flag("hvm_pirq"),
                false,
                word("vendor_device", PlatformSpec.VendorDevice.values()).orElse(PlatformSpec.VendorDevice.NONE));
    }

    private ViridianSpec viridian() {
        if (!settings.has("viridian") || settings.isText("viridian")) {
            return new ViridianSpec(flag("viridian"), List.of(), List.of());
        }
        Optional<Boolean> defaults = Optional.empty();
        List<ViridianSpec.Enlightenment> on = new ArrayList<>();
        List<ViridianSpec.Enlightenment> off = new ArrayList<>();
        for (XlValue.Text item : settings.listTexts("viridian")) {
            String word = item.text();
            if (word.equals("defaults")) {
                defaults = Optional.of(true);
            } else if (word.equals("all")) {
                on.addAll(List.of(ViridianSpec.Enlightenment.values()));
            } else {
                boolean not = word.startsWith("!");
                enlightenment(not ? word.substring(1) : word).ifPresent((not ? off : on)::add);
            }
        }
        return new ViridianSpec(defaults, on, off);
    }

    private Optional<ViridianSpec.Enlightenment> enlightenment(String word) {
        for (ViridianSpec.Enlightenment known : ViridianSpec.Enlightenment.values()) {
            if (known.word().equals(word)) {
                return Optional.of(known);
            }
        }
        settings.error("viridian", "'" + Quoting.cut(word) + "' is not a known enlightenment");
        return Optional.empty();
    }

    GraphicsSpec graphics() {
        if (!hvm()) {
            return GraphicsSpec.DEFAULT;
        }
        Optional<GraphicsSpec.Vga> vga = settings.has("vga")
                ? vga()
                : flag("stdvga").map(std -> std ? GraphicsSpec.Vga.STD : GraphicsSpec.Vga.CIRRUS);
        VncSpec vnc = new VncSpec(
                flag("vnc"), text("vnclisten"), integer("vncdisplay", 0, 59635), flag("vncunused"), text("vncpasswd"));
        SdlSpec sdl = new SdlSpec(flag("sdl"), flag("opengl"), text("display"), text("xauthority"));
        SpiceSpec spice = new SpiceSpec(
                flag("spice"),
                integer("spiceport", 1, 65535),
                integer("spicetls_port", 1, 65535),
                text("spicehost"),
                flag("spicedisable_ticketing"),
                text("spicepasswd"),
                flag("spiceagent_mouse"),
                flag("spicevdagent"),
                flag("spice_clipboard_sharing"),
                integer("spiceusbredirection", 0, 4),
                text("spice_image_compression"),
                text("spice_streaming_video"));
        return new GraphicsSpec(
                vga, mib("videoram", 0, 1 << 24), vnc, sdl, spice, flag("nographic"), text("keymap"), Optional.empty());
    }

    private Optional<GraphicsSpec.Vga> vga() {
        Optional<String> word = text("vga");
        return word.equals(Optional.of("stdvga"))
                ? Optional.of(GraphicsSpec.Vga.STD)
                : word("vga", GraphicsSpec.Vga.values());
    }

    EmulatedSpec emulated() {
        if (!hvm()) {
            return EmulatedSpec.DEFAULT;
        }
        return new EmulatedSpec(
                texts("serial"),
                flag("usb"),
                integer("usbversion", 1, 3),
                texts("usbdevice"),
                flag("vkb_device"),
                text("soundhw"));
    }

    ClockSpec clock() {
        OptionalLong offset = settings.findNumber("rtc_timeoffset", Integer.MIN_VALUE, 4294967295L);
        Optional<ClockSpec.TimerMode> mode = Optional.empty();
        if (settings.has("timer_mode")) {
            OptionalLong number = XlNumber.parse(text("timer_mode").orElse(""));
            ClockSpec.TimerMode[] modes = ClockSpec.TimerMode.values();
            mode = number.isPresent() && number.getAsLong() >= 0 && number.getAsLong() < modes.length
                    ? Optional.of(modes[(int) number.getAsLong()])
                    : word("timer_mode", modes);
        }
        return new ClockSpec(
                offset.orElse(0), flag("localtime").orElse(false), mode, hvm() ? flag("vpt_align") : Optional.empty());
    }

    DeviceModelSpec deviceModel() {
        return new DeviceModelSpec(
                file("device_model_override"),
                version(),
                text("device_model_user"),
                flag("dm_restrict"),
                texts("device_model_args"),
                texts("device_model_args_pv"),
                texts("device_model_args_hvm"),
                new DeviceModelSpec.Stubdomain(
                        flag("device_model_stubdomain_override"),
                        file("stubdomain_kernel"),
                        file("stubdomain_ramdisk"),
                        text("stubdomain_cmdline"),
                        mib("stubdomain_memory", 0, 1 << 24),
                        text("device_model_stubdomain_seclabel")));
    }

    private Optional<DeviceModelSpec.Version> version() {
        Optional<String> word = text("device_model_version");
        for (DeviceModelSpec.Version version : DeviceModelSpec.Version.values()) {
            if (word.equals(Optional.of(version.word().replace('_', '-')))) {
                return Optional.of(version);
            }
        }
        word.ifPresent(w -> settings.error(
                "device_model_version", "'" + Quoting.cut(w) + "' is not one of qemu-xen, qemu-xen-traditional"));
        return Optional.empty();
    }

    Optional<BootloaderSpec> bootloader() {
        return settings.findName("bootloader")
                .map(program -> new BootloaderSpec(
                        program, bootloaderArgs(), flag("bootloader_restrict"), text("bootloader_user")));
    }

    private List<String> bootloaderArgs() {
        if (!settings.isText("bootloader_args")) {
            return texts("bootloader_args");
        }
        return Arrays.stream(text("bootloader_args").orElse("").split("[ \t\n]+"))
                .filter(arg -> !arg.isEmpty())
                .toList();
    }

    ShimSpec shim() {
        return type == GuestType.PVH
                ? new ShimSpec(
                        flag("pvshim").orElse(false), file("pvshim_path"), text("pvshim_cmdline"), text("pvshim_extra"))
                : ShimSpec.DEFAULT;
    }

    LabelsSpec labels() {
        Optional<String> initial = text("init_seclabel");
        Optional<String> later = text("seclabel");
        return initial.isPresent() ? new LabelsSpec(initial, later) : new LabelsSpec(later, Optional.empty());
    }

    private List<String> texts(String key) {
        return settings.isText(key)
                ? text(key).stream().toList()
                : settings.listTexts(key).stream().map(XlValue.Text::text).toList();
    }

    private <T extends Worded> Optional<T> word(String key, T[] values) {
        Optional<String> text = text(key);
        for (T value : values) {
            if (text.equals(Optional.of(value.word()))) {
                return Optional.of(value);
            }
        }
        List<String> words = Arrays.stream(values).map(Worded::word).toList();
        text.ifPresent(t -> settings.error(key, "'" + Quoting.cut(t) + "' is not one of " + String.join(", ", words)));
        return Optional.empty();
    }

    private Optional<Path> file(String key) {
        return settings.findName(key).map(Path::of);
    }

    private Optional<String> text(String key) {
        return settings.findText(key).map(XlValue.Text::text).filter(t -> !t.isEmpty());
    }

    private Optional<Boolean> flag(String key) {
        return settings.findFlag(key);
    }

    private Optional<Integer> integer(String key, int least, int most) {
        OptionalLong number = settings.findNumber(key, least, most);
        return number.isPresent() ? Optional.of((int) number.getAsLong()) : Optional.empty();
    }

    private Optional<MemorySize> mib(String key, long least, long most) {
        OptionalLong number = settings.findNumber(key, least, most);
        return number.isPresent() ? Optional.of(MemorySize.ofMib(number.getAsLong())) : Optional.empty();
    }
}
