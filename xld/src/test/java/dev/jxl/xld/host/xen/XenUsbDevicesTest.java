package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.host.UsbDevices.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** USB devices as a kernel's sysfs shows them, here a folder that looks like it. */
class XenUsbDevicesTest {
    @TempDir
    Path root;

    private final KernelLane lane = new KernelLane();

    @AfterEach
    void endLane() {
        lane.close();
    }

    private void device(String name, String bus, String number, String deviceClass) throws IOException {
        Path folder = Files.createDirectories(root.resolve("bus/usb/devices").resolve(name));
        Files.writeString(folder.resolve("busnum"), bus + "\n");
        Files.writeString(folder.resolve("devnum"), number + "\n");
        Files.writeString(folder.resolve("bDeviceClass"), deviceClass + "\n");
    }

    @Test
    void devices_areReadWithoutTheirInterfacesAndWithoutWhatIsGone() throws IOException {
        device("usb2", "2", "1", "09");
        device("2-1.4", "2", "17", "ef");
        device("1-2", "1", "3", "00");
        Files.createDirectories(root.resolve("bus/usb/devices/1-2:1.0"));
        Files.createDirectories(root.resolve("bus/usb/devices/1-7"));
        assertThat(new XenUsbDevices(lane, root).list())
                .containsExactly(
                        new Device("1-2", 1, 3, false),
                        new Device("usb2", 2, 1, true),
                        new Device("2-1.4", 2, 17, false));
    }

    @Test
    void hostWithoutUsb_hasNone() {
        assertThat(new XenUsbDevices(lane, root).list()).isEmpty();
    }
}
