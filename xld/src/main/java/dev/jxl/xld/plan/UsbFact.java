package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;
import java.util.Optional;

/**
 * What a plan must know of a USB device of the host.
 *
 * @param busId the kernel's name of its place
 * @param bus the number of its bus
 * @param address its number on the bus
 * @param hub whether it is a hub
 * @param holder the domain that has it
 */
public record UsbFact(String busId, int bus, int address, boolean hub, Optional<DomainId> holder) {}
