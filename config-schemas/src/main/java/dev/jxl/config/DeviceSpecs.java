package dev.jxl.config;

import java.util.List;

/**
 * Devices beside disks and nics. A list's order is that of the devices' numbers.
 *
 * @param passthrough how the IOMMU knows the guest's memory
 * @param pci PCI devices of the host
 * @param rdm memory that devices of the host reserve
 * @param io ports, memory and interrupts of the host
 * @param channels named consoles
 * @param p9s shared folders
 * @param vfbs paravirtual framebuffers
 * @param vkbs paravirtual keyboards
 * @param usbControllers USB controllers
 * @param usbDevices USB devices of the host
 * @param vtpms virtual TPMs
 * @param vdispls paravirtual displays
 * @param vsnds paravirtual sound cards
 * @param virtios other virtio devices
 * @param pvcalls name or domid of the backend's domain of each PV Calls device; 0: dom0
 */
public record DeviceSpecs(
        @Field(orElse = "default") PassthroughMode passthrough,
        List<PciSpec> pci,
        RdmSpec rdm,
        IoSpec io,
        List<ChannelSpec> channels,
        List<P9Spec> p9s,
        List<VfbSpec> vfbs,
        List<VkbSpec> vkbs,
        List<UsbControllerSpec> usbControllers,
        List<UsbDeviceSpec> usbDevices,
        List<VtpmSpec> vtpms,
        List<VdisplSpec> vdispls,
        List<VsndSpec> vsnds,
        List<VirtioSpec> virtios,
        List<String> pvcalls) {
    /** None. */
    public static final DeviceSpecs DEFAULT = new DeviceSpecs(
            PassthroughMode.DEFAULT,
            List.of(),
            RdmSpec.DEFAULT,
            IoSpec.DEFAULT,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());

    /** Makes the lists immutable. */
    public DeviceSpecs {
        pci = List.copyOf(pci);
        channels = List.copyOf(channels);
        p9s = List.copyOf(p9s);
        vfbs = List.copyOf(vfbs);
        vkbs = List.copyOf(vkbs);
        usbControllers = List.copyOf(usbControllers);
        usbDevices = List.copyOf(usbDevices);
        vtpms = List.copyOf(vtpms);
        vdispls = List.copyOf(vdispls);
        vsnds = List.copyOf(vsnds);
        virtios = List.copyOf(virtios);
        pvcalls = List.copyOf(pvcalls);
    }

    /** Whether the IOMMU is to know the guest's memory: devices of the host are passed through, or may be later. */
    public boolean wantsIommu() {
        return passthrough == PassthroughMode.DEFAULT ? !pci.isEmpty() : passthrough != PassthroughMode.DISABLED;
    }

    /** The same with other PCI devices; a guest that has had one can be given others. */
    public DeviceSpecs withPci(List<PciSpec> others) {
        return new DeviceSpecs(
                pci.isEmpty() || passthrough != PassthroughMode.DEFAULT ? passthrough : PassthroughMode.ENABLED,
                others,
                rdm,
                io,
                channels,
                p9s,
                vfbs,
                vkbs,
                usbControllers,
                usbDevices,
                vtpms,
                vdispls,
                vsnds,
                virtios,
                pvcalls);
    }

    /** The same with other keyboards. */
    public DeviceSpecs withVkbs(List<VkbSpec> others) {
        return new DeviceSpecs(
                passthrough,
                pci,
                rdm,
                io,
                channels,
                p9s,
                vfbs,
                others,
                usbControllers,
                usbDevices,
                vtpms,
                vdispls,
                vsnds,
                virtios,
                pvcalls);
    }

    /** The same with other USB controllers and devices. */
    public DeviceSpecs withUsb(List<UsbControllerSpec> controllers, List<UsbDeviceSpec> devices) {
        return new DeviceSpecs(
                passthrough,
                pci,
                rdm,
                io,
                channels,
                p9s,
                vfbs,
                vkbs,
                controllers,
                devices,
                vtpms,
                vdispls,
                vsnds,
                virtios,
                pvcalls);
    }

    /** The same with other TPMs. */
    public DeviceSpecs withVtpms(List<VtpmSpec> others) {
        return new DeviceSpecs(
                passthrough,
                pci,
                rdm,
                io,
                channels,
                p9s,
                vfbs,
                vkbs,
                usbControllers,
                usbDevices,
                others,
                vdispls,
                vsnds,
                virtios,
                pvcalls);
    }
}
