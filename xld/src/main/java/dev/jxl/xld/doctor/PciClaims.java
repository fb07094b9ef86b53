package dev.jxl.xld.doctor;

import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.doctor.Surroundings.PciClaim;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.PciDevices.Device;
import java.util.ArrayList;
import java.util.List;

/** Notes that PCI devices are domains', against the domains and against the drivers that have the devices. */
record PciClaims(Host host, Surroundings around) implements Check {
    @Override
    public String words() {
        return "PCI devices of domains";
    }

    @Override
    public List<Trouble> look() {
        List<PciClaim> claims = around.listPciClaims();
        Present present = Present.now(host, around);
        List<Trouble> found = new ArrayList<>();
        for (PciClaim claim : claims) {
            if (!present.has(claim.domain())) {
                found.add(withoutDomain(claim));
            } else if (!around.busyNumbers().contains(claim.domain())
                    && host.pciDevices()
                            .find(claim.address())
                            .filter(Device::heldForDomains)
                            .isEmpty()) {
                found.add(notHeld(claim));
            }
        }
        return found;
    }

    private Trouble withoutDomain(PciClaim claim) {
        return Trouble.leftover(
                "pci-without-domain",
                "PCI device " + claim.address(),
                "it is noted as domain " + claim.domain() + "'s, which is gone",
                Present.whileGone(
                        host,
                        around,
                        claim.domain(),
                        () -> around.disclaim(claim.address()),
                        "the note was removed; the device is kept for domains, or its driver's, as before"));
    }

    private static Trouble notHeld(PciClaim claim) {
        return Trouble.told(
                "pci-not-held",
                Severity.WARNING,
                "PCI device " + claim.address(),
                "it is noted as domain " + claim.domain() + "'s, but dom0's pciback does not hold it",
                "'jxl pci-detach --force " + claim.domain() + " " + claim.address()
                        + "' ends that; somebody has bound it to another driver by hand");
    }
}
