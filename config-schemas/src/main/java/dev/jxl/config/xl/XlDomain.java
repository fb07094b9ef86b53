package dev.jxl.config.xl;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DiskSpec;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.EventAction;
import dev.jxl.config.GuestType;
import dev.jxl.config.MemorySize;
import dev.jxl.config.NicSpec;
import dev.jxl.config.OnEvents;
import dev.jxl.config.SpecRules;
import dev.jxl.config.TscMode;
import dev.jxl.config.VbdNumber;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes the domain from the settings: defaults and checks as xl has them.
 *
 * @source tools/xl/xl_parse.c: parse_config_data; defaults: tools/libs/light/libxl_create.c
 */
final class XlDomain {
    /** 16 TiB: what Xen's x86 builds can address. */
    private static final long MOST_MIB = 1L << 24;

    private static final int MOST_VCPUS = 512;
    private static final int DEFAULT_MIB = 32;
    private static final int DEFAULT_EVENT_CHANNELS = 1023;

    private final XlSettings settings;
    private final XlProblems problems;
    private final GuestType type;

    XlDomain(XlSettings settings, GuestType type, XlProblems problems) {
        this.settings = settings;
        this.problems = problems;
        this.type = type;
    }

    /** The domain; means something only when no error was added. */
    DomainSpec read(String sourceText) {
        Memory memory = memory();
        Vcpus vcpus = vcpus();
        XlMachine machine = new XlMachine(settings, type);
        return DomainSpec.builder(name(), type, memory.start())
                .uuid(uuid())
                .maxMemory(memory.most())
                .vcpus(vcpus.start())
                .maxVcpus(vcpus.most())
                .boot(boot())
                .bootloader(machine.bootloader())
                .shim(machine.shim())
                .firmware(machine.firmware())
                .platform(machine.platform())
                .graphics(machine.graphics())
                .emulated(machine.emulated())
                .clock(machine.clock())
                .deviceModel(machine.deviceModel())
                .disks(disks())
                .nics(nics())
                .onEvents(onEvents())
                .tscMode(tscMode())
                .hap(settings.findFlag("hap"))
                .nestedVirt(flag("nestedhvm"))
                .noMigrate(flag("nomigrate"))
                .driverDomain(flag("driver_domain"))
                .maxEventChannels(eventChannels())
                .maxGrantFrames(integer("max_grant_frames", 0, Integer.MAX_VALUE))
                .maxMaptrackFrames(integer("max_maptrack_frames", 0, Integer.MAX_VALUE))
                .maxGrantVersion(integer("max_grant_version", 1, 2))
                .pool(settings.findName("pool"))
                .paging(mib("shadow_memory", 0).filter(m -> m.kib() > 0))
                .e820Host(type == GuestType.PV && flag("e820_host"))
                .labels(machine.labels())
                .sourceText(Optional.of(sourceText))
                .build();
    }

