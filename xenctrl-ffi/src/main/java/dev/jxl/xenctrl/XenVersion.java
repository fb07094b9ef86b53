package dev.jxl.xenctrl;

/**
 * What Xen says about itself.
 *
 * @param extra what follows major.minor, as ".4" or ".4-pre"
 * @param capabilities guest types, as "xen-3.0-x86_64 hvm-3.0-x86_64"
 * @param virtStart where the hypervisor's part of a PV address space starts
 * @param buildId hexadecimal, empty where Xen has none
 * @source xen/include/public/version.h
 */
public record XenVersion(
        int major,
        int minor,
        String extra,
        String compiler,
        String compileBy,
        String compileDomain,
        String compileDate,
        String capabilities,
        String changeset,
        long virtStart,
        int pageSize,
        String commandline,
        String buildId) {
    /** As "4.20.4". */
    @Override
    public String toString() {
        return major + "." + minor + extra;
    }
}
