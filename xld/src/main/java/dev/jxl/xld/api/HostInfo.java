package dev.jxl.xld.api;

import java.util.List;

/**
 * The host.
 *
 * @param host name as uname gives it
 * @param release of dom0's kernel
 * @param version of dom0's kernel
 * @param machine x86_64
 * @param cpus usable by Xen
 * @param maxCpuId highest CPU number
 * @param nodes NUMA nodes
 * @param coresPerSocket cores in a socket
 * @param threadsPerCore threads in a core
 * @param cpuKhz clock in kHz
 * @param hwCaps eight words in hexadecimal with colons, as xl prints them
 * @param virtCaps words: pv, hvm, hap, shadow, iommu…
 * @param totalMemoryKib of the host
 * @param freeMemoryKib not given to any domain
 * @param outstandingClaimsKib claimed by domains that are being built
 * @param freeCpus CPUs that no cpupool has
 * @param sharingFreedPages pages
 * @param sharingUsedPages pages
 * @param xenMajor 4
 * @param xenMinor 20
 * @param xenExtra e.g. .2
 * @param xenVersion all three together
 * @param xenCaps Xen's guest types
 * @param scheduler credit2, …
 * @param pageSize bytes
 * @param platformParams virt_start=0x…
 * @param changeset of Xen's build
 * @param commandLine of Xen
 * @param compiler of Xen's build
 * @param compileBy of Xen's build
 * @param compileDomain of Xen's build
 * @param compileDate of Xen's build
 * @param buildId of Xen's build
 * @param toolstack jxl and its version
 * @param simulated whether this is the simulator
 */
public record HostInfo(
        String host,
        String release,
        String version,
        String machine,
        int cpus,
        int maxCpuId,
        int nodes,
        int coresPerSocket,
        int threadsPerCore,
        long cpuKhz,
        String hwCaps,
        List<String> virtCaps,
        long totalMemoryKib,
        long freeMemoryKib,
        long outstandingClaimsKib,
        int freeCpus,
        long sharingFreedPages,
        long sharingUsedPages,
        int xenMajor,
        int xenMinor,
        String xenExtra,
        String xenVersion,
        String xenCaps,
        String scheduler,
        int pageSize,
        String platformParams,
        String changeset,
        String commandLine,
        String compiler,
        String compileBy,
        String compileDomain,
        String compileDate,
        String buildId,
        String toolstack,
        boolean simulated) {
    /** Makes the list immutable. */
    public HostInfo {
        virtCaps = List.copyOf(virtCaps);
    }
}
