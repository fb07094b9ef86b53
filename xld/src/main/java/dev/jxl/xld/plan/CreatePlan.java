package dev.jxl.xld.plan;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.xld.host.GuestBuilder.Firmware;
import dev.jxl.xld.host.IncomingGuest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a domain will be made.
 *
 * @param spec complete: UUID and MAC addresses are decided
 * @param uuid its UUID
 * @param boot its kernel, where the builder loads it (PV, PVH)
 * @param firmware what an HVM guest boots from
 * @param deviceModel the QEMU that serves it, if it needs one
 * @param saved the saved guest that comes into it; empty: it boots
 * @param steps in order
 */
public record CreatePlan(
        DomainSpec spec,
        DomainUuid uuid,
        Optional<DirectBoot> boot,
        Optional<Firmware> firmware,
        Optional<String> deviceModel,
        Optional<IncomingGuest> saved,
        List<Step> steps) {
    /** Makes the list immutable. */
    public CreatePlan {
        steps = List.copyOf(steps);
    }

    /** The saved guest, if it has a device model that goes on: an HVM guest. */
    public Optional<IncomingGuest> savedDeviceModel() {
        return saved.filter(guest -> spec.type() == GuestType.HVM);
    }

    /** The same for a driver domain that has clients already, which are served from its first moment on. */
    public CreatePlan servingClients() {
        List<Step> all = new ArrayList<>(steps);
        all.add(all.indexOf(new Step.SaveConfiguration(spec.name())), new Step.ServeClients(spec.name()));
        return new CreatePlan(spec, uuid, boot, firmware, deviceModel, saved, all);
    }

    /** Its nics, in order. */
    public List<NicPlan> nics() {
        return steps.stream()
                .flatMap(step -> step instanceof Step.AttachNic(NicPlan nic) ? Stream.of(nic) : Stream.empty())
                .toList();
    }
}
