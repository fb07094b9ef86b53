package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;

/** A device of a guest, decided. */
public sealed interface DevicePlan permits DiskPlan, NicPlan, NodeDevice {
    /** The folder of its frontends in xenstore: vbd, vif. */
    String kind();

    /** The folder of its backends. */
    default String backendKind() {
        return kind();
    }

    /** Whether its backend is the domain's QEMU in dom0. */
    default boolean servedByDeviceModel() {
        return false;
    }

    /** Whether the guest must not run before its backend has taken notice. */
    default boolean awaited() {
        return true;
    }

    /** Its number. */
    int devid();

    /** The backend's domain. */
    DomainId backend();

    /** As progress and errors name it: {@code disk xvdb}. */
    String words();

    /** The same with what it is made of: {@code disk xvdb (/srv/a.img)}. */
    String description();
}
