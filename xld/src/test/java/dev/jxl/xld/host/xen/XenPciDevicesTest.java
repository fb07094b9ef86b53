package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.PciSpec.Address;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xld.api.ToolstackException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PCI devices as a kernel's sysfs shows them, here a folder that looks like it. */
class XenPciDevicesTest {
    private static final Address NIC = new Address(0, 0, 0x10, 0, false);
    private static final Address DISK = new Address(0, 0, 0x1f, 2, false);

    @TempDir
    Path root;

    private final KernelLane lane = new KernelLane();
    private XenPciDevices pci;

    @BeforeEach
    void makeSysfs() throws IOException {
        for (String driver : new String[] {"e1000e", "pciback", "ahci"}) {
            Path folder =
                    Files.createDirectories(root.resolve("sys/bus/pci/drivers").resolve(driver));
            for (String file : new String[] {"bind", "unbind", "new_slot", "remove_slot", "slots"}) {
                Files.createFile(folder.resolve(file));
            }
        }
        device(NIC, "0x10d3", "0x020000", "e1000e");
        device(DISK, "0x2922", "0x010601", "ahci");
        Path block = Files.createDirectories(real(DISK).resolve("ata1/block/sda/holders"))
                .getParent();
        Files.writeString(block.resolve("dev"), "8:0\n");
        Files.createDirectories(root.resolve("sys/class/block"));
        Files.createSymbolicLink(root.resolve("sys/class/block/sda"), block);
        Files.createDirectories(root.resolve("proc/self"));
        Files.writeString(root.resolve("proc/self/mountinfo"), "25 1 8:0 / / rw - ext4 /dev/sda rw\n");
        XenControl none = (XenControl) Proxy.newProxyInstance(
                XenControl.class.getClassLoader(), new Class<?>[] {XenControl.class}, (proxy, method, args) -> {
                    throw new AssertionError("Xen is asked for nothing here");
                });
        pci = new XenPciDevices(lane, none, root.resolve("sys"), root.resolve("proc"));
    }

    @AfterEach
    void endLane() {
        lane.close();
    }

    private Path real(Address address) {
        return root.resolve("sys/devices/pci0000:00").resolve(address.toString());
    }

    private void device(Address address, String device, String deviceClass, String driver) throws IOException {
        Path folder = Files.createDirectories(real(address));
        Files.writeString(folder.resolve("vendor"), "0x8086\n");
        Files.writeString(folder.resolve("device"), device + "\n");
        Files.writeString(folder.resolve("class"), deviceClass + "\n");
        Files.writeString(folder.resolve("irq"), "11\n");
        Files.writeString(folder.resolve("resource"), """
                0x00000000febc0000 0x00000000febdffff 0x0000000000040200
                0x000000000000c000 0x000000000000c01f 0x0000000000040101
                0x0000000000000000 0x0000000000000000 0x0000000000000000
                0x00000000febe0800 0x00000000febe17ff 0x0000000000040200
                """);
        Files.createSymbolicLink(
                folder.resolve("driver"), root.resolve("sys/bus/pci/drivers").resolve(driver));
        Path devices = Files.createDirectories(root.resolve("sys/bus/pci/devices"));
        Files.createSymbolicLink(devices.resolve(address.toString()), folder);
    }

    @Test
    void devices_areReadWithTheirDrivers() {
        assertThat(pci.list())
                .extracting(d -> d.address() + " " + d.driver().orElse("-"))
                .containsExactly("0000:00:10.0 e1000e", "0000:00:1f.2 ahci");
        assertThat(pci.find(NIC).orElseThrow().deviceClass()).isEqualTo(0x020000);
        assertThat(pci.find(new Address(0, 9, 0, 0, false))).isEmpty();
    }

