package dev.jxl.xld.host.xen;

import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.UsbDevices;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** USB devices by dom0's sysfs. @source tools/libs/light/libxl_usb.c: SYSFS_USB_DEV, is_usbdev_assignable */
final class XenUsbDevices implements UsbDevices {
    /** Interfaces of devices have a colon in their names. */
    private static final Pattern DEVICE = Pattern.compile("usb[0-9]{1,3}|[0-9]{1,3}-[0-9.]{1,32}");

    private static final int HUB = 9;
    private static final int HEX = 16;

    private final KernelLane lane;
    private final Path devices;

    XenUsbDevices(KernelLane lane) {
        this(lane, Path.of("/sys"));
    }

    /** With another folder than the kernel's, for tests. */
    XenUsbDevices(KernelLane lane, Path sys) {
        this.lane = lane;
        this.devices = sys.resolve("bus/usb/devices");
    }

    @Override
    public List<Device> list() {
        return lane.call(() -> {
            List<Device> all = new ArrayList<>();
            if (!Files.isDirectory(devices)) {
                return all;
            }
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(devices)) {
                entries.forEach(entry -> read(entry).ifPresent(all::add));
            } catch (IOException e) {
                throw new FileFailed("the USB devices cannot be listed: " + devices + ": " + e.getMessage(), e);
            }
            all.sort(Comparator.comparingInt(Device::bus).thenComparingInt(Device::address));
            return all;
        });
    }

    private static Optional<Device> read(Path folder) {
        String busId = String.valueOf(folder.getFileName());
        if (!DEVICE.matcher(busId).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Device(
                    busId,
                    Integer.parseInt(text(folder, "busnum")),
                    Integer.parseInt(text(folder, "devnum")),
                    Integer.parseInt(text(folder, "bDeviceClass"), HEX) == HUB));
        } catch (IOException | NumberFormatException gone) {
            return Optional.empty();
        }
    }

    private static String text(Path folder, String name) throws IOException {
        return Files.readString(folder.resolve(name)).strip();
    }
}
