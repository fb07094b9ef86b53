package dev.jxl.xenctrl.ffi;

/** The C libraries jxl calls. */
public enum Library {
    /** Part of every process; nothing to load. */
    LIBC("libc", "", ""),
    /** Hypercalls. Its file name carries Xen's version. */
    XENCTRL("libxenctrl.so.4.%d", "libxenmisc4.%d", "xen-libs"),
    /** Guest building. Its file name carries Xen's version. */
    XENGUEST("libxenguest.so.4.%d", "libxenmisc4.%d", "xen-libs"),
    /** Xen's own parameters; stable. */
    XENHYPFS("libxenhypfs.so.1", "libxenhypfs1", "xen-libs"),
    /** Client of xenstored; stable. */
    XENSTORE("libxenstore.so.4", "libxenstore4", "xen-libs");

    private final String fileName;
    private final String debianPackage;
    private final String rpmPackage;

    Library(String fileName, String debianPackage, String rpmPackage) {
        this.fileName = fileName;
        this.debianPackage = debianPackage;
        this.rpmPackage = rpmPackage;
    }

    /** The file's name for Xen 4.{@code minor}. */
    public String fileName(int minor) {
        return fileName.formatted(minor);
    }

    /** Whether each Xen has its own. */
    boolean versioned() {
        return fileName.contains("%d");
    }

    /** What to install for Xen 4.{@code minor}. */
    public String advice(int minor) {
        return "install the package " + debianPackage.formatted(minor) + " (Debian) or " + rpmPackage + " (RPM)";
    }
}
