package dev.jxl.xld.plan.qemu;

import dev.jxl.config.ChannelSpec;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.PlatformSpec;
import dev.jxl.config.SdlSpec;
import dev.jxl.config.VncSpec;
import dev.jxl.xld.host.DeviceModel.Restriction;
import dev.jxl.xld.plan.GuestMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The command line of a domain's QEMU: the same words in the same order as libxl's, so that whatever looks at one finds what it knows.
 *
 * @source tools/libs/light/libxl_dm.c: libxl__build_device_model_args_new
 */
public final class QemuCommand {
    /** Where libxl has its sockets. @source tools/include/_paths.h: XEN_RUN_DIR, /var/run is a link to /run */
    public static final String RUN = "/var/run/xen";

    private static final long GIB_4 = 1L << 32;
    private static final long HIGHEST_MMIO_START = 0xf000_0000L;

    private final DomainId domain;
    private final DomainSpec spec;
    private final Function<String, Optional<String>> madePath;
    private final Optional<Path> incoming;
    private final List<String> out = new ArrayList<>();

    private QemuCommand(
            DomainId domain, DomainSpec spec, Function<String, Optional<String>> madePath, Optional<Path> incoming) {
        this.domain = domain;
        this.spec = spec;
        this.madePath = madePath;
        this.incoming = incoming;
    }

    /**
     * The command line.
     *
     * @param program QEMU
     * @param restriction how it is locked up
     * @param runWith whether this QEMU has -run-with
     * @param madePath for a vdev whose disk a script has attached: the block device that it made
     * @param incoming the state that it begins with, of an earlier QEMU of the same guest; it comes by its standard input
     */
    public static List<String> of(
            DomainId domain,
            DomainSpec spec,
            String program,
            Optional<Restriction> restriction,
            boolean runWith,
            Function<String, Optional<String>> madePath,
            Optional<Path> incoming) {
        QemuCommand command = new QemuCommand(domain, spec, madePath, incoming);
        command.out.add(program);
        command.write(restriction, runWith);
        return List.copyOf(command.out);
    }

    /** The environment that it needs beside. */
    public static Map<String, String> environment(DomainId domain, DomainSpec spec) {
        Map<String, String> out = new TreeMap<>();
        Optional<SdlSpec> sdl = sdl(spec);
        sdl.flatMap(SdlSpec::display).ifPresent(display -> out.put("DISPLAY", display));
        sdl.flatMap(SdlSpec::xauthority).ifPresent(file -> out.put("XAUTHORITY", file));
        if (spec.type() == GuestType.HVM) {
            out.put("XEN_DOMAIN_ID", domain.toString());
        }
        return out;
    }

    /**
     * Why a guest's QEMU could not go on from a saved state, as it stands behind "it has"; empty: it could. It opens disks that it may write for
     * reading first, and for writing when it goes on: by then it opens nothing any more, where it is locked up.
     */
    public static Optional<String> obstacleToGoOn(DomainSpec spec) {
        boolean writes = spec.disks().stream().anyMatch(disk -> disk.readWrite() && !disk.cdrom());
        return writes && spec.deviceModel().restrict().orElse(false)
                ? Optional.of("dm_restrict and a disk that it may write: its device model is locked up, and could not"
                        + " open that disk again")
                : Optional.empty();
    }

    private void write(Optional<Restriction> restriction, boolean runWith) {
        boolean hvm = spec.type() == GuestType.HVM;
        add("-xen-domid", domain.toString(), "-no-shutdown");
        monitor("libxl-cmd", "qmp-libxl-");
        if (restriction.isPresent()) {
            add("-S");
        }
        add("-mon", "chardev=libxl-cmd,mode=control");
        monitor("libxenstat-cmd", "qmp-libxenstat-");
        add("-mon", "chardev=libxenstat-cmd,mode=control");
        channels();
        add("-nodefaults", "-no-user-config");
        if (!hvm) {
            add("-xen-attach");
        }
        add("-name", spec.name());
        screens();
        if (hvm) {
            out.addAll(new EmulatedMachine(domain, spec).arguments());
        } else if (vnc(spec).isEmpty() && sdl(spec).isEmpty()) {
            add("-nographic");
        }
        restriction.ifPresent(r -> {
            add("-xen-domid-restrict");
            add(runWith ? List.of("-run-with", "chroot=" + r.root()) : List.of("-chroot", r.root()));
        });
        if (incoming.isPresent()) {
            add("-incoming", "fd:0");
        }
        add(spec.deviceModel().args());
        machine(hvm);
        add("-m", Long.toString((spec.maxMemory().kib() - GuestMemory.videoKib(spec) + 1023) / 1024));
        if (hvm) {
            out.addAll(new EmulatedDisks(spec, madePath).arguments());
            if (spec.platform().vendorDevice() == PlatformSpec.VendorDevice.XENSERVER) {
                add("-device", "xen-pvdevice,device-id=0xc000");
            }
            restriction.ifPresent(r -> {
                String user = r.uid() + ":" + r.uid();
                add(runWith ? List.of("-run-with", "user=" + user) : List.of("-runas", user));
            });
        }
    }

