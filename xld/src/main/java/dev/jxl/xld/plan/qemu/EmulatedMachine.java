package dev.jxl.xld.plan.qemu;

import dev.jxl.config.DiskSpec;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.EmulatedSpec;
import dev.jxl.config.GraphicsSpec;
import dev.jxl.config.NicSpec;
import dev.jxl.config.SpiceSpec;
import dev.jxl.xld.plan.DevicePlanner;
import dev.jxl.xld.plan.GuestMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What QEMU emulates for an HVM guest, but its disks.
 *
 * @source tools/libs/light/libxl_dm.c: libxl__build_device_model_args_new
 */
final class EmulatedMachine {
    private static final String DEFAULT_BOOT_ORDER = "cda";
    /** @source tools/libs/light/libxl_nic.c: libxl__device_nic_setdefault */
    private static final String DEFAULT_MODEL = "rtl8139";

    /** xl's words for sound cards, where QEMU has others. @source libxl_types_internal.idl: libxl__qemu_soundhw */
    private static final Map<String, String> SOUND = Map.of("ac97", "AC97", "es1370", "ES1370");

    private final DomainId domain;
    private final DomainSpec spec;
    private final List<String> out = new ArrayList<>();

    EmulatedMachine(DomainId domain, DomainSpec spec) {
        this.domain = domain;
        this.spec = spec;
    }

    List<String> arguments() {
        kernel();
        if (spec.disks().stream().anyMatch(EmulatedMachine::scsi)) {
            add("-device", "lsi53c895a");
        }
        spec.emulated().serial().forEach(port -> add("-serial", port));
        boolean noScreen = !spec.graphics().vnc().enable().orElse(true)
                && !spec.graphics().sdl().enable().orElse(false);
        if (spec.graphics().none().orElse(false) && noScreen) {
            add("-nographic");
        }
        spice();
        card();
        add("-boot", "order=" + spec.platform().bootOrder().orElse(DEFAULT_BOOT_ORDER));
        usb();
        sound();
        if (!spec.platform().acpi().orElse(true)) {
            add("-no-acpi");
        }
        if (spec.maxVcpus() > 1) {
            add("-smp", spec.vcpus() + ",maxcpus=" + spec.maxVcpus());
        }
        nics();
        return List.copyOf(out);
    }

    private void kernel() {
        spec.boot().ifPresent(boot -> {
            add("-kernel", boot.kernel().toString());
            boot.ramdisk().ifPresent(ramdisk -> add("-initrd", ramdisk.toString()));
            if (!boot.commandLine().isEmpty()) {
                add("-append", boot.commandLine());
            }
        });
    }

    private static boolean scsi(DiskSpec disk) {
        return !disk.cdrom() && disk.vdev().startsWith("sd");
    }

    private void spice() {
        SpiceSpec spice = spec.graphics().spice();
        if (!spice.enable().orElse(false)) {
            return;
        }
        boolean free = spice.disableTicketing().orElse(false);
        StringBuilder text = new StringBuilder("port=" + spice.port().orElse(0) + ",tls-port="
                + spice.tlsPort().orElse(0));
        spice.host().ifPresent(host -> text.append(",addr=").append(host));
        text.append(
                free ? ",disable-ticketing=on" : ",password=" + spice.password().orElse(""));
        text.append(",agent-mouse=").append(spice.agentMouse().orElse(true) ? "on" : "off");
        if (!spice.clipboardSharing().orElse(false)) {
            text.append(",disable-copy-paste=on");
        }
        spice.imageCompression()
                .ifPresent(word -> text.append(",image-compression=").append(word));
        spice.streamingVideo()
                .ifPresent(word -> text.append(",streaming-video=").append(word));
        add("-spice", text.toString());
        if (spice.vdagent().orElse(false)) {
            add("-device", "virtio-serial", "-chardev", "spicevmc,id=vdagent,name=vdagent", "-device");
            add("virtserialport,chardev=vdagent,name=com.redhat.spice.0");
        }
    }

    private void card() {
        long mib = (GuestMemory.videoKib(spec) + 1023) / 1024;
        switch (spec.graphics().vga().orElse(GraphicsSpec.Vga.CIRRUS)) {
            case STD -> add("-device", "VGA,vgamem_mb=" + mib);
            case CIRRUS -> add("-device", "cirrus-vga,vgamem_mb=" + mib);
            case QXL -> add("-device", "qxl-vga,vram_size_mb=" + mib / 2 + ",ram_size_mb=" + mib / 2);
            case NONE -> {}
        }
    }

    private void usb() {
        EmulatedSpec emulated = spec.emulated();
        if (emulated.usb().orElse(false) || !emulated.usbDevices().isEmpty()) {
            add("-usb");
            emulated.usbDevices().forEach(device -> add("-usbdevice", device));
            return;
        }
        int redirected = spec.graphics().spice().enable().orElse(false)
                ? spec.graphics().spice().usbRedirection().orElse(0)
                : 0;
        switch (emulated.usbVersion().orElse(redirected > 0 ? 2 : 0)) {
            case 1 -> add("-device", "piix3-usb-uhci,id=usb");
            case 2 -> usb2();
            case 3 -> add("-device", "nec-usb-xhci,id=usb");
            default -> {}
        }
        for (int i = 1; i <= redirected; i++) {
            add("-chardev", "spicevmc,name=usbredir,id=usbrc" + i);
            add("-device", "usb-redir,chardev=usbrc" + i + ",id=usbrc" + i);
        }
    }

    private void usb2() {
        add("-device", "ich9-usb-ehci1,id=usb,addr=0x1d.0x7,multifunction=on");
        for (int i = 1; i < 4; i++) {
            add(
                    "-device",
                    "ich9-usb-uhci%d,masterbus=usb.0,firstport=%d,addr=0x1d.%s,multifunction=on"
                            .formatted(i, 2 * (i - 1), i == 1 ? "0" : "0x" + (i - 1)));
        }
    }

    private void sound() {
        spec.emulated().soundhw().map(word -> word.toLowerCase(Locale.ROOT)).ifPresent(word -> {
            if (word.equals("hda")) {
                add("-device", "intel-hda", "-device", "hda-duplex");
            } else {
                add("-device", SOUND.getOrDefault(word, word));
            }
        });
    }

    private void nics() {
        int emulated = 0;
        int next = 0;
        for (NicSpec nic : spec.nics()) {
            int devid = nic.devid().orElse(next);
            next = devid + 1;
            if (nic.ioemu() && nic.backendDomain().isEmpty()) {
                emulated++;
                add(
                        "-device",
                        nic.model().orElse(DEFAULT_MODEL) + ",id=nic" + devid + ",netdev=net" + devid + ",mac="
                                + nic.mac().orElseThrow().text());
                add(
                        "-netdev",
                        "type=tap,id=net" + devid + ",ifname=" + "vif" + domain + "." + devid + "-emu" + ",br="
                                + nic.bridge().orElse(DevicePlanner.DEFAULT_BRIDGE) + ",script=no,downscript=no");
            }
        }
        if (emulated == 0) {
            add("-net", "none");
        }
    }

    private void add(String... words) {
        out.addAll(List.of(words));
    }
}
