package dev.jxl.config.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import dev.jxl.config.TscMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what {@link LibxlJson#read} says. */
final class LibxlJsonReader {
    /** LIBXL_MEMKB_DEFAULT and above: "not set". */
    private static final long MOST_KIB = 1L << 42;

    /** @source tools/libs/light/libxl_create.c: libxl__domain_build_info_setdefault */
    private static final long DEFAULT_KIB = 32 * 1024;

    private static final long ANY_UINT32 = 0xFFFF_FFFFL;
    private static final Map<String, GuestType> TYPES = JsonReader.words(GuestType.values(), GuestType::word);
    private static final Map<String, TscMode> TSC_MODES = JsonReader.words(TscMode.values(), TscMode::word);
    private static final Map<String, Boolean> DEFBOOL = Map.of("True", true, "False", false);

    private final JsonProblems problems = new JsonProblems();

    SpecReading read(String text) {
        Optional<ObjectNode> tree = JsonText.readObject(text, problems);
        if (tree.isEmpty()) {
            return new SpecReading(Optional.empty(), problems.list());
        }
        JsonReader domain = new JsonReader(tree.get(), "", problems);
        DomainSpec spec = domain(
                domain,
                domain.findObject("c_info").orElseGet(() -> new JsonReader(JsonText.object(), "/c_info", problems)),
                domain.findObject("b_info").orElseGet(() -> new JsonReader(JsonText.object(), "/b_info", problems)));
        return new SpecReading(problems.anyError() ? Optional.empty() : Optional.of(spec), problems.list());
    }

    private DomainSpec domain(JsonReader domain, JsonReader create, JsonReader build) {
        GuestType type = create.findWord("type", TYPES).orElseGet(() -> {
            create.error("type", "is missing");
            return GuestType.PV;
        });
        Optional<Long> given = build.findNumber("target_memkb", 0, MOST_KIB);
        long most = build.findNumber("max_memkb", 0, MOST_KIB).or(() -> given).orElse(DEFAULT_KIB);
        long target = given.orElse(most);
        int maxVcpus = build.findInt("max_vcpus", 1, 32768).orElse(1);
        int online = build.findIndexes("avail_vcpus").map(List::size).orElse(1);
        JsonReader byType = build.findObject("type." + type.word())
                .orElseGet(() -> new JsonReader(JsonText.object(), build.at("type." + type.word()), problems));
        DomainSpec spec = DomainSpec.builder(create.findText("name").orElse(""), type, new MemorySize(target))
                .uuid(create.findParsed("uuid", DomainUuid::parse))
                .maxMemory(new MemorySize(Math.max(target, most)))
                .vcpus(Math.max(1, Math.min(online, maxVcpus)))
                .maxVcpus(maxVcpus)
                .boot(boot(build))
                .disks(domain.listObjects("disks").stream().map(this::disk).toList())
                .nics(domain.listObjects("nics").stream().map(this::nic).toList())
                .onEvents(onEvents(domain))
                .tscMode(build.findWord("tsc_mode", TSC_MODES).orElse(TscMode.DEFAULT))
                .hap(create.findWord("hap", DEFBOOL))
                .nestedVirt(flag(build, "nested_hvm"))
                .noMigrate(flag(build, "disable_migrate"))
                .driverDomain(flag(create, "driver_domain"))
                .maxEventChannels(
                        build.findInt("event_channels", 1, Integer.MAX_VALUE).orElse(1023))
                .maxGrantFrames(build.findInt("max_grant_frames", 0, Integer.MAX_VALUE))
                .maxMaptrackFrames(build.findInt("max_maptrack_frames", 0, Integer.MAX_VALUE))
                .maxGrantVersion(build.findInt("max_grant_version", 0, 2).filter(version -> version > 0))
                .pool(create.findText("pool_name"))
                .paging(build.findNumber("shadow_memkb", 0, MOST_KIB)
                        .filter(kib -> kib > 0)
                        .map(MemorySize::new))
                .e820Host(flag(byType, "e820_host"))
                .build();
        create.skip("domid", "run_hotplug_scripts", "ssidref", "oos");
        build.skip("claim_mode", "video_memkb", "iommu_memkb", "apic", "device_model_version", "numa_placement");
        nameOthers(domain);
        nameOthers(create);
        nameOthers(build);
        nameOthers(byType);
        return spec;
    }

    private Optional<DirectBoot> boot(JsonReader build) {
        Optional<Path> ramdisk = build.findParsed("ramdisk", Path::of);
        String commandLine = build.findText("cmdline").orElse("");
        return build.findParsed("kernel", Path::of).map(kernel -> new DirectBoot(kernel, ramdisk, commandLine));
    }

    private DiskSpec disk(JsonReader disk) {
        DiskSpec spec = new DiskSpec(
                disk.findParsed("pdev_path", Path::of)
                        .filter(path -> !path.toString().isEmpty()),
                disk.findWord("format", LibxlWords.FORMATS).orElse(Format.RAW),
                disk.findName("vdev").orElse(""),
                disk.findInt("readwrite", 0, 1).orElse(0) != 0,
                disk.findInt("is_cdrom", 0, 1).orElse(0) != 0,
                disk.findWord("backend", LibxlWords.BACKENDS),
                backendDomain(disk),
                disk.findText("script"),
                disk.findWord("discard_enable", DEFBOOL),
                disk.findFlag("direct_io_safe").orElse(false),
                disk.findWord("trusted", DEFBOOL).orElse(true),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        disk.skip("removable", "colo_enable", "colo_restore_enable", "specification");
        nameOthers(disk);
        return spec;
    }

    private NicSpec nic(JsonReader nic) {
        long bytes =
                nic.findNumber("rate_bytes_per_interval", 0, Long.MAX_VALUE).orElse(0L);
        long micros = nic.findNumber("rate_interval_usecs", 0, ANY_UINT32).orElse(0L);
        NicSpec spec = new NicSpec(
                nic.findParsed("mac", MacAddress::new),
                nic.findText("bridge"),
                nic.findText("model"),
                nic.findText("nictype").equals(Optional.of("vif_ioemu")),
                nic.findText("ifname"),
                nic.findText("script"),
                nic.findText("ip"),
                backendDomain(nic),
                nic.findText("gatewaydev"),
                bytes > 0 && micros > 0 ? Optional.of(new RateLimit(bytes, micros)) : Optional.empty(),
                nic.findInt("devid", 0, 65535),
                nic.findInt("mtu", 1, 65535),
                nic.findText("vlan"),
                nic.findWord("trusted", DEFBOOL).orElse(true));
        nameOthers(nic);
        return spec;
    }

    /** The name when there is one, else the number when it is not dom0's. */
    private static Optional<String> backendDomain(JsonReader device) {
        Optional<Integer> number = device.findInt("backend_domid", 0, 0x7FEF);
        return device.findText("backend_domname")
                .or(() -> number.filter(domid -> domid != 0).map(domid -> Integer.toString(domid)));
    }

    private static OnEvents onEvents(JsonReader domain) {
        return new OnEvents(
                action(domain, "on_poweroff"),
                action(domain, "on_reboot"),
                action(domain, "on_watchdog"),
                action(domain, "on_crash"),
                action(domain, "on_soft_reset"),
                OnEvents.DEFAULT.deviceModelCrash());
    }

    /** libxl leaves out what is as initialised, and that is destroy for all of them. */
    private static EventAction action(JsonReader domain, String field) {
        return domain.findWord(field, LibxlWords.ACTIONS).orElse(EventAction.DESTROY);
    }

    private static boolean flag(JsonReader object, String field) {
        return object.findWord(field, DEFBOOL).orElse(false);
    }

    private static void nameOthers(JsonReader object) {
        for (String field : object.listOthers()) {
            boolean says =
                    object.peek(field).map(LibxlJsonReader::saysSomething).orElse(false);
            if (says) {
                object.warning(field, "is not in jxl's model: kept out");
            }
        }
    }

    private static boolean saysSomething(JsonNode value) {
        if (value.isContainerNode()) {
            for (JsonNode child : value) {
                if (saysSomething(child)) {
                    return true;
                }
            }
            return false;
        }
        return !value.isNull() && !value.asText().equals("False");
    }
}
