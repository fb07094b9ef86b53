package dev.jxl.xenctrl;

/**
 * Everything jxl asks of Xen, by Xen's own headings. Every method blocks until Xen has answered and may be called from
 * virtual threads: the call itself runs on a platform thread. Domids are 0 to 32751; methods that name a domain throw
 * {@link XenControlException.HypercallFailed} with errno ESRCH when there is none.
 *
 * <p>{@link LibXenControl} is the real one; tests and the simulator may bring their own.
 */
public interface XenControl
        extends DomainCalls, MemoryCalls, HvmCalls, VcpuCalls, DeviceCalls, HostCalls, GuestBuildCalls, AutoCloseable {
    /** The schedulers' parameters. */
    SchedulerCalls schedulers();

    /** Guests' memory as a stream; for processes that may die. */
    StreamCalls streams();

    /** The cpupools. */
    CpuPoolCalls cpuPools();

    /** What guests' CPUs say of themselves. */
    CpuPolicyCalls cpuPolicies();

    /** Lets go of Xen's interfaces; idempotent. Calls under way finish first. */
    @Override
    void close();
}
