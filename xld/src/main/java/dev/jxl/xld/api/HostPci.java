package dev.jxl.xld.api;

import java.util.List;
import java.util.Optional;

/** The host's PCI devices, and which of them may be given to domains. A part of {@link Toolstack}. */
public interface HostPci {
    /** All PCI devices, by address. */
    List<PciDeviceView> devices();

    /**
     * Starts to take a device from dom0's driver and to keep it for domains. One that is kept already only gets the name.
     *
     * @param address {@code [SSSS:]BB:DD.F}
     * @param name another way to say which device; 1 to 64 visible ASCII characters
     * @param force also when dom0 uses it: has a mounted disk behind it, or a network interface that is up
     * @throws ToolstackException.WrongState when dom0 uses it, or a domain has it
     */
    OperationView makeAssignable(String address, Optional<String> name, boolean force);

    /**
     * Starts to end that.
     *
     * @param addressOrName as above
     * @param rebind whether the driver that had it gets it again
     * @throws ToolstackException.WrongState when a domain has it, or it is not kept for domains
     */
    OperationView endAssignable(String addressOrName, boolean rebind);
}
