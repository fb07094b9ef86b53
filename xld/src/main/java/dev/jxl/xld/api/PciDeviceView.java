package dev.jxl.xld.api;

import java.util.Optional;

/**
 * A PCI device of the host as it is now.
 *
 * @param address segment, bus, device and function: {@code 0000:03:00.0}
 * @param vendor PCI's number of who made it, four hexadecimal digits
 * @param device that vendor's number of it, four hexadecimal digits
 * @param deviceClass PCI's class of it, six hexadecimal digits
 * @param driver dom0's driver that has it; pciback for one that is kept for domains
 * @param assignable whether a domain can be given it: pciback has it, and no domain
 * @param name what it was named when it was made assignable
 * @param domid the domain that has it
 */
public record PciDeviceView(
        String address,
        String vendor,
        String device,
        String deviceClass,
        Optional<String> driver,
        boolean assignable,
        Optional<String> name,
        Optional<Integer> domid) {}
