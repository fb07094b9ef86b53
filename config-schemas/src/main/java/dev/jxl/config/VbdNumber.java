package dev.jxl.config;

import java.util.Optional;

/**
 * A virtual disk's number, which xenstore knows it by ({@code device/vbd/51712}).
 *
 * @param value as the guest's block driver decodes it
 * @source tools/libs/light/libxl_device.c: libxl__device_disk_dev_number; docs/misc/vbd-interface.txt
 */
public record VbdNumber(int value) {
    private static final int XVD_MAJOR = 202;
    private static final int SCSI_MAJOR = 8;
    private static final int FIRST_IDE_MAJOR = 3;
    private static final int SECOND_IDE_MAJOR = 22;
    private static final int EXTENDED = 1 << 28;

    /**
     * The number of a vdev: {@code xvda}, {@code xvdb1}, {@code hda} to {@code hdd}, {@code sda} to {@code sdp},
     * {@code d0p0}, or the number itself (decimal, 0x… or octal with a leading 0). Empty for anything else.
     */
    public static Optional<VbdNumber> find(String vdev) {
        if (vdev.length() > 16) {
            return Optional.empty();
        }
        if (vdev.startsWith("xvd")) {
            return Unit.read(vdev.substring(3), (1 << 20) - 1, 255).map(VbdNumber::xvd);
        }
        if (vdev.startsWith("hd")) {
            return Unit.read(vdev.substring(2), 3, 63)
                    .map(u -> new VbdNumber((u.disk() < 2 ? FIRST_IDE_MAJOR : SECOND_IDE_MAJOR) << 8
                            | (u.disk() & 1) << 6
                            | u.partition()));
        }
        if (vdev.startsWith("sd")) {
            return Unit.read(vdev.substring(2), 15, 15)
                    .map(u -> new VbdNumber(SCSI_MAJOR << 8 | u.disk() << 4 | u.partition()));
        }
        return vdev.startsWith("d") ? diskAndPartition(vdev.substring(1)) : plain(vdev);
    }

    private static VbdNumber xvd(Unit unit) {
        return unit.disk() < 16 && unit.partition() < 16
                ? new VbdNumber(XVD_MAJOR << 8 | unit.disk() << 4 | unit.partition())
                : new VbdNumber(EXTENDED | unit.disk() << 8 | unit.partition());
    }

    private static Optional<VbdNumber> diskAndPartition(String text) {
        int p = text.indexOf('p');
        if (p < 0) {
            return Optional.empty();
        }
        long disk = digits(text.substring(0, p), 10);
        long partition = digits(text.substring(p + 1), 10);
        return disk < 0 || disk >= 1 << 20 || partition < 0 || partition > 255
                ? Optional.empty()
                : Optional.of(xvd(new Unit((int) disk, (int) partition)));
    }

    private static Optional<VbdNumber> plain(String text) {
        boolean hexadecimal = text.startsWith("0x");
        int base = hexadecimal ? 16 : text.startsWith("0") ? 8 : 10;
        long number = digits(hexadecimal ? text.substring(2) : text, base);
        return number < 0 || number > Integer.MAX_VALUE ? Optional.empty() : Optional.of(new VbdNumber((int) number));
    }

    /** -1 when it is not digits alone. */
    private static long digits(String text, int base) {
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), base) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * base + digit;
        }
        return text.isEmpty() ? -1 : value;
    }

    /**
     * Which disk it is, counted from 0; the letter of its name: 2 for xvdc, hdc, sdc. A partition belongs to its disk.
     *
     * @source tools/libs/light/libxl_device.c: libxl__device_disk_dev_number
     */
    public int disk() {
        if ((value & EXTENDED) != 0) {
            return (value & ~EXTENDED) >> 8;
        }
        return switch (value >> 8) {
            case FIRST_IDE_MAJOR -> (value >> 6) & 1;
            case SECOND_IDE_MAJOR -> 2 + ((value >> 6) & 1);
            default -> (value >> 4) & 15;
        };
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }

    /** Letters and perhaps digits: which disk, which partition. */
    private record Unit(int disk, int partition) {
        static Optional<Unit> read(String text, int lastDisk, int lastPartition) {
            long disk = -1;
            int at = 0;
            while (at < text.length() && text.charAt(at) >= 'a' && text.charAt(at) <= 'z') {
                disk = (disk + 1) * 26 + text.charAt(at) - 'a';
                at++;
                if (disk > lastDisk) {
                    return Optional.empty();
                }
            }
            String rest = text.substring(at);
            long partition = rest.isEmpty() ? 0 : rest.startsWith("0") ? -1 : digits(rest, 10);
            return disk < 0 || partition < 0 || partition > lastPartition
                    ? Optional.empty()
                    : Optional.of(new Unit((int) disk, (int) partition));
        }
    }
}
