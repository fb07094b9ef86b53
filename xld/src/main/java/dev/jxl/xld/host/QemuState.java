package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the state of a domain's QEMU is while the guest goes to a file, comes from one, or is reset.
 *
 * @source tools/libs/light/libxl_internal.h: LIBXL_DEVICE_MODEL_SAVE_FILE, LIBXL_DEVICE_MODEL_RESTORE_FILE
 */
public final class QemuState {
    /** The folder. */
    public static final Path FOLDER = Path.of("/var/lib/xen");

    private QemuState() {}

    /** What QEMU writes. */
    public static Path saved(DomainId domain) {
        return FOLDER.resolve("qemu-save." + domain);
    }

    /** The same while its guest is reset, and QEMU with what it leaves goes. */
    public static Path reset(DomainId domain) {
        return FOLDER.resolve("qemu-reset." + domain);
    }

    /** What a new QEMU reads. */
    public static Path restored(DomainId domain) {
        return FOLDER.resolve("qemu-resume." + domain);
    }

    /** All of them. */
    public static List<Path> all(DomainId domain) {
        return List.of(saved(domain), restored(domain), reset(domain));
    }
}
