package dev.jxl.xld.host.xen;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenctrl.libc.LibC;
import dev.jxl.xenctrl.libc.SystemCallFailed;
import dev.jxl.xld.api.ToolstackException.BuildFailed;
import dev.jxl.xld.api.ToolstackException.HostUnsupported;
import dev.jxl.xld.host.Bootloader;
import dev.jxl.xld.host.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Bootloaders as processes: with a user, a process tree, a network and limits of their own, no privilege, and no other way to the
 * disk than a loop device that only reads. What they leave is taken when they, and all that they started, have ended. Two that run
 * at once have the same user: neither finds the other's folder, whose name is a secret, or sees its processes.
 *
 * @source tools/libs/light/libxl_bootloader.c: make_bootloader_args, libxl__bootloader_run
 */
final class XenBootloader implements Bootloader {
    private static final System.Logger LOG = System.getLogger(XenBootloader.class.getName());
    private static final String PREFIX = "jxl-boot.";
    private static final String STANDARD_USER = "jxl-boot";
    private static final int MOST_RESULT = 64 * 1024;

    /** What ends one also ends its children: they are in a process tree of their own. */
    private static final List<String> LOCKED_UP =
            List.of("/usr/bin/unshare", "--net", "--ipc", "--pid", "--mount-proc", "--fork", "--kill-child=KILL", "--");

    private static final List<String> LIMITED = List.of(
            "/usr/bin/prlimit",
            "--fsize=268435456",
            "--as=2147483648",
            "--core=0",
            "--nofile=256",
            "--nproc=64",
            "--cpu=120",
            "--");

    private final KernelLane lane;
    private final Path places;
    private final List<Path> programs;
    private final XenHotplugScripts processes;

    /**
     * On a host; what an earlier jxld left is removed.
     *
     * @param version Xen's: 4.20
     */
    XenBootloader(KernelLane lane, Path places, String version, XenHotplugScripts processes) {
        this.lane = lane;
        this.places = places;
        this.programs = Stream.of(
                        "/usr/lib/xen-" + version + "/bin",
                        "/usr/lib/xen/bin",
                        "/usr/libexec/xen/bin",
                        "/usr/local/sbin",
                        "/usr/local/bin",
                        "/usr/sbin",
                        "/usr/bin")
                .map(Path::of)
                .toList();
        this.processes = processes;
        try {
            Files.createDirectories(places);
            passable(places);
            try (DirectoryStream<Path> left = Files.newDirectoryStream(places, PREFIX + "*")) {
                left.forEach(XenBootloader::remove);
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "no bootloader can be run: " + places + " cannot be made or read: " + e);
        }
    }

    @Override
    public DirectBoot run(Request request) {
        Path program = program(request.program().program());
        Path place = place(request.owner());
        try {
            remove(place);
            Optional<UserPrincipal> user = user(request);
            Files.createDirectory(place, permissions("rwx------"));
            passable(place);
            Path secret = Files.createDirectory(place.resolve(UUID.randomUUID().toString()), permissions("rwx------"));
            Files.createFile(secret.resolve("result"));
            Files.createDirectory(secret.resolve("files"));
            if (user.isPresent()) {
                own(secret, user.get());
            }
            return onDisk(request, program, user, secret);
        } catch (IOException e) {
            throw new BuildFailed("running the bootloader '" + program + "'", e.toString(), e);
        } catch (SystemCallFailed e) {
            throw new BuildFailed(
                    "opening " + request.disk() + " for the bootloader", String.valueOf(e.getMessage()), e);
        }
    }

    private static FileAttribute<?> permissions(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }

    /** For those who know what is in it. Not given with the folder's making: the umask would take it back. */
    private static void passable(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }

    /** Of links, the links themselves. */
    private static void own(Path secret, UserPrincipal user) throws IOException {
        for (Path each : List.of(secret, secret.resolve("result"), secret.resolve("files"))) {
            Files.getFileAttributeView(each, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setOwner(user);
        }
    }

    private Path program(String name) {
        if (name.startsWith("/")) {
            return requireExecutable(Path.of(name));
        }
        if (name.contains("/")) {
            throw new HostUnsupported("bootloader '" + name + "' is neither a name nor an absolute path");
        }
        return programs.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new HostUnsupported("there is no bootloader '" + name + "' in " + programs.getFirst()
                        + " or in the usual folders: install it, or give its whole path"));
    }

    private static Path requireExecutable(Path program) {
        if (!Files.isExecutable(program) || Files.isDirectory(program)) {
            throw new HostUnsupported("bootloader '" + program + "' is not there or cannot be run");
        }
        return program;
    }

