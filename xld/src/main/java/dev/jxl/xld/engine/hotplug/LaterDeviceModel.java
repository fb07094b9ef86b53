package dev.jxl.xld.engine.hotplug;

import dev.jxl.config.DomainSpec;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.device.DeviceModels;
import dev.jxl.xld.engine.device.DeviceRemoval;
import dev.jxl.xld.engine.domain.DeviceIndex;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.DevicePlanner;
import dev.jxl.xld.plan.Nodes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** QEMU for a PV or PVH guest that runs: there as long as the guest has a device that QEMU serves. */
final class LaterDeviceModel {
    private final Host host;
    private final Managed managed;
    private final Found domain;

    LaterDeviceModel(Host host, Managed managed, Found domain) {
        this.host = host;
        this.managed = managed;
        this.domain = domain;
    }

    private Optional<DomainSpec> spec() {
        return managed.find(domain.uuid()).map(Managed.Entry::spec);
    }

    private boolean runs() {
        return host.deviceModel().look(domain.id(), domain.uuid()).running();
    }

    /**
     * Starts it where there is none.
     *
     * @throws ToolstackException.WrongState when jxl does not know enough of the domain, which xl has made
     */
    void require(OperationRun run) {
        if (runs()) {
            return;
        }
        DomainSpec spec = spec().orElseThrow(() -> new ToolstackException.WrongState("domain '" + domain.name()
                + "' has no QEMU to serve the device, and jxl starts one only for domains that it has made: give the"
                + " domain such a device when it is made, or use a raw file or a block device"));
        String program = spec.deviceModel()
                .override()
                .map(Path::toString)
                .or(() -> host.deviceModel().programs().qemu())
                .orElseThrow();
        run.phase("starting QEMU for '" + domain.name() + "'");
        DeviceModels model = new DeviceModels(host, domain.id(), domain.uuid(), spec);
        model.start(program, Optional.empty());
        model.awaitReady(run, List.of());
    }

    /** What it has said last, as a sentence. */
    String words() {
        return DeviceModels.words(host, domain.id(), domain.uuid());
    }

    /** Ends it when it serves nothing any more. Idempotent. */
    void stopIfIdle() {
        boolean idle = spec().filter(s -> !DevicePlanner.needsDeviceModel(s)).isPresent()
                && DeviceIndex.list(host.store(), domain.id()).stream().noneMatch(DeviceRemoval::servedByDeviceModel);
        String node = Nodes.deviceModel(domain.id());
        if (!idle || (!runs() && host.store().find(node).isEmpty())) {
            return;
        }
        boolean _ = DeviceModels.stop(host, domain.id(), domain.uuid());
        String image = Nodes.domain(domain.id()) + "/image";
        host.store().change(t -> {
            t.remove(image + "/device-model-pid");
            if (t.list(image).isEmpty()) {
                t.remove(image);
            }
        });
    }
}
