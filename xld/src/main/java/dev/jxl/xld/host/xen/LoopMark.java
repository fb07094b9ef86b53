package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainUuid;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a loop device of jxl is called: {@code jxl:UUID:VDEV}, so that it is known whose it is after a crash.
 *
 * @param owner the domain
 * @param vdev the disk's name in the guest, 1 to 22 letters, digits, dots, dashes and underscores
 */
record LoopMark(DomainUuid owner, String vdev) {
    private static final Pattern SHAPE = Pattern.compile("jxl:([0-9a-f-]{36}):([A-Za-z0-9._-]{1,22})");
    private static final Pattern VDEV = Pattern.compile("[A-Za-z0-9._-]{1,22}");

    /**
     * Checks the disk's name: the kernel keeps 63 bytes.
     *
     * @throws IllegalArgumentException for another shape
     */
    LoopMark {
        if (!VDEV.matcher(vdev).matches()) {
            throw new IllegalArgumentException("'" + vdev + "' cannot mark a loop device");
        }
    }

    String text() {
        return "jxl:" + owner + ":" + vdev;
    }

    /** The mark in a loop device's name; empty for a device of somebody else. */
    static Optional<LoopMark> parse(String name) {
        Matcher matcher = SHAPE.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LoopMark(DomainUuid.parse(matcher.group(1)), matcher.group(2)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
