package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.xenctrl.BuildPhase;
import dev.jxl.xenctrl.XenControlException;

/** What to do about the failures that libxenguest tells in its own words. */
final class BuildHints {
    private BuildHints() {}

    /** A clause to go behind the reason; empty when nothing is known. */
    static String of(DomainSpec spec, XenControlException.BuildFailed failure, String message) {
        if (failure.phase() == BuildPhase.PARSE_KERNEL && message.contains("loader")) {
            return spec.type() == GuestType.PVH
                    ? ": the kernel cannot be started as PVH; Linux needs CONFIG_PVH=y (4.11 or later)"
                    : ": the kernel cannot be started as PV; Linux needs CONFIG_XEN_PV=y";
        }
        return "";
    }
}
