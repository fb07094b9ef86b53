package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.DomainInfo;
import dev.jxl.xenctrl.PhysInfo;
import dev.jxl.xenctrl.XenControlException.AbiMismatch;
import java.util.Optional;

/**
 * Looks, before anything is changed, whether what Xen answers makes sense when read by the layouts of the table. A wrong
 * layout does not fail by itself: it builds wrong domains.
 */
public final class SelfCheck {
    private static final int MAX_SANE_VCPUS = 8192;

    private SelfCheck() {}

    /**
     * The checks.
     *
     * @param minor the N of the Xen 4.N whose libraries and table were chosen
     * @param number what Xen itself says: major in the upper half, minor in the lower
     * @param dom0 domain 0
     * @param host the machine
     * @throws AbiMismatch with what was found
     */
    public static void check(int minor, int number, Optional<DomainInfo> dom0, PhysInfo host) {
        if (number != (4 << Short.SIZE | minor)) {
            throw mismatch("Xen says it is " + (number >>> Short.SIZE) + "." + (number & 0xffff)
                    + ", but the kernel said 4." + minor);
        }
        DomainInfo info = dom0.orElseThrow(() -> mismatch("domain 0 is not in Xen's list of domains"));
        expect(!info.dying() && !info.shutdown(), "domain 0 is dying or shut down", info);
        expect(info.totalPages() > 0 && info.totalPages() <= host.totalPages(), "domain 0's memory", info);
        expect(info.maxPages() != 0, "domain 0's memory limit", info);
        expect(info.onlineVcpus() > 0 && info.onlineVcpus() <= info.maxVcpuId() + 1, "domain 0's virtual CPUs", info);
        expect(info.maxVcpuId() < MAX_SANE_VCPUS, "domain 0's highest virtual CPU", info);
        expect(info.cpuTimeNs() > 0, "domain 0's CPU time", info);
        expect(host.cpus() > 0 && host.cpus() <= host.maxCpuId() + 1, "the number of CPUs", host);
        expect(host.freePages() >= 0 && host.freePages() <= host.totalPages(), "free memory", host);
    }

    private static void expect(boolean sane, String what, Object seen) {
        if (!sane) {
            throw mismatch(what + " makes no sense in " + seen);
        }
    }

    private static AbiMismatch mismatch(String found) {
        return new AbiMismatch(
                "the running Xen does not answer as its version should: " + found
                        + ". Install the libraries that belong to this hypervisor, or reboot into the hypervisor that belongs to them.");
    }
}
