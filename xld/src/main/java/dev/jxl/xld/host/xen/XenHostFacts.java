package dev.jxl.xld.host.xen;

import dev.jxl.xenctrl.PhysInfo;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xenctrl.XenVersion;
import dev.jxl.xld.api.HostInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The host as {@code xl info} describes it.
 *
 * @source tools/xl/xl_info.c: output_nodeinfo, output_physinfo, output_xeninfo
 */
final class XenHostFacts {
    private static final int KIB_PER_PAGE = 4;

    private XenHostFacts() {}

    /** Asks Xen and dom0's kernel. */
    static HostInfo info(XenControl xen) {
        return XenErrors.asking("asking for the host's properties", () -> {
            PhysInfo phys = xen.physInfo();
            XenVersion version = xen.version();
            return info(
                    phys,
                    version,
                    schedulerName(xen.schedulerId()),
                    xen.cpuPools().freeCpus().cardinality(),
                    xen.sharingFreedPages().orElse(0),
                    xen.sharingUsedPages().orElse(0));
        });
    }

    private static HostInfo info(
            PhysInfo phys, XenVersion version, String scheduler, int freeCpus, long freed, long used) {
        return new HostInfo(
                kernel("hostname"),
                kernel("osrelease"),
                kernel("version"),
                System.getProperty("os.arch", "").equals("amd64") ? "x86_64" : System.getProperty("os.arch", ""),
                phys.cpus(),
                phys.maxCpuId(),
                phys.nodes(),
                phys.coresPerSocket(),
                phys.threadsPerCore(),
                phys.cpuKhz(),
                hwCaps(phys),
                virtCaps(phys),
                phys.totalPages() * KIB_PER_PAGE,
                // What xl calls free: also the pages still to be cleaned, without what is promised.
                (phys.freePages() + phys.scrubPages() - phys.outstandingPages()) * KIB_PER_PAGE,
                phys.outstandingPages() * KIB_PER_PAGE,
                freeCpus,
                freed,
                used,
                version.major(),
                version.minor(),
                version.extra(),
                version.toString(),
                version.capabilities().strip(),
                scheduler,
                version.pageSize(),
                "virt_start=0x" + Long.toHexString(version.virtStart()),
                version.changeset(),
                version.commandline().strip(),
                version.compiler(),
                version.compileBy(),
                version.compileDomain(),
                version.compileDate(),
                version.buildId(),
                "jxl",
                false);
    }

    /** Eight words with colons. */
    static String hwCaps(PhysInfo phys) {
        return phys.hwCaps().stream()
                .map(word -> String.format(Locale.ROOT, "%08x", word))
                .collect(Collectors.joining(":"));
    }

    /** Xen's abilities, in xl's words and order. */
    static List<String> virtCaps(PhysInfo phys) {
        List<String> words = new ArrayList<>();
        addIf(words, phys.can(PhysInfo.CAP_PV), "pv");
        addIf(words, phys.can(PhysInfo.CAP_HVM), "hvm");
        addIf(words, phys.can(PhysInfo.CAP_HVM | PhysInfo.CAP_DIRECTIO), "hvm_directio");
        addIf(words, phys.can(PhysInfo.CAP_PV | PhysInfo.CAP_DIRECTIO), "pv_directio");
        addIf(words, phys.can(PhysInfo.CAP_HAP), "hap");
        addIf(words, phys.can(PhysInfo.CAP_SHADOW), "shadow");
        addIf(words, phys.can(PhysInfo.CAP_IOMMU_HAP_PT_SHARE), "iommu_hap_pt_share");
        addIf(words, phys.can(PhysInfo.CAP_VMTRACE), "vmtrace");
        addIf(words, phys.can(PhysInfo.CAP_VPMU), "vpmu");
        addIf(words, phys.can(PhysInfo.CAP_GNTTAB_V1), "gnttab-v1");
        addIf(words, phys.can(PhysInfo.CAP_GNTTAB_V2), "gnttab-v2");
        return words;
    }

    private static void addIf(List<String> words, boolean there, String word) {
        if (there) {
            words.add(word);
        }
    }

    /** @source xen/include/public/domctl.h: XEN_SCHEDULER_* */
    static String schedulerName(int id) {
        return switch (id) {
            case 4 -> "sedf";
            case 5 -> "credit";
            case 6 -> "credit2";
            case 7 -> "arinc653";
            case 8 -> "rtds";
            case 9 -> "null";
            default -> "unknown (" + id + ")";
        };
    }

    private static String kernel(String name) {
        try {
            return Files.readString(Path.of("/proc/sys/kernel", name)).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