    /** Empty: as root, where the configuration wants it so. */
    private static Optional<UserPrincipal> user(Request request) throws IOException {
        if (!request.program().restrict().orElse(true)) {
            return Optional.empty();
        }
        String name = request.program().user().orElse(STANDARD_USER);
        try {
            UserPrincipal user =
                    Path.of("/").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
            if (name.equals("root") || name.equals("0")) {
                throw new HostUnsupported("a restricted bootloader does not run as root: name another bootloader_user");
            }
            return Optional.of(user);
        } catch (UserPrincipalNotFoundException e) {
            throw new HostUnsupported("this host has no user '" + name
                    + "' to run a bootloader as: make one, name another by bootloader_user, or trust the guest's disk with"
                    + " bootloader_restrict=0");
        }
    }

    /** The loop device, and with it the program's access, ends when its descriptor is closed. */
    private DirectBoot onDisk(Request request, Path program, Optional<UserPrincipal> user, Path secret)
            throws IOException {
        LoopDevice.Bound loop = lane.call(() -> bind(request));
        Path device = Path.of(loop.path());
        try {
            UserPrincipal before = Files.getOwner(device);
            if (user.isPresent()) {
                Files.setOwner(device, user.get());
            }
            try {
                perform(command(request, program, user, secret, device), program);
            } finally {
                Files.setOwner(device, before);
            }
            own(secret, before);
            return result(request, program, secret);
        } finally {
            lane.run(() -> LibC.close(loop.fd()));
        }
    }

    private static LoopDevice.Bound bind(Request request) {
        int disk = LibC.open(request.disk().toString(), LibC.O_RDONLY);
        try {
            return LoopDevice.bind(disk, false, new LoopMark(request.owner(), "bootloader").text());
        } finally {
            LibC.close(disk);
        }
    }

    /** A process keeps its group when only its user changes: root's here, whom half of dom0's files may be read by. */
    private String groupOf(UserPrincipal user) {
        var answer = processes.run(Path.of("/usr/bin/id"), List.of("-g", "--", user.getName()), Map.of());
        String group = answer.said().strip();
        if (!answer.succeeded() || !group.matches("[1-9][0-9]{0,9}")) {
            throw new HostUnsupported("the group of user '" + user.getName()
                    + "' to run a bootloader as is root's, or not" + " known: " + group);
        }
        return group;
    }

    private List<String> command(
            Request request, Path program, Optional<UserPrincipal> user, Path secret, Path device) {
        List<String> command = new ArrayList<>(LOCKED_UP);
        command.addAll(LIMITED);
        user.ifPresent(u -> command.addAll(List.of(
                "/usr/bin/setpriv",
                "--reuid=" + u.getName(),
                "--regid=" + groupOf(u),
                "--clear-groups",
                "--no-new-privs",
                "--inh-caps=-all",
                "--bounding-set=-all",
                "--")));
        command.add(program.toString());
        request.given().ifPresent(given -> {
            command.add("--kernel=" + given.kernel());
            given.ramdisk().ifPresent(ramdisk -> command.add("--ramdisk=" + ramdisk));
            if (!given.commandLine().isEmpty()) {
                command.add("--args=" + given.commandLine());
            }
        });
        // Nobody can answer its menu.
        command.add("--quiet");
        command.add("--output=" + secret.resolve("result"));
        command.add("--output-format=simple0");
        command.add("--output-directory=" + secret.resolve("files"));
        command.addAll(request.program().args());
        command.add(device.toString());
        return command;
    }

    private void perform(List<String> command, Path program) {
        var ended =
                processes.run(Path.of(command.getFirst()), command.subList(1, command.size()), Map.of("TERM", "vt100"));
        if (!ended.succeeded()) {
            String how =
                    ended.status().isPresent() ? "exit status " + ended.status().getAsInt() : "it was ended";
            // A guest's disk may have put it there.
            String said = Printable.lines(ended.said());
            throw new BuildFailed(
                    "running the bootloader '" + program + "'",
                    how + (said.isEmpty() ? ", and it said nothing" : "; it said: " + said),
                    null);
        }
    }

    private static DirectBoot result(Request request, Path program, Path secret) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(secret.resolve("result"), LinkOption.NOFOLLOW_LINKS)) {
            bytes = in.readNBytes(MOST_RESULT + 1);
        }
        BootloaderResult found =
                BootloaderResult.parse(bytes, MOST_RESULT, secret.resolve("files"), program.toString());
        return new DirectBoot(
                found.kernel(),
                found.ramdisk(),
                found.arguments()
                        .orElse(request.given().map(DirectBoot::commandLine).orElse("")));
    }

    private Path place(DomainUuid owner) {
        return places.resolve(PREFIX + owner);
    }

    @Override
    public void release(DomainUuid owner) {
        remove(place(owner));
    }

    /** Links in it are removed, not followed. */
    private static void remove(Path place) {
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(place)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "what a bootloader left in " + place + " cannot be removed: " + e);
        }
    }
}
