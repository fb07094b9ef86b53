package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.config.PciSpec.Address;
import dev.jxl.xenctrl.PhysInfo;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xenctrl.XenControlException;
import dev.jxl.xld.api.ToolstackException.DeviceFailed;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.PciDevices;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PCI devices by dom0's sysfs, pciback's files there, and libxenctrl.
 *
 * @source tools/libs/light/libxl_pci.c: libxl__device_pci_assignable_add, pciback_dev_assign, pci_add_dm_done
 */
final class XenPciDevices implements PciDevices {
    private static final System.Logger LOG = System.getLogger(XenPciDevices.class.getName());
    private static final Pattern ADDRESS = Pattern.compile("([0-9a-f]{4}):([0-9a-f]{2}):([0-9a-f]{2})\\.([0-7])");
    private static final Pattern DRIVER = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /** @source xen/include/public/xen.h: DOMID_IO */
    private static final int DOMID_IO = 0x7FF1;

    private final KernelLane lane;
    private final XenControl xen;
    private final Path devices;
    private final Path drivers;
    private final OwnUse use;

    XenPciDevices(KernelLane lane, XenControl xen) {
        this(lane, xen, Path.of("/sys"), Path.of("/proc"));
    }

    /** With other folders than the kernel's, for tests. */
    XenPciDevices(KernelLane lane, XenControl xen, Path sys, Path proc) {
        this.lane = lane;
        this.xen = xen;
        this.devices = sys.resolve("bus/pci/devices");
        this.drivers = sys.resolve("bus/pci/drivers");
        this.use = new OwnUse(sys, proc);
    }

