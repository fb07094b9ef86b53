package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import java.util.List;
import java.util.Optional;

/**
 * What Xen says of domains, and the plain things to do to one. Failures are {@link
 * dev.jxl.xld.api.ToolstackException}s; a domain that is not there is {@code DomainNotFound}.
 */
public interface Hypervisor {
    /** Xen's message ring, oldest line first. */
    String log(boolean clear);

    /** Has Xen answer debug keys, into its log. */
    void sendDebugKeys(String keys);

    /** Changes a parameter of Xen while it runs. */
    void changeParameter(String name, String value);

    /** How long domain 0 has been up, in seconds. */
    long dom0UptimeSeconds();

    /** All domains, also those without a name, by domid. */
    List<DomainFacts> listDomains();

    /** One domain. */
    Optional<DomainFacts> find(DomainId domain);

    /** The host's memory now. */
    MemoryFacts memory();

    /** Stops all vCPUs; counted by Xen, but jxl keeps it to one. */
    void pause(DomainId domain);

    /** Lets all vCPUs run. */
    void unpause(DomainId domain);

    /**
     * Lets a domain that stopped to be suspended run on; its suspend request is answered as one that was taken back. xenstored
     * is to be told by the caller.
     */
    void resume(DomainId domain);

    /**
     * Resets a paused HVM or PVH domain that has shut itself down: it keeps its number, its memory and its vCPUs' registers, loses its event channels,
     * and is not shut down any more. Its backends and its device model must have let go of it.
     *
     * @throws dev.jxl.xld.api.ToolstackException.HypercallRefused when Xen does not; it may have crashed the domain then
     * @source xen/common/domain.c: domain_soft_reset
     */
    void softReset(DomainId domain);

    /** Gives a domain another UUID. */
    void changeUuid(DomainId domain, DomainUuid uuid);

    /** Ends a domain; returns when Xen has taken its memory back, or has it as dying because somebody maps its pages. */
    void destroy(DomainId domain);

    /**
     * Who keeps a dying domain from ending, because they map its pages: drivers and processes of dom0, in words. Empty when
     * nobody can be found; a driver domain is never found.
     */
    List<String> listHolders(DomainId domain);

    /**
     * Whether an event channel of a domain is bound by another one: as long as it is, the other's backend has the ring that belongs to it.
     * Not when the domain, or its port, does not exist.
     *
     * @param port in {@code domain}
     */
    boolean isPortBound(DomainId domain, int port, DomainId by);

    /** Whether a PVH or HVM guest has PV drivers that listen to {@code control/shutdown}. */
    boolean hasPvDrivers(DomainId domain);

    /** A guest's CPU. */
    CpuPolicy cpuPolicy(DomainId domain);

    /**
     * All that the CPU of such a guest can have on this host.
     *
     * @param type one that this host's Xen runs
     */
    CpuPolicy mostCpuPolicy(GuestType type);

    /**
     * Presses a button of a guest, or interrupts it.
     *
     * @param vcpu whom an interrupt goes to; buttons are the machine's
     * @throws dev.jxl.xld.api.ToolstackException.WrongState when the guest has no such button, or no such vCPU
     */
    void trigger(DomainId domain, Trigger trigger, int vcpu);

    /**
     * What Xen on x86 does to a guest; it refuses to initialise processors.
     *
     * @source xen/arch/x86/domctl.c: XEN_DOMCTL_sendtrigger
     */
    enum Trigger {
        /** A non-maskable interrupt. */
        NMI,
        /** The ACPI power button of an HVM guest. */
        POWER,
        /** The ACPI sleep button of an HVM guest. */
        SLEEP,
        /** It stops at once, for a reboot: what follows is up to its owner. Xen has no trigger for that; it is a shutdown. */
        RESET
    }

    /**
     * The host's memory.
     *
     * @param totalKib all of it
     * @param freeKib free and being scrubbed
     * @param outstandingKib of the free memory: promised to domains that are being built
     */
    record MemoryFacts(long totalKib, long freeKib, long outstandingKib) {}
}
