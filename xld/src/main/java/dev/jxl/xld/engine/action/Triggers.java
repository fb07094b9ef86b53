package dev.jxl.xld.engine.action;

import dev.jxl.config.GuestType;
import dev.jxl.xld.api.DomainAction.Trigger.Kind;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Hypervisor.Trigger;
import java.util.Locale;
import java.util.Map;

/**
 * Buttons and interrupts of a guest. Xen knows some of them on x86; the waking of a machine is QEMU's.
 *
 * @source tools/libs/light/libxl_domain.c: libxl_send_trigger
 */
final class Triggers {
    private final Host host;

    Triggers(Host host) {
        this.host = host;
    }

    void perform(Found domain, Kind kind, int vcpu, OperationRun run) {
        run.step("triggering " + kind.name().toLowerCase(Locale.ROOT) + " of '" + domain.name() + "'", 0);
        domain.refuseUnlessAlive("triggere");
        if (vcpu >= domain.facts().maxVcpus()) {
            throw new ToolstackException.WrongState("domain '" + domain.name() + "' has no vCPU " + vcpu + ", it has "
                    + domain.facts().maxVcpus() + ", counted from 0");
        }
        press(domain, kind, vcpu);
    }

    void press(Found domain, Kind kind, int vcpu) {
        switch (kind) {
            case NMI -> host.hypervisor().trigger(domain.id(), Trigger.NMI, vcpu);
            case POWER -> host.hypervisor().trigger(domain.id(), Trigger.POWER, vcpu);
            case SLEEP -> host.hypervisor().trigger(domain.id(), Trigger.SLEEP, vcpu);
            // QEMU's own reset would reset its devices alone, under the feet of the guest.
            case RESET -> host.hypervisor().trigger(domain.id(), Trigger.RESET, 0);
            case S3RESUME -> emulated(domain, "wake from S3", "system_wakeup");
            case INIT ->
                throw new ToolstackException.HostUnsupported(
                        "Xen on x86 does not trigger INIT: 'jxl trigger " + domain.name() + " nmi' or 'reset' may do");
        }
    }

    private void emulated(Found domain, String what, String command) {
        if (domain.type().filter(t -> t == GuestType.HVM).isEmpty()) {
            throw new ToolstackException.WrongState("domain '" + domain.name() + "' has no machine emulated for it to "
                    + what + ": only HVM guests have one; 'jxl reboot' asks others");
        }
        Object _ = host.deviceModel().ask(domain.id(), command, Map.of());
    }
}
