package dev.jxl.xld.plan;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of virtual block devices.
 *
 * @source tools/libs/light/libxl_device.c: libxl__device_disk_dev_number
 */
public final class VirtualDevice {
    private static final Pattern NAME = Pattern.compile("(xvd|hd|sd)([a-z]{1,3})([0-9]{0,3})");
    private static final int XVD_MAJOR = 202;
    private static final int IDE0_MAJOR = 3;
    private static final int IDE1_MAJOR = 22;
    private static final int SCSI_MAJOR = 8;

    private VirtualDevice() {}

    /**
     * The number of a disk's name, e.g. 51712 for xvda.
     *
     * @return empty when the name is none, or has no number (hde, sdq)
     */
    public static OptionalInt number(String vdev) {
        Matcher m = NAME.matcher(vdev);
        if (!m.matches()) {
            return OptionalInt.empty();
        }
        int disk = letters(m.group(2));
        int partition = m.group(3).isEmpty() ? 0 : Integer.parseInt(m.group(3));
        return switch (m.group(1)) {
            case "xvd" -> xvd(disk, partition);
            case "hd" -> hd(disk, partition);
            default ->
                disk > 15 || partition > 15
                        ? OptionalInt.empty()
                        : OptionalInt.of(SCSI_MAJOR << 8 | disk << 4 | partition);
        };
    }

    private static OptionalInt xvd(int disk, int partition) {
        if (disk <= 15 && partition <= 15) {
            return OptionalInt.of(XVD_MAJOR << 8 | disk << 4 | partition);
        }
        if (disk >= 1 << 20 || partition > 255) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(1 << 28 | disk << 8 | partition);
    }

    private static OptionalInt hd(int disk, int partition) {
        if (disk > 3 || partition > 63) {
            return OptionalInt.empty();
        }
        int major = disk < 2 ? IDE0_MAJOR : IDE1_MAJOR;
        return OptionalInt.of(major << 8 | (disk & 1) << 6 | partition);
    }

    private static int letters(String text) {
        int n = 0;
        for (int i = 0; i < text.length(); i++) {
            n = n * 26 + (text.charAt(i) - 'a' + 1);
        }
        return n - 1;
    }
}
