package dev.jxl.xenctrl.lab;

import dev.jxl.xenctrl.Blob;
import dev.jxl.xenctrl.BuiltGuest;
import dev.jxl.xenctrl.CpuidPolicy;
import dev.jxl.xenctrl.CreateDomain;
import dev.jxl.xenctrl.GuestImage;
import dev.jxl.xenctrl.LibXenControl;
import dev.jxl.xenctrl.LibxcLog;
import dev.jxl.xenctrl.PhysInfo;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xenctrl.store.LibXenStoreCalls;
import dev.jxl.xenctrl.store.StorePermission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/**
 * Run by hand in a dom0: prints what Xen says, builds a guest ({@code pv}, {@code pvh} or {@code hvm}) from a kernel and a ramdisk,
 * and destroys it again, or leaves it running with {@code keep}.
 */
public final class BuildOnXen {
    private static final long MEMORY_KIB = 128 * 1024;

    private BuildOnXen() {}

    /** Arguments: {@code info}, {@code errors}, or {@code pv|pvh|hvm KERNEL RAMDISK CMDLINE [keep]}. */
    public static void main(String[] args) {
        boolean verbose = Boolean.getBoolean("verbose");
        LibxcLog log = (level, operation, context, text) -> {
            if (verbose || level.compareTo(LibxcLog.Level.WARNING) >= 0) {
                System.out.println("  [" + level + " " + operation + " " + context + "] " + text);
            }
        };
        try (XenControl xen = LibXenControl.open(log)) {
            if (args[0].equals("info")) {
                info(xen);
            } else if (args[0].equals("errors")) {
                errors(xen);
            } else {
                ScopedValue.where(LibxcLog.OPERATION, "op-" + args[0]).run(() -> guest(xen, args));
            }
        }
    }

    private static void info(XenControl xen) {
        System.out.println(xen.version());
        System.out.println("build id " + xen.version().buildId() + ", "
                + xen.version().capabilities() + ", compiled " + xen.version().compileDate() + ", cmdline "
                + xen.version().commandline());
        System.out.println(xen.physInfo());
        xen.listDomains().forEach(System.out::println);
        System.out.println("domain 31000: " + xen.findDomain(31000));
        System.out.println("scheduler " + xen.schedulerId() + " cpus " + xen.maxCpus() + " nodes " + xen.maxNodes());
        System.out.println(xen.cpuTopology() + " " + xen.numaNodes());
        System.out.println(xen.cpuPools().list() + " free " + xen.cpuPools().freeCpus());
        System.out.println(xen.affinity(0, 0) + " " + xen.vcpuInfo(0, 0));
        System.out.println(xen.schedulers().credit2(0) + " " + xen.schedulers().credit2RatelimitUs(0));
        System.out.println("sharing " + xen.sharingFreedPages() + " " + xen.sharingUsedPages());
        System.out.println(xen.machineMemoryMap());
        String ring = xen.consoleRing(false);
        System.out.println("log: " + ring.length() + " characters, first line "
                + ring.lines().findFirst());
    }

    private static void errors(XenControl xen) {
        expect(() -> xen.pauseDomain(31000));
        expect(() -> xen.destroyDomain(31000));
        expect(() -> xen.cpuPools().moveDomain(0, 77));
        expect(() -> xen.colourCache(0, List.of(1)));
        expect(() -> xen.applyCpuidPolicy(31000, CpuidPolicy.standard(false, false)));
        expect(() -> xen.readHvmParam(0, 1));
        for (String kernel : List.of("/nonexistent", "/etc/hostname", "/root/guest/disk.raw")) {
            String[] args = {"pv", kernel, "/root/guest/initrd", "console=hvc0"};
            expect(() -> guest(xen, args));
        }
        expect(() -> Thread.ofVirtual()
                .start(() -> System.out.println("virtual: " + xen.physInfo()))
                .join());
    }

    /** A call that may throw. */
    @FunctionalInterface
    private interface Call {
        void run() throws InterruptedException;
    }

