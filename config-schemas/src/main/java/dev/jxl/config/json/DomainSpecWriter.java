package dev.jxl.config.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.DiskSpec;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.NicSpec;
import dev.jxl.config.OnEvents;
import java.util.Optional;

/** Writes jxl's JSON form. */
final class DomainSpecWriter {
    private DomainSpecWriter() {}

    static ObjectNode domain(DomainSpec spec) {
        ObjectNode out = JsonText.object();
        out.put("name", spec.name());
        spec.uuid().ifPresent(uuid -> out.put("uuid", uuid.toString()));
        out.put("type", spec.type().word());
        out.put("memoryKib", spec.memory().kib());
        out.put("maxMemoryKib", spec.maxMemory().kib());
        out.put("vcpus", spec.vcpus());
        out.put("maxVcpus", spec.maxVcpus());
        spec.boot().ifPresent(boot -> {
            ObjectNode node = out.putObject("boot");
            node.put("kernel", boot.kernel().toString());
            boot.ramdisk().ifPresent(ramdisk -> node.put("ramdisk", ramdisk.toString()));
            node.put("commandLine", boot.commandLine());
        });
        ArrayNode disks = out.putArray("disks");
        spec.disks().forEach(disk -> disks.add(disk(disk)));
        ArrayNode nics = out.putArray("nics");
        spec.nics().forEach(nic -> nics.add(nic(nic)));
        out.set("onEvents", onEvents(spec.onEvents()));
        out.put("tscMode", spec.tscMode().word());
        spec.hap().ifPresent(hap -> out.put("hap", hap));
        out.put("nestedVirt", spec.nestedVirt());
        out.put("noMigrate", spec.noMigrate());
        out.put("driverDomain", spec.driverDomain());
        out.put("maxEventChannels", spec.maxEventChannels());
        spec.maxGrantFrames().ifPresent(frames -> out.put("maxGrantFrames", frames));
        spec.maxMaptrackFrames().ifPresent(frames -> out.put("maxMaptrackFrames", frames));
        spec.maxGrantVersion().ifPresent(version -> out.put("maxGrantVersion", version));
        text(out, "pool", spec.pool());
        spec.paging().ifPresent(paging -> out.put("pagingKib", paging.kib()));
        out.put("e820Host", spec.e820Host());
        return out;
    }

    private static ObjectNode disk(DiskSpec disk) {
        ObjectNode out = JsonText.object();
        disk.target().ifPresent(target -> out.put("target", target.toString()));
        out.put("format", LibxlWords.of(disk.format()));
        out.put("vdev", disk.vdev());
        out.put("readWrite", disk.readWrite());
        out.put("cdrom", disk.cdrom());
        disk.backendKind().ifPresent(kind -> out.put("backendKind", LibxlWords.of(kind)));
        text(out, "backendDomain", disk.backendDomain());
        text(out, "script", disk.script());
        disk.discard().ifPresent(discard -> out.put("discard", discard));
        out.put("directIoSafe", disk.directIoSafe());
        out.put("trusted", disk.trusted());
        return out;
    }

    private static ObjectNode nic(NicSpec nic) {
        ObjectNode out = JsonText.object();
        nic.mac().ifPresent(mac -> out.put("mac", mac.text()));
        text(out, "bridge", nic.bridge());
        text(out, "model", nic.model());
        out.put("ioemu", nic.ioemu());
        text(out, "vifname", nic.vifname());
        text(out, "script", nic.script());
        text(out, "ip", nic.ip());
        text(out, "backendDomain", nic.backendDomain());
        text(out, "gatewaydev", nic.gatewaydev());
        nic.rateLimit()
                .ifPresent(rate -> out.putObject("rateLimit")
                        .put("bytesPerInterval", rate.bytesPerInterval())
                        .put("intervalMicros", rate.intervalMicros()));
        nic.devid().ifPresent(devid -> out.put("devid", devid));
        nic.mtu().ifPresent(mtu -> out.put("mtu", mtu));
        text(out, "vlan", nic.vlan());
        out.put("trusted", nic.trusted());
        return out;
    }

    private static ObjectNode onEvents(OnEvents events) {
        return JsonText.object()
                .put("poweroff", events.poweroff().word())
                .put("reboot", events.reboot().word())
                .put("watchdog", events.watchdog().word())
                .put("crash", events.crash().word())
                .put("softReset", events.softReset().word());
    }

    private static void text(ObjectNode out, String field, Optional<String> value) {
        value.ifPresent(text -> out.put(field, text));
    }
}
