package dev.jxl.config.json;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DiskSpec;
import dev.jxl.config.DiskSpec.Format;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.EventAction;
import dev.jxl.config.GuestType;
import dev.jxl.config.MacAddress;
import dev.jxl.config.MemorySize;
import dev.jxl.config.NicSpec;
import dev.jxl.config.NicSpec.RateLimit;
import dev.jxl.config.OnEvents;
import dev.jxl.config.SpecReading;
import dev.jxl.config.SpecRules;
import dev.jxl.config.TscMode;
import dev.jxl.config.VbdNumber;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads jxl's JSON form; the ranges are those of {@code domain.schema.json}. */
final class DomainSpecReader {
    private static final long MOST_KIB = 1L << 34;
    private static final int MOST_VCPUS = 512;
    private static final long MOST_MICROS = 0xFFFF_FFFFL;
    private static final Map<String, GuestType> TYPES = JsonReader.words(GuestType.values(), GuestType::word);
    private static final Map<String, TscMode> TSC_MODES = JsonReader.words(TscMode.values(), TscMode::word);
    private static final Map<String, EventAction> ACTIONS = JsonReader.words(EventAction.values(), EventAction::word);

    private final JsonProblems problems = new JsonProblems();
    private final Map<Object, String> taken = new HashMap<>();

    SpecReading read(String text) {
        Optional<DomainSpec> spec =
                JsonText.readObject(text, problems).map(tree -> domain(new JsonReader(tree, "", problems)));
        return new SpecReading(problems.anyError() ? Optional.empty() : spec, problems.list());
    }

    private DomainSpec domain(JsonReader in) {
        GuestType type = require(in, "type", in.findWord("type", TYPES)).orElse(GuestType.PV);
        if (type == GuestType.HVM) {
            in.error("type", "HVM guests are not supported yet: use pvh or pv");
        }
        MemorySize memory = require(in, "memoryKib", memory(in, "memoryKib")).orElse(MemorySize.ofMib(1));
        MemorySize maxMemory = memory(in, "maxMemoryKib").orElse(memory);
        if (maxMemory.compareTo(memory) < 0) {
            in.error("maxMemoryKib", "is less than memoryKib (" + memory.kib() + ")");
        }
        int vcpus = in.findInt("vcpus", 1, MOST_VCPUS).orElse(1);
        int maxVcpus = in.findInt("maxVcpus", 1, MOST_VCPUS).orElse(vcpus);
        if (maxVcpus < vcpus) {
            in.error("maxVcpus", "is less than vcpus (" + vcpus + ")");
        }
        Optional<DirectBoot> boot = in.findObject("boot").flatMap(this::boot);
        if (!in.has("boot") && type != GuestType.HVM) {
            in.error("boot", "is missing: a " + type.word() + " guest needs a kernel");
        }
        List<DiskSpec> disks = in.listObjects("disks").stream().map(this::disk).toList();
        DomainSpec spec = new DomainSpec(
                name(in),
                in.findParsed("uuid", DomainUuid::parse),
                type,
                memory,
                maxMemory,
                vcpus,
                maxVcpus,
                boot,
                disks,
                nics(in, type),
                in.findObject("onEvents").map(this::onEvents).orElse(OnEvents.DEFAULT),
                in.findWord("tscMode", TSC_MODES).orElse(TscMode.DEFAULT),
                in.findFlag("hap"),
                flag(in, "nestedVirt"),
                flag(in, "noMigrate"),
                flag(in, "driverDomain"),
                in.findInt("maxEventChannels", 1, Integer.MAX_VALUE).orElse(1023),
                in.findInt("maxGrantFrames", 0, Integer.MAX_VALUE),
                in.findInt("maxMaptrackFrames", 0, Integer.MAX_VALUE),
                in.findInt("maxGrantVersion", 1, 2),
                in.findName("pool"),
                memory(in, "pagingKib"),
                e820Host(in, type),
                Optional.empty());
        refuseOthers(in);
        return spec;
    }

    private String name(JsonReader in) {
        String name = require(in, "name", in.findText("name")).orElse("-");
        SpecRules.findNameProblem(name).ifPresent(why -> in.error("name", why));
        return name;
    }

    private static boolean e820Host(JsonReader in, GuestType type) {
        boolean asked = flag(in, "e820Host");
        if (asked && type != GuestType.PV) {
            in.error("e820Host", "is possible only for pv");
        }
        return asked;
    }

    private Optional<DirectBoot> boot(JsonReader in) {
        Optional<Path> ramdisk = file(in, "ramdisk");
        String commandLine = in.findText("commandLine").orElse("");
        Optional<Path> kernel = require(in, "kernel", file(in, "kernel"));
        refuseOthers(in);
        return kernel.map(path -> new DirectBoot(path, ramdisk, commandLine));
    }

    private static Optional<Path> file(JsonReader in, String field) {
        Optional<Path> file = in.findParsed(field, Path::of);
        file.flatMap(SpecRules::findFileProblem).ifPresent(why -> in.error(field, why));
        return file;
    }

