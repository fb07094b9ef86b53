package dev.jxl.xenctrl;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Life and death of domains. */
public interface DomainCalls {
    /**
     * Makes an empty, paused domain.
     *
     * @return its domid
     * @throws XenControlException.HypercallFailed EEXIST when the wanted domid is taken, ENOMEM, EINVAL for flags this
     *     Xen does not know
     * @source tools/libs/ctrl/xc_domain.c: xc_domain_create
     */
    int createDomain(CreateDomain request);

    /**
     * Makes room for virtual CPUs; once, before the domain runs.
     *
     * @param maxVcpus 1 to what the request of {@link #createDomain} said
     */
    void allocateVcpus(int domid, int maxVcpus);

    /** Stops the domain's virtual CPUs; counted, so that each pause needs its unpause. */
    void pauseDomain(int domid);

    /** Takes one pause back. */
    void unpauseDomain(int domid);

    /**
     * Destroys a domain and frees its memory. May take seconds for a big one. The domain stays listed as dying while
     * anybody still maps its pages.
     */
    void destroyDomain(int domid);

    /** Marks the domain as shut down, for one of the reasons of {@link ShutdownReason}. */
    void shutdownDomain(int domid, int reason);

    /**
     * Makes a domain that shut itself down for suspending run again.
     *
     * @param cooperative true when the guest's suspend hypercall shall return 1 (it was not migrated)
     */
    void resumeDomain(int domid, boolean cooperative);

    /**
     * Takes from an HVM or PVH domain that has shut itself down what it had of Xen, and leaves it its memory and registers: its
     * event channels are closed, the pages that it shares with Xen are unmapped. It is not shut down any more; it goes on after
     * its request, once it is not paused any more.
     *
     * @throws XenControlException.HypercallFailed EINVAL when it is not shut down, not paused, or PV; EAGAIN when event channels of
     *     it cannot be closed; ENOMEM. Xen has a domain crash whose reset failed halfway
     * @source tools/libs/ctrl/xc_domain.c: xc_domain_soft_reset; xen/common/domain.c: domain_soft_reset
     */
    void softReset(int domid);

    /**
     * Writes out what a domain is: registers, memory, as an ELF core. Minutes for a big domain. It is read as it is: one that
     * runs meanwhile gives a core whose parts are of different moments.
     *
     * @param sink takes the core piece by piece, in order, on the calling lane's thread
     * @throws XenControlException.HypercallFailed when Xen refuses
     * @throws java.io.UncheckedIOException with what the sink threw
     * @source tools/libs/guest/xg_core.c: xc_domain_dumpcore_via_callback
     */
    void dumpCore(int domid, CoreSink sink);

    /** Every domain, by rising domid, also dying ones. */
    List<DomainInfo> listDomains();

    /** The domain of exactly this domid, if there is one. */
    Optional<DomainInfo> findDomain(int domid);

    /** Gives the domain another UUID. */
    void changeHandle(int domid, UUID handle);

    /** Lets {@code domid}, a device model's domain, act on {@code target}. */
    void makeDeviceModelOf(int domid, int target);

    /**
     * Presses a button of the machine.
     *
     * @param trigger NMI 0, RESET 1, INIT 2, POWER 3, SLEEP 4
     * @param vcpu which virtual CPU sees it
     * @source xen/include/public/domctl.h: XEN_DOMCTL_SENDTRIGGER_*
     */
    void sendTrigger(int domid, int trigger, int vcpu);

    /** The guest's wall clock is the host's plus this; seconds. */
    void shiftClock(int domid, int seconds);

    /**
     * How the guest sees the time stamp counter of a new domain.
     *
     * @param mode 0 default, 1 always emulate, 2 native
     */
    void chooseTscMode(int domid, int mode);

    /** Gives a new domain its CPUID policy from the host's default for its type, changed as asked. */
    void applyCpuidPolicy(int domid, CpuidPolicy policy);

    /**
     * Makes an event channel of {@code domid} that {@code remoteDomid} may bind.
     *
     * @return the port in {@code domid}
     */
    int allocateUnboundPort(int domid, int remoteDomid);

    /**
     * Whether an event channel of {@code domid} is bound by {@code remoteDomid} now; a port that the domain does not have is not.
     *
     * @source xen/common/event_channel.c: evtchn_status
     */
    boolean isPortBoundBy(int domid, int port, int remoteDomid);
}
