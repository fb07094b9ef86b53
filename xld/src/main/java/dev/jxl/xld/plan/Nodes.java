package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import java.util.regex.Pattern;

/** Paths of xenstore's nodes, each built in one place. */
public final class Nodes {
    private static final Pattern VDEV = Pattern.compile("[A-Za-z0-9._-]{1,22}");

    private Nodes() {}

    /** The domain's own folder. */
    public static String domain(DomainId d) {
        return "/local/domain/" + d;
    }

    /** The domain's name. */
    public static String name(DomainId d) {
        return domain(d) + "/name";
    }

    /** The toolstack's folder about a domain: no guest can read or write it. */
    public static String libxl(DomainId d) {
        return "/libxl/" + d;
    }

    /** The toolstack's index of a domain's devices: the only one to trust. */
    public static String devices(DomainId d) {
        return libxl(d) + "/device";
    }

    /** A device's folder in that index. */
    public static String index(DomainId d, String kind, int devid) {
        return devices(d) + "/" + kind + "/" + devid;
    }

    /** The name of jxl's marks on what an operation has not done with yet. */
    public static final String UNFINISHED = "jxl-unfinished";

    /** jxl's mark "destroy if found". */
    public static String mark(DomainId d) {
        return libxl(d) + "/" + UNFINISHED;
    }

    /** Whether a text of the index is a disk's name, as it marks loop devices. */
    public static boolean isVdev(String text) {
        return VDEV.matcher(text).matches();
    }

    /** What a domain's QEMU in dom0 tells of itself; there as long as the QEMU is meant to be. */
    public static String deviceModel(DomainId d) {
        return domain(DomainId.DOM0) + "/device-model/" + d;
    }

    /** What stays over reboots. */
    public static String vm(DomainUuid uuid) {
        return "/vm/" + uuid;
    }

    /** A device's frontend; console 0 is not under {@code device}. */
    public static String frontend(DomainId d, String kind, int devid) {
        return kind.equals("console") && devid == 0
                ? domain(d) + "/console"
                : domain(d) + "/device/" + kind + "/" + devid;
    }

    /** A device's backend. */
    public static String backend(DomainId backend, String kind, DomainId d, int devid) {
        return domain(backend) + "/backend/" + kind + "/" + d + "/" + devid;
    }
}
