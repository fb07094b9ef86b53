package dev.jxl.xld.doctor;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.PciSpec;
import dev.jxl.xld.api.Health;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the engine knows of the host that the ports do not tell. */
public interface Surroundings {
    /** The domains that jxl answers for, with their names, and whether an operation has them now. */
    List<Known> listKnown();

    /** Records of domains that this jxld cannot read, with their names. */
    Map<DomainUuid, String> listUnreadable();

    /** Numbers of domains that operations under way are about. */
    Set<DomainId> busyNumbers();

    /** UUIDs of domains that operations under way are about. */
    Set<DomainUuid> busyOwners();

    /** Stopped domains that nobody does anything about. */
    List<Unanswered> listUnanswered();

    /** Whether jxld can do its work. */
    Health health();

    /** Notes that PCI devices are domains'. */
    List<PciClaim> listPciClaims();

    /** Removes such a note. Idempotent. */
    void disclaim(PciSpec.Address address);

    /** Takes away all that a domain has left that is not in Xen any more. Idempotent. */
    void clear(DomainId domain, Optional<DomainUuid> owner);

    /** A domain that jxl answers for. */
    record Known(DomainUuid uuid, String name, boolean busy) {}

    /**
     * A stopped domain.
     *
     * @param reason why it has stopped: crash
     * @param why nothing is done about it, half a sentence
     */
    record Unanswered(DomainId domain, String name, String reason, String why, String advice) {}

    /** A note that a device is a domain's. */
    record PciClaim(PciSpec.Address address, DomainId domain) {}
}