    private String name() {
        if (!settings.has("name")) {
            settings.error("name", "is missing: every guest needs a name");
            return "";
        }
        String name = text("name").orElse("-");
        SpecRules.findNameProblem(name).ifPresent(why -> settings.error("name", "'" + Quoting.cut(name) + "' " + why));
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            settings.warning("name", "'" + name + "' looks like a domid: commands will not find it by name");
        }
        return name;
    }

    private Optional<DomainUuid> uuid() {
        Optional<String> text = settings.findText("uuid").map(XlValue.Text::text);
        try {
            return text.map(DomainUuid::parse);
        } catch (IllegalArgumentException notOne) {
            settings.error(
                    "uuid",
                    "'" + Quoting.cut(text.orElse(""))
                            + "' is not a UUID (8-4-4-4-12 hexadecimal digits, e.g. 6b29fc40-ca47-1067-b31d-00dd010662da)");
            return Optional.empty();
        }
    }

    private record Memory(MemorySize start, MemorySize most) {}

    private Memory memory() {
        Optional<MemorySize> start = mib("memory", 1);
        Optional<MemorySize> most = mib("maxmem", 1);
        if (!settings.has("memory") && most.isEmpty()) {
            problems.warning(
                    XlPlace.NOWHERE, "memory", "is missing: the guest gets " + DEFAULT_MIB + " MiB, as with xl");
        }
        MemorySize first = start.or(() -> most).orElse(MemorySize.ofMib(DEFAULT_MIB));
        if (most.isPresent() && most.get().compareTo(first) < 0) {
            settings.error("maxmem", most.get().mib() + " MiB is less than memory (" + first.mib() + " MiB)");
        }
        return new Memory(first, most.orElse(first));
    }

    private record Vcpus(int start, int most) {}

    private Vcpus vcpus() {
        Optional<Integer> start = integer("vcpus", 1, MOST_VCPUS);
        Optional<Integer> most = integer("maxvcpus", 1, MOST_VCPUS);
        // xl starts one vCPU when only maxvcpus is given
        int first = start.orElse(1);
        if (most.isPresent() && most.get() < first) {
            settings.error("maxvcpus", most.get() + " is less than vcpus (" + first + ")");
        }
        return new Vcpus(first, most.orElse(first));
    }

    private Optional<DirectBoot> boot() {
        Optional<Path> kernel = file("kernel");
        Optional<Path> ramdisk = file("ramdisk");
        String commandLine = commandLine();
        if (kernel.isEmpty()) {
            if (!settings.has("kernel")
                    && !settings.has("bootloader")
                    && !settings.has("firmware")
                    && type != GuestType.HVM) {
                problems.error(XlPlace.NOWHERE, "kernel", "is missing: a " + type.word() + " guest needs a kernel");
            }
            return Optional.empty();
        }
        return Optional.of(new DirectBoot(kernel.get(), ramdisk, commandLine));
    }

    private Optional<Path> file(String key) {
        Optional<Path> file = settings.findName(key).map(Path::of);
        file.flatMap(SpecRules::findFileProblem).ifPresent(why -> settings.error(key, why));
        return file;
    }

    /** @source tools/xl/xl_parse.c: parse_cmdline */
    private String commandLine() {
        Optional<String> cmdline = text("cmdline");
        Optional<String> root = text("root").map(r -> "root=" + r);
        Optional<String> extra = text("extra");
        if (cmdline.isPresent()) {
            for (String key : List.of("root", "extra")) {
                if (settings.has(key)) {
                    settings.warning(key, "ignored, because cmdline is set");
                }
            }
            return cmdline.get();
        }
        return root.isPresent() && extra.isPresent()
                ? root.get() + " " + extra.get()
                : root.or(() -> extra).orElse("");
    }

    private List<DiskSpec> disks() {
        List<DiskSpec> disks = new ArrayList<>();
        Map<VbdNumber, String> taken = new HashMap<>();
        List<XlValue.Text> entries = settings.listTexts("disk");
        for (int i = 0; i < entries.size(); i++) {
            String field = "disk[" + i + "]";
            XlValue.Text entry = entries.get(i);
            XlDisk.read(entry, field, problems).ifPresent(disk -> {
                String before = taken.putIfAbsent(VbdNumber.find(disk.vdev()).orElseThrow(), field);
                if (before != null) {
                    problems.error(entry.place(), field, "vdev " + disk.vdev() + " is taken by " + before);
                }
                disks.add(disk);
            });
        }
        return disks;
    }

    private List<NicSpec> nics() {
        List<NicSpec> nics = new ArrayList<>();
        Map<Object, String> taken = new HashMap<>();
        List<XlValue.Text> entries = settings.listTexts("vif");
        for (int i = 0; i < entries.size(); i++) {
            String field = "vif[" + i + "]";
            XlValue.Text entry = entries.get(i);
            int index = i;
            XlVif.read(entry, field, type, problems).ifPresent(nic -> {
                nics.add(nic);
                unique(taken, nic.devid().orElse(index), "devid", entry, field);
                nic.mac().ifPresent(mac -> unique(taken, mac, "mac", entry, field));
                nic.vifname().ifPresent(vifname -> unique(taken, vifname, "vifname", entry, field));
            });
        }
        return nics;
    }

    private void unique(Map<Object, String> taken, Object value, String what, XlValue.Text entry, String field) {
        String before = taken.putIfAbsent(value, field);
        if (before != null) {
            problems.error(entry.place(), field, what + " " + value + " is taken by " + before);
        }
    }

    private OnEvents onEvents() {
        OnEvents defaults = OnEvents.DEFAULT;
        return new OnEvents(
                action("on_poweroff", defaults.poweroff()),
                action("on_reboot", defaults.reboot()),
                action("on_watchdog", defaults.watchdog()),
                action("on_crash", defaults.crash()),
                action("on_soft_reset", defaults.softReset()),
                action("on_device_model_crash", defaults.deviceModelCrash()));
    }

    private EventAction action(String key, EventAction otherwise) {
        Optional<String> word = text(key);
        if (word.isEmpty()) {
            return otherwise;
        }
        for (EventAction action : EventAction.values()) {
            if (action.word().equals(word.get())) {
                return action;
            }
        }
        List<String> words =
                Arrays.stream(EventAction.values()).map(EventAction::word).toList();
        settings.error(key, "'" + Quoting.cut(word.get()) + "' is not an action: " + String.join(", ", words));
        return otherwise;
    }

    private TscMode tscMode() {
        Optional<String> word = text("tsc_mode");
        if (word.isEmpty()) {
            return TscMode.DEFAULT;
        }
        OptionalLong number = XlNumber.parse(word.get());
        for (TscMode mode : TscMode.values()) {
            boolean numbered = number.isPresent() && number.getAsLong() == mode.number();
            if (numbered || mode.word().equals(word.get().toLowerCase(Locale.ROOT))) {
                return mode;
            }
        }
        settings.error(
                "tsc_mode",
                "'" + Quoting.cut(word.get()) + "' is not one of default, always_emulate, native, native_paravirt");
        return TscMode.DEFAULT;
    }

    private int eventChannels() {
        int wanted = integer("max_event_channels", 0, Integer.MAX_VALUE).orElse(0);
        return wanted == 0 ? DEFAULT_EVENT_CHANNELS : wanted;
    }

    private Optional<String> text(String key) {
        return settings.findText(key).map(XlValue.Text::text);
    }

    private boolean flag(String key) {
        return settings.findFlag(key).orElse(false);
    }

    private Optional<Integer> integer(String key, int least, int most) {
        OptionalLong number = settings.findNumber(key, least, most);
        return number.isPresent() ? Optional.of((int) number.getAsLong()) : Optional.empty();
    }

    private Optional<MemorySize> mib(String key, long least) {
        OptionalLong number = settings.findNumber(key, least, MOST_MIB);
        return number.isPresent() ? Optional.of(MemorySize.ofMib(number.getAsLong())) : Optional.empty();
    }
}