    @Override
    public List<Device> list() {
        return lane.call(() -> {
            List<Device> all = new ArrayList<>();
            if (!Files.isDirectory(devices)) {
                return all;
            }
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(devices)) {
                entries.forEach(entry -> address(String.valueOf(entry.getFileName()))
                        .flatMap(this::read)
                        .ifPresent(all::add));
            } catch (IOException e) {
                throw new FileFailed("the PCI devices cannot be listed: " + devices + ": " + e.getMessage(), e);
            }
            all.sort(Comparator.comparing(device -> device.address().toString()));
            return all;
        });
    }

    private static Optional<Address> address(String name) {
        Matcher m = ADDRESS.matcher(name);
        return m.matches()
                ? Optional.of(new Address(hex(m.group(1)), hex(m.group(2)), hex(m.group(3)), hex(m.group(4)), false))
                : Optional.empty();
    }

    private static int hex(String digits) {
        return Integer.parseInt(digits, 16);
    }

    @Override
    public Optional<Device> find(Address address) {
        return lane.call(() -> read(address));
    }

    private Path folder(Address address) {
        return devices.resolve(address.toString());
    }

    private Optional<Device> read(Address address) {
        Path folder = folder(address);
        try {
            Path driver = folder.resolve("driver");
            return Optional.of(new Device(
                    address,
                    number(folder.resolve("vendor")),
                    number(folder.resolve("device")),
                    number(folder.resolve("class")),
                    Files.isSymbolicLink(driver)
                            ? Optional.of(String.valueOf(
                                    Files.readSymbolicLink(driver).getFileName()))
                            : Optional.empty()));
        } catch (IOException | NumberFormatException gone) {
            return Optional.empty();
        }
    }

    private static int number(Path file) throws IOException {
        return Integer.decode(Files.readString(file).strip());
    }

    @Override
    public boolean hasBackend() {
        return Files.isDirectory(drivers.resolve(BACKEND));
    }

    @Override
    public boolean hasIommu() {
        return XenErrors.asking("asking for the host's abilities", xen::physInfo)
                .can(PhysInfo.CAP_DIRECTIO);
    }

    @Override
    public Optional<String> findUse(Address address) {
        return lane.call(() -> use.find(folder(address)));
    }

    @Override
    public List<Address> listInseparable(Address address) {
        return lane.call(() -> PciBridges.behindSameBridge(devices, address.toString()).stream()
                .flatMap(name -> address(name).stream())
                .filter(other -> !other.equals(address))
                .toList());
    }

    @Override
    public void unbind(Address address) {
        if (Files.isSymbolicLink(folder(address).resolve("driver"))) {
            write(address, "taking it from its driver", folder(address).resolve("driver/unbind"));
        }
    }

    @Override
    public void bind(Address address, String driver) {
        if (!DRIVER.matcher(driver).matches()) {
            throw new DeviceFailed("PCI device " + address, "giving it back", "'" + driver + "' is no driver", null);
        }
        write(
                address,
                "giving it to the driver " + driver,
                drivers.resolve(driver).resolve("bind"));
    }

    @Override
    public void bindToBackend(Address address) {
        if (!hasSlot(address)) {
            write(address, "announcing it to pciback", backend("new_slot"));
        }
        write(address, "giving it to pciback", backend("bind"));
    }

    @Override
    public void unbindFromBackend(Address address) {
        if (find(address).filter(Device::heldForDomains).isPresent()) {
            unbind(address);
        }
        if (hasSlot(address)) {
            write(address, "ending pciback's claim to it", backend("remove_slot"));
        }
    }

    private Path backend(String file) {
        return drivers.resolve(BACKEND).resolve(file);
    }

    private boolean hasSlot(Address address) {
        return lane.call(() -> {
            try (Stream<String> slots = Files.lines(backend("slots"))) {
                return slots.map(String::strip).anyMatch(address.toString()::equals);
            } catch (IOException e) {
                throw new FileFailed("pciback's list of devices cannot be read: " + e, e);
            }
        });
    }

    private void write(Address address, String doing, Path file) {
        write(address, doing, file, address.toString());
    }

    // Exactly one write(2) into a file that is there: what sysfs wants.
    private void write(Address address, String doing, Path file, String text) {
        lane.run(() -> {
            try {
                Files.writeString(file, text, StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw new DeviceFailed("PCI device " + address, doing, file + ": " + e.getMessage(), e);
            }
        });
    }

    @Override
    public void quarantine(Address address) {
        XenErrors.asking("putting PCI device " + address + " into quarantine", () -> {
            xen.assignDevice(DOMID_IO, sbdf(address), true);
            return true;
        });
    }

    @Override
    public void endQuarantine(Address address) {
        XenErrors.asking("taking PCI device " + address + " out of quarantine", () -> {
            xen.deassignDevice(DOMID_IO, sbdf(address));
            return true;
        });
    }

    private static int sbdf(Address address) {
        return address.domain() << 16 | address.bus() << 8 | address.device() << 3 | address.function();
    }

    @Override
    public void reset(Address address) {
        Path byBackend = backend("do_flr");
        Path byBus = folder(address).resolve("reset");
        if (Files.exists(byBackend)) {
            write(address, "resetting it", byBackend);
        } else if (Files.exists(byBus)) {
            write(address, "resetting it", byBus, "1");
        }
    }

    @Override
    public void permit(DomainId domain, Address address, boolean allow) {
        PciResources resources = lane.call(() -> PciResources.read(folder(address)));
        XenErrors.having((allow ? "permitting" : "forbidding") + " PCI device " + address + " to", domain, () -> {
            resources
                    .ports()
                    .forEach(r -> xen.permitIoPorts(
                            domain.value(), Math.toIntExact(r.start()), Math.toIntExact(r.size()), allow));
            resources.memory().forEach(r -> xen.permitIoMemory(domain.value(), r.firstFrame(), r.frames(), allow));
            resources.irq().ifPresent(irq -> permitIrq(domain.value(), irq, allow));
        });
    }

    private void permitIrq(int domid, int irq, boolean allow) {
        if (allow) {
            xen.permitIrq(domid, xen.mapPirq(domid, irq), true);
            return;
        }
        try {
            xen.unmapPirq(domid, irq);
        } catch (XenControlException.HypercallFailed unmappedByQemu) {
            LOG.log(System.Logger.Level.DEBUG, "interrupt " + irq + " is not domain " + domid + "'s", unmappedByQemu);
        }
        xen.permitIrq(domid, irq, false);
    }

    @Override
    public void setPermissive(Address address) {
        write(address, "making it permissive", backend("permissive"));
    }

    @Override
    public void assign(DomainId domain, Address address, boolean relaxed) {
        XenErrors.having(
                "giving PCI device " + address + " to",
                domain,
                () -> xen.assignDevice(domain.value(), sbdf(address), relaxed));
    }

    @Override
    public void deassign(DomainId domain, Address address) {
        XenErrors.having(
                "taking PCI device " + address + " from",
                domain,
                () -> xen.deassignDevice(domain.value(), sbdf(address)));
    }
}