    @Test
    void usedByDom0_isAMountedDiskOrAnInterfaceThatIsUp() throws IOException {
        assertThat(pci.findUse(DISK)).hasValue("its disk sda is mounted");
        assertThat(pci.findUse(NIC)).isEmpty();

        Path net = Files.createDirectories(real(NIC).resolve("net/eth1"));
        Files.writeString(net.resolve("flags"), "0x1002\n");
        assertThat(pci.findUse(NIC)).isEmpty();
        Files.writeString(net.resolve("flags"), "0x1003\n");
        assertThat(pci.findUse(NIC)).hasValue("its network interface eth1 is up");
    }

    @Test
    void drivers_areToldTheAddress() throws IOException {
        pci.unbind(NIC);
        assertThat(root.resolve("sys/bus/pci/drivers/e1000e/unbind")).hasContent("0000:00:10.0");

        pci.bindToBackend(NIC);
        assertThat(root.resolve("sys/bus/pci/drivers/pciback/new_slot")).hasContent("0000:00:10.0");
        assertThat(root.resolve("sys/bus/pci/drivers/pciback/bind")).hasContent("0000:00:10.0");

        Files.writeString(root.resolve("sys/bus/pci/drivers/pciback/slots"), "0000:00:10.0\n");
        pci.unbindFromBackend(NIC);
        assertThat(root.resolve("sys/bus/pci/drivers/pciback/remove_slot")).hasContent("0000:00:10.0");
    }

    @Test
    void driverThatIsNone_isNamed() {
        assertThatThrownBy(() -> pci.bind(NIC, "../../evil"))
                .isInstanceOf(ToolstackException.DeviceFailed.class)
                .hasMessageContaining("is no driver");
        assertThatThrownBy(() -> pci.bind(NIC, "gone"))
                .isInstanceOf(ToolstackException.DeviceFailed.class)
                .hasMessageContaining("0000:00:10.0")
                .hasMessageContaining("drivers/gone/bind");
    }

    @Test
    void resources_arePortsMemoryAndTheInterrupt() {
        PciResources resources = PciResources.read(real(NIC));
        assertThat(resources.ports()).containsExactly(new PciResources.Range(0xc000, 0x20));
        assertThat(resources.memory())
                .extracting(r -> Long.toHexString(r.firstFrame()) + "+" + r.frames())
                .containsExactly("febc0+32", "febe0+2");
        assertThat(resources.irq()).hasValue(11);
    }

    @Test
    void devicesBehindABridgeToConventionalPci_areInseparable() throws IOException {
        Address one = new Address(0, 5, 1, 0, false);
        Address other = new Address(0, 5, 2, 0, false);
        Path bridge = Files.createDirectories(root.resolve("sys/devices/pci0000:00/0000:00:1e.0"));
        for (Address device : new Address[] {one, other}) {
            Path folder = Files.createDirectories(bridge.resolve(device.toString()));
            Files.createSymbolicLink(root.resolve("sys/bus/pci/devices").resolve(device.toString()), folder);
        }
        Files.write(bridge.resolve("config"), bridge(7));
        assertThat(pci.listInseparable(one)).containsExactly(other);
        assertThat(pci.listInseparable(NIC)).isEmpty();
        Files.write(bridge.resolve("config"), bridge(4));
        assertThat(pci.listInseparable(one)).as("a root port").isEmpty();
        byte[] ancient = bridge(7);
        ancient[6] = 0;
        Files.write(bridge.resolve("config"), ancient);
        assertThat(pci.listInseparable(one)).as("without capabilities").containsExactly(other);
    }

    private static byte[] bridge(int type) {
        byte[] config = new byte[64 + 16];
        config[6] = 0x10;
        config[0x0a] = 4;
        config[0x0b] = 6;
        config[0x34] = 64;
        config[64] = 0x10;
        config[66] = (byte) (type << 4);
        return config;
    }

    @Test
    void diskWithSwap_isInUse() throws IOException {
        Files.writeString(root.resolve("proc/self/mountinfo"), "");
        Files.writeString(root.resolve("proc/swaps"), "Filename Type Size Used Priority\n/dev/sda partition 1 0 -2\n");
        assertThat(pci.findUse(DISK)).hasValue("its disk sda has swap space");
    }
}
