package dev.jxl.config.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.DiskSpec;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.EventAction;
import dev.jxl.config.GuestType;
import dev.jxl.config.NicSpec;
import dev.jxl.config.TscMode;
import java.util.Map;
import java.util.Optional;

/** Writes what {@link LibxlJson#write} says, in the order of libxl's IDL. */
final class LibxlJsonWriter {
    /** INVALID_DOMID: xl stores it, as the domain's number is not part of its configuration. */
    private static final long NO_DOMID = 0xFFFF_FFFFL;

    private static final int DEFAULT_EVENT_CHANNELS = 1023;

    private final DomainSpec spec;
    private final DomainUuid uuid;
    private final Map<String, DomainId> backends;

    LibxlJsonWriter(DomainSpec spec, DomainUuid uuid, Map<String, DomainId> backends) {
        this.spec = spec;
        this.uuid = uuid;
        this.backends = backends;
    }

    ObjectNode domain() {
        ObjectNode out = JsonText.object();
        out.set("c_info", createInfo());
        out.set("b_info", buildInfo());
        if (!spec.disks().isEmpty()) {
            ArrayNode disks = out.putArray("disks");
            spec.disks().forEach(disk -> disks.add(disk(disk)));
        }
        if (!spec.nics().isEmpty()) {
            ArrayNode nics = out.putArray("nics");
            for (int i = 0; i < spec.nics().size(); i++) {
                nics.add(nic(spec.nics().get(i), i));
            }
        }
        action(out, "on_poweroff", spec.onEvents().poweroff());
        action(out, "on_reboot", spec.onEvents().reboot());
        action(out, "on_watchdog", spec.onEvents().watchdog());
        action(out, "on_crash", spec.onEvents().crash());
        action(out, "on_soft_reset", spec.onEvents().softReset());
        return out;
    }

    private ObjectNode createInfo() {
        ObjectNode out = JsonText.object();
        out.put("type", spec.type().word());
        spec.hap().ifPresent(hap -> out.put("hap", LibxlWords.of(hap)));
        out.put("name", spec.name());
        out.put("domid", NO_DOMID);
        out.put("uuid", uuid.toString());
        text(out, "pool_name", spec.pool());
        out.put("run_hotplug_scripts", LibxlWords.of(true));
        if (spec.driverDomain()) {
            out.put("driver_domain", LibxlWords.of(true));
        }
        return out;
    }

    private ObjectNode buildInfo() {
        ObjectNode out = JsonText.object();
        out.put("max_vcpus", spec.maxVcpus());
        ArrayNode online = out.putArray("avail_vcpus");
        for (int i = 0; i < spec.vcpus(); i++) {
            online.add(i);
        }
        if (spec.tscMode() != TscMode.DEFAULT) {
            out.put("tsc_mode", spec.tscMode().word());
        }
        out.put("max_memkb", spec.maxMemory().kib());
        out.put("target_memkb", spec.memory().kib());
        out.put("video_memkb", 0);
        spec.paging().ifPresent(paging -> out.put("shadow_memkb", paging.kib()));
        if (spec.noMigrate()) {
            out.put("disable_migrate", LibxlWords.of(true));
        }
        spec.maxGrantFrames().ifPresent(frames -> out.put("max_grant_frames", frames));
        spec.maxMaptrackFrames().ifPresent(frames -> out.put("max_maptrack_frames", frames));
        spec.maxGrantVersion().ifPresent(version -> out.put("max_grant_version", version));
        out.putObject("sched_params");
        out.put("claim_mode", LibxlWords.of(true));
        if (spec.maxEventChannels() != DEFAULT_EVENT_CHANNELS) {
            out.put("event_channels", spec.maxEventChannels());
        }
        spec.boot().ifPresent(boot -> {
            out.put("kernel", boot.kernel().toString());
            if (!boot.commandLine().isEmpty()) {
                out.put("cmdline", boot.commandLine());
            }
            boot.ramdisk().ifPresent(ramdisk -> out.put("ramdisk", ramdisk.toString()));
        });
        if (spec.nestedVirt()) {
            out.put("nested_hvm", LibxlWords.of(true));
        }
        ObjectNode byType = out.putObject("type." + spec.type().word());
        if (spec.type() == GuestType.PV && spec.e820Host()) {
            byType.put("e820_host", LibxlWords.of(true));
        }
        out.putObject("arch_arm");
        out.putObject("arch_x86").put("msr_relaxed", LibxlWords.of(false));
        return out;
    }

    private ObjectNode disk(DiskSpec disk) {
        ObjectNode out = JsonText.object();
        backend(out, disk.backendDomain());
        disk.target().ifPresent(target -> out.put("pdev_path", target.toString()));
        out.put("vdev", disk.vdev());
        disk.backendKind().ifPresent(kind -> out.put("backend", LibxlWords.of(kind)));
        out.put("format", LibxlWords.of(disk.format()));
        text(out, "script", disk.script());
        if (disk.cdrom()) {
            out.put("removable", 1);
        }
        if (disk.readWrite()) {
            out.put("readwrite", 1);
        }
        if (disk.cdrom()) {
            out.put("is_cdrom", 1);
        }
        if (disk.directIoSafe()) {
            out.put("direct_io_safe", true);
        }
        disk.discard().ifPresent(discard -> out.put("discard_enable", LibxlWords.of(discard)));
        out.put("colo_restore_enable", LibxlWords.of(false));
        if (!disk.trusted()) {
            out.put("trusted", LibxlWords.of(false));
        }
        return out;
    }

    private ObjectNode nic(NicSpec nic, int index) {
        ObjectNode out = JsonText.object();
        backend(out, nic.backendDomain());
        out.put("devid", nic.devid().orElse(index));
        nic.mtu().ifPresent(mtu -> out.put("mtu", mtu));
        text(out, "vlan", nic.vlan());
        text(out, "model", nic.model());
        nic.mac().ifPresent(mac -> out.put("mac", mac.text()));
        text(out, "ip", nic.ip());
        text(out, "bridge", nic.bridge());
        text(out, "ifname", nic.vifname());
        text(out, "script", nic.script());
        out.put("nictype", nic.ioemu() ? "vif_ioemu" : "vif");
        nic.rateLimit().ifPresent(rate -> {
            out.put("rate_bytes_per_interval", rate.bytesPerInterval());
            out.put("rate_interval_usecs", rate.intervalMicros());
        });
        text(out, "gatewaydev", nic.gatewaydev());
        if (!nic.trusted()) {
            out.put("trusted", LibxlWords.of(false));
        }
        return out;
    }

    private void backend(ObjectNode out, Optional<String> name) {
        name.ifPresent(domain -> {
            DomainId number = backends.get(domain);
            if (number != null && number.value() != 0) {
                out.put("backend_domid", number.value());
            }
            out.put("backend_domname", domain);
        });
    }

    private static void action(ObjectNode out, String field, EventAction action) {
        if (action != EventAction.DESTROY) {
            out.put(field, LibxlWords.of(action));
        }
    }

    private static void text(ObjectNode out, String field, Optional<String> value) {
        value.ifPresent(text -> out.put(field, text));
    }
}