    private DiskSpec disk(JsonReader in) {
        boolean cdrom = flag(in, "cdrom");
        Optional<String> script = in.findName("script");
        Optional<Path> target = script.isPresent() ? in.findName("target").map(Path::of) : file(in, "target");
        Format format =
                in.findWord("format", LibxlWords.FORMATS).orElse(target.isEmpty() && cdrom ? Format.EMPTY : Format.RAW);
        if (format == Format.EMPTY && !cdrom) {
            in.error("format", "only a CD-ROM drive can be empty");
        } else if (format == Format.EMPTY ? in.has("target") : !in.has("target")) {
            in.error("target", format == Format.EMPTY ? "is set, but the format is empty" : "is missing");
        }
        boolean readWrite = in.findFlag("readWrite").orElse(!cdrom);
        if (readWrite && cdrom) {
            in.error("readWrite", "a CD-ROM drive is read-only");
        }
        DiskSpec spec = new DiskSpec(
                target,
                format,
                vdev(in),
                readWrite,
                cdrom,
                in.findWord("backendKind", LibxlWords.BACKENDS),
                in.findName("backendDomain"),
                script,
                in.findFlag("discard"),
                flag(in, "directIoSafe"),
                in.findFlag("trusted").orElse(true));
        refuseOthers(in);
        return spec;
    }

    private String vdev(JsonReader in) {
        Optional<String> vdev = require(in, "vdev", in.findText("vdev"));
        Optional<VbdNumber> number = vdev.flatMap(VbdNumber::find);
        if (vdev.isPresent() && number.isEmpty()) {
            in.error("vdev", "is not a vdev: xvda to xvdz and on, hda to hdd, sda to sdp");
        }
        number.ifPresent(n -> unique(in, "vdev", n));
        return vdev.orElse("");
    }

    private List<NicSpec> nics(JsonReader domain, GuestType type) {
        List<NicSpec> nics = new ArrayList<>();
        for (JsonReader in : domain.listObjects("nics")) {
            NicSpec nic = nic(in, type);
            unique(in, "devid", "devid " + nic.devid().orElse(nics.size()));
            nic.mac().ifPresent(mac -> unique(in, "mac", mac));
            nic.vifname().ifPresent(name -> unique(in, "vifname", "vifname " + name));
            nics.add(nic);
        }
        return nics;
    }

    private NicSpec nic(JsonReader in, GuestType type) {
        boolean ioemu = flag(in, "ioemu");
        if (ioemu && type != GuestType.HVM) {
            in.error("ioemu", "an emulated card is possible only for hvm");
        }
        Optional<String> vifname = in.findText("vifname");
        vifname.flatMap(SpecRules::findInterfaceNameProblem).ifPresent(why -> in.error("vifname", why));
        NicSpec spec = new NicSpec(
                in.findParsed("mac", MacAddress::new),
                in.findName("bridge"),
                in.findName("model"),
                ioemu,
                vifname,
                in.findName("script"),
                in.findName("ip"),
                in.findName("backendDomain"),
                in.findName("gatewaydev"),
                in.findObject("rateLimit").flatMap(this::rateLimit),
                in.findInt("devid", 0, 65535),
                in.findInt("mtu", 68, 65535),
                in.findName("vlan"),
                in.findFlag("trusted").orElse(true));
        refuseOthers(in);
        return spec;
    }

    private Optional<RateLimit> rateLimit(JsonReader in) {
        Optional<Long> bytes = require(in, "bytesPerInterval", in.findNumber("bytesPerInterval", 1, Long.MAX_VALUE));
        long micros = in.findNumber("intervalMicros", 1, MOST_MICROS).orElse(50_000L);
        refuseOthers(in);
        return bytes.map(b -> new RateLimit(b, micros));
    }

    private OnEvents onEvents(JsonReader in) {
        OnEvents defaults = OnEvents.DEFAULT;
        OnEvents events = new OnEvents(
                in.findWord("poweroff", ACTIONS).orElse(defaults.poweroff()),
                in.findWord("reboot", ACTIONS).orElse(defaults.reboot()),
                in.findWord("watchdog", ACTIONS).orElse(defaults.watchdog()),
                in.findWord("crash", ACTIONS).orElse(defaults.crash()),
                in.findWord("softReset", ACTIONS).orElse(defaults.softReset()));
        refuseOthers(in);
        return events;
    }

    private static Optional<MemorySize> memory(JsonReader in, String field) {
        return in.findNumber(field, 1, MOST_KIB).map(MemorySize::new);
    }

    private static boolean flag(JsonReader in, String field) {
        return in.findFlag(field).orElse(false);
    }

    private static <T> Optional<T> require(JsonReader in, String field, Optional<T> value) {
        if (!in.has(field)) {
            in.error(field, "is missing");
        }
        return value;
    }

    private void unique(JsonReader in, String field, Object value) {
        String before = taken.putIfAbsent(value, in.pointer());
        if (before != null) {
            in.error(field, "is the same as that of " + before);
        }
    }

    private static void refuseOthers(JsonReader in) {
        in.listOthers().forEach(field -> in.error(field, "is not a field that is known here"));
    }
}
