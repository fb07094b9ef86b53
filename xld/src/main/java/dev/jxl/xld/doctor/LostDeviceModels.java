package dev.jxl.xld.doctor;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.util.List;
import java.util.Set;

/** Domains whose QEMU has ended although nobody ended it: whoever does takes its node away first. */
record LostDeviceModels(Host host, Surroundings around) implements Check {
    @Override
    public String words() {
        return "domains that have lost their device model";
    }

    @Override
    public List<Trouble> look() {
        Set<DomainUuid> busy = around.busyOwners();
        return Present.now(host, around).list().stream()
                .filter(f -> !f.flags().dying() && !f.flags().shutdown() && !busy.contains(f.uuid()))
                .filter(this::lost)
                .map(LostDeviceModels::trouble)
                .toList();
    }

    private boolean lost(DomainFacts f) {
        return host.store().find(Nodes.deviceModel(f.id()) + "/state").isPresent()
                && !host.deviceModel().look(f.id(), f.uuid()).running();
    }

    private static Trouble trouble(DomainFacts f) {
        return Trouble.told(
                "device-model-lost",
                Severity.ERROR,
                "domain " + f.id(),
                "its device model (QEMU) has ended: its emulated devices, and disks that QEMU serves, do not work",
                "reboot or destroy the guest; /var/log/xen/qemu-dm-NAME.log has QEMU's last words");
    }
}
