package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.XenControlException.NotADom0;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether there is a Xen under this machine, and which. */
public final class RunningXen {
    private static final String ADVICE = " To look around without Xen, start jxld with --host=sim.";

    private RunningXen() {}

    /**
     * The N of the running Xen 4.N.
     *
     * @param root "/", or a test's folder
     * @throws NotADom0 when this machine is no domain 0
     */
    public static int minor(Path root) {
        Path hypervisor = root.resolve("sys/hypervisor");
        if (!"xen".equals(read(hypervisor.resolve("type")))) {
            throw new NotADom0(
                    "this machine is not a Xen dom0: it does not run on Xen (no /sys/hypervisor/type that"
                            + " says xen)." + ADVICE,
                    null);
        }
        if (!Files.exists(root.resolve("dev/xen/privcmd"))) {
            throw new NotADom0(
                    "this machine is not a Xen dom0: /dev/xen/privcmd is missing (kernel module" + " xen-privcmd)."
                            + ADVICE,
                    null);
        }
        String capabilities = read(root.resolve("proc/xen/capabilities"));
        if (!capabilities.contains("control_d")) {
            throw new NotADom0(
                    "this machine is not a Xen dom0: /proc/xen/capabilities does not say control_d (a guest,"
                            + " or xenfs is not mounted on /proc/xen)." + ADVICE,
                    null);
        }
        String major = read(hypervisor.resolve("version/major"));
        String minor = read(hypervisor.resolve("version/minor"));
        if (!major.equals("4") || !minor.matches("\\d{1,3}")) {
            throw new NotADom0("this is Xen \"" + major + "." + minor + "\"; jxl knows Xen 4 only.", null);
        }
        return Integer.parseInt(minor);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