    private void monitor(String id, String file) {
        add("-chardev", "socket,id=" + id + ",path=" + RUN + "/" + file + domain + ",server=on,wait=off");
    }

    private void channels() {
        List<ChannelSpec> channels = spec.devices().channels();
        for (int i = 0; i < channels.size(); i++) {
            ChannelSpec channel = channels.get(i);
            String id = "id=libxl-channel" + (i + 1);
            add(
                    "-chardev",
                    switch (channel.connection()) {
                        case PTY -> "pty," + id;
                        case SOCKET ->
                            "socket," + id + ",path=" + channel.path().orElseThrow() + ",server=on,wait=off";
                    });
        }
    }

    private void screens() {
        vnc(spec).ifPresentOrElse(vnc -> add("-vnc", address(vnc)), () -> add("-vnc", "none"));
        add("-display", "none");
        if (sdl(spec).isPresent()) {
            add("-display", "sdl");
        }
        keymap().ifPresent(keymap -> add("-k", keymap));
    }

    private static String address(VncSpec vnc) {
        String listen = vnc.listen().orElse("127.0.0.1");
        String address =
                listen.contains(":") ? listen : listen + ":" + vnc.display().orElse(0);
        String password = vnc.password().filter(p -> !p.isEmpty()).isPresent() ? ",password=on" : "";
        return address + password + (vnc.unused().orElse(true) ? ",to=99" : "");
    }

    /** Access by VNC, if there is any: an HVM guest's screen, another's first framebuffer. */
    public static Optional<VncSpec> vnc(DomainSpec spec) {
        Optional<VncSpec> vnc = spec.type() == GuestType.HVM
                ? Optional.of(spec.graphics().vnc())
                : spec.devices().vfbs().stream().map(vfb -> vfb.vnc()).findFirst();
        return vnc.filter(v -> v.enable().orElse(true));
    }

    private static Optional<SdlSpec> sdl(DomainSpec spec) {
        Optional<SdlSpec> sdl = spec.type() == GuestType.HVM
                ? Optional.of(spec.graphics().sdl())
                : spec.devices().vfbs().stream().map(vfb -> vfb.sdl()).findFirst();
        return sdl.filter(s -> s.enable().orElse(false));
    }

    private Optional<String> keymap() {
        return spec.type() == GuestType.HVM
                ? spec.graphics().keymap()
                : spec.devices().vfbs().stream().findFirst().flatMap(vfb -> vfb.keymap());
    }

    private void machine(boolean hvm) {
        if (!hvm) {
            add("-machine", "xenpv");
            add(spec.deviceModel().argsPv());
            return;
        }
        PlatformSpec platform = spec.platform();
        String machine =
                platform.platformPci().orElse(true) ? "xenfv,suppress-vmdesc=on" : "pc,accel=xen,suppress-vmdesc=on";
        if (platform.mmioHole().isPresent()) {
            long below4Gib = GIB_4 - platform.mmioHole().get().kib() * 1024;
            // A smaller hole than the usual one is not taken, here as in the guest's layout.
            machine += below4Gib <= HIGHEST_MMIO_START ? ",max-ram-below-4g=" + below4Gib : "";
        }
        if (spec.graphics().passthrough().isPresent()) {
            machine += ",igd-passthru=on";
        }
        add("-machine", machine);
        add(spec.deviceModel().argsHvm());
    }

    private void add(String... words) {
        out.addAll(List.of(words));
    }

    private void add(List<String> words) {
        out.addAll(words);
    }
}