    private static void expect(Call call) {
        try {
            call.run();
            System.out.println("no error");
        } catch (RuntimeException | InterruptedException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private static void guest(XenControl xen, String[] args) {
        boolean pv = args[0].equals("pv");
        boolean hvm = args[0].equals("hvm");
        int domid = xen.createDomain(new CreateDomain(
                CreateDomain.ANY_DOMID,
                UUID.randomUUID(),
                pv ? 0 : CreateDomain.FLAG_HVM | (xen.physInfo().can(PhysInfo.CAP_HAP) ? CreateDomain.FLAG_HAP : 0),
                0,
                1,
                1023,
                -1,
                -1,
                1,
                0,
                0,
                pv ? 0 : hvm ? CreateDomain.EMULATE_HVM : CreateDomain.EMULATE_LAPIC,
                0));
        System.out.println("domain " + domid);
        try {
            BuiltGuest built = build(xen, domid, pv, args);
            System.out.println(built);
            System.out.println(xen.findDomain(domid));
            if (args.length > 4) {
                introduce(domid, built);
                xen.unpauseDomain(domid);
                return;
            }
            xen.destroyDomain(domid);
            System.out.println("destroyed, " + xen.findDomain(domid));
        } catch (RuntimeException e) {
            xen.destroyDomain(domid);
            throw e;
        }
    }

    /** As little of xenstore as xenconsoled wants, so that the guest's console is logged. */
    private static void introduce(int domid, BuiltGuest built) {
        String root = "/local/domain/" + domid;
        CountDownLatch seen = new CountDownLatch(1);
        try (LibXenStoreCalls store = LibXenStoreCalls.open((path, token) -> {
            System.out.println("  watch " + token + " " + path);
            seen.countDown();
        })) {
            store.watch(root, "guest");
            int transaction = store.startTransaction();
            store.mkdir(transaction, root);
            store.changePermissions(
                    transaction, root, List.of(new StorePermission(0, 0), new StorePermission(domid, 1)));
            for (String line : List.of(
                    "/name=ffi-guest",
                    "/domid=" + domid,
                    "/store/ring-ref=" + built.storeGfn(),
                    "/store/port=1",
                    "/console/ring-ref=" + built.consoleGfn(),
                    "/console/port=2",
                    "/console/type=xenconsoled",
                    "/console/output=pty",
                    "/console/limit=1048576")) {
                int equals = line.indexOf('=');
                store.write(
                        transaction,
                        root + line.substring(0, equals),
                        line.substring(equals + 1).getBytes(StandardCharsets.UTF_8));
            }
            store.endTransaction(transaction, false);
            store.introduceDomain(domid, built.storeGfn(), 1);
            System.out.println(store.directory(0, root) + " " + store.permissions(0, root) + " "
                    + new String(store.read(0, root + "/name"), StandardCharsets.UTF_8));
            seen.await();
            store.unwatch(root, "guest");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BuiltGuest build(XenControl xen, int domid, boolean pv, String[] args) {
        xen.allocateVcpus(domid, 1);
        xen.limitMemory(domid, MEMORY_KIB + 1024);
        int store = xen.allocateUnboundPort(domid, 0);
        int console = xen.allocateUnboundPort(domid, 0);
        if (pv) {
            xen.limitMemoryMap(domid, MEMORY_KIB);
        } else {
            xen.sizePagingPool(domid, 4L * 1024 * 1024);
        }
        xen.chooseTscMode(domid, 0);
        xen.applyCpuidPolicy(domid, CpuidPolicy.standard(false, false));
        System.out.println("ports " + store + " " + console);
        GuestImage image = new GuestImage(
                domid,
                Path.of(args[1]),
                args[0].equals("hvm") ? List.of() : List.of(new GuestImage.BootModule(Path.of(args[2]))),
                args[3],
                MEMORY_KIB,
                1,
                false,
                new GuestImage.Channels(store, 0, console, 0),
                container(args[0]));

        long start = System.nanoTime();
        BuiltGuest built = xen.buildGuest(
                image,
                phase -> System.out.println("  " + (System.nanoTime() - start) / 1_000_000 + " ms " + phase.words()));
        System.out.println("built in " + (System.nanoTime() - start) / 1_000_000 + " ms");
        return built;
    }

    private static GuestImage.Container container(String kind) {
        return switch (kind) {
            case "pv" -> new GuestImage.Pv("");
            case "pvh" -> new GuestImage.Pvh(GuestImage.Layout.pvh(MEMORY_KIB, MEMORY_KIB), GuestImage.AcpiTables.NONE);
            default ->
                new GuestImage.Hvm(
                        GuestImage.Layout.hvm(MEMORY_KIB, MEMORY_KIB, 0),
                        true,
                        1,
                        firmware(),
                        Blob.of(new byte[100]),
                        Blob.EMPTY);
        };
    }

    private static Blob firmware() {
        try {
            return Blob.of(Files.readAllBytes(Path.of("/usr/share/seabios/bios-256k.bin")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
