package dev.jxl.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** What can be seen of a host without jxld, by anybody: whether jxld can run here, and whether this user may speak to it. */
final class HostChecks {
    private static final String ERROR = "error";
    private static final int FIRST_MINOR = 17;
    private static final int LAST_MINOR = 22;

    /** The start of a process, counted from behind its name. */
    private static final int START_TIME = 19;

    private static final int TICKS = 100;
    private static final List<String> LIBRARIES =
            List.of("usr/lib/x86_64-linux-gnu", "usr/lib64", "usr/lib", "usr/local/lib", "usr/local/lib64", "lib64");

    private final Path root;
    private final Path socket;
    private final List<HostFinding> found = new ArrayList<>();

    /**
     * For a host.
     *
     * @param root "/", or a test's folder
     * @param socket where jxld should listen
     */
    HostChecks(Path root, Path socket) {
        this.root = root;
        this.socket = socket;
    }

    /** Looks, when jxld has answered. */
    List<HostFinding> beside() {
        group();
        if (found.isEmpty()) {
            socketsGroup();
        }
        version();
        outdated();
        consoled();
        bridges();
        return List.copyOf(found);
    }

    /**
     * Looks, when jxld cannot be asked.
     *
     * @param denied whether it is the user who may not
     */
    List<HostFinding> alone(boolean denied) {
        if (xen()) {
            daemon("xenstored", Set.of("xenstored", "oxenstored"), "xenstored", "nothing that concerns guests works");
            consoled();
            bridges();
        }
        group();
        if (denied) {
            membership();
        } else {
            jxld();
        }
        return List.copyOf(found);
    }

    private void add(String code, String severity, String object, String meaning, String advice) {
        found.add(HostFinding.of(code, severity, object, meaning, advice));
    }

    /** @source Linux: drivers/xen/sys-hypervisor.c; drivers/xen/xenfs/super.c: capabilities */
    private boolean xen() {
        if (!text("sys/hypervisor/type").equals("xen")) {
            add(
                    "not-on-xen",
                    ERROR,
                    "/sys/hypervisor/type",
                    "this machine does not run on Xen",
                    "boot the entry with Xen from the boot menu; on Debian the package xen-hypervisor-amd64 makes it");
            return false;
        }
        if (!text("proc/xen/capabilities").contains("control_d") || !Files.exists(root.resolve("dev/xen/privcmd"))) {
            add(
                    "not-dom0",
                    ERROR,
                    "/proc/xen/capabilities",
                    "this is a guest of Xen, or xenfs is not mounted or the module xen-privcmd not loaded",
                    "jxl works in dom0 only; there, 'mount -t xenfs xenfs /proc/xen' and 'modprobe xen-privcmd'");
            return false;
        }
        version();
        return true;
    }

    private void version() {
        String major = text("sys/hypervisor/version/major");
        String minor = text("sys/hypervisor/version/minor");
        String version = major + "." + minor;
        boolean known = major.equals("4")
                && isNumber(minor)
                && Integer.parseInt(minor) >= FIRST_MINOR
                && Integer.parseInt(minor) <= LAST_MINOR;
        if (!known) {
            add(
                    "xen-version-unknown",
                    ERROR,
                    "Xen " + version,
                    "jxl knows Xen 4." + FIRST_MINOR + " to 4." + LAST_MINOR,
                    "install one of them, or a newer jxl");
            return;
        }
        String library = "libxenctrl.so." + version;
        if (LIBRARIES.stream().noneMatch(folder -> Files.exists(root.resolve(folder + "/" + library)))) {
            Set<String> others = new TreeSet<>();
            LIBRARIES.forEach(folder -> names(folder, "libxenctrl.so.4.*").forEach(others::add));
            add(
                    "xen-libraries-mismatch",
                    ERROR,
                    library,
                    "Xen " + version + " runs, and its libraries are not installed"
                            + (others.isEmpty() ? "" : "; there is " + String.join(", ", others)),
                    others.isEmpty()
                            ? "install the package libxenmisc" + version
                            : "reboot, if Xen was updated since the last boot; otherwise install the package libxenmisc"
                                    + version);
        }
    }

    /** Whether jxld runs from older files than those that are installed: what an update without a restart leaves. */
    private void outdated() {
        for (String process : names("proc", "[0-9]*")) {
            String[] words = whole("proc/" + process + "/cmdline").split("\0", -1);
            int main = List.of(words).indexOf("dev.jxl.xld.Main");
            if (main > 0 && newest(words[main - 1].split(":", -1)) > startSeconds(process)) {
                add(
                        "jxld-outdated",
                        "warning",
                        "process " + process,
                        "jxl was updated after jxld had started: jxl and jxld may be of different versions",
                        "'systemctl restart jxld'; guests run on meanwhile");
            }
        }
    }

    /** When the newest of some files was put there, in seconds of the epoch: what is in a package has an older time of its own. */
    private long newest(String[] files) {
        long newest = 0;
        for (String file : files) {
            try {
                Path path = root.resolve(file.startsWith("/") ? file.substring(1) : file);
                if (Files.getAttribute(path, "unix:ctime") instanceof FileTime time) {
                    newest = Math.max(newest, time.to(TimeUnit.SECONDS));
                }
            } catch (IOException | RuntimeException unknown) {
                // A file that is not there any more is no newer one.
            }
        }
        return newest;
    }

    /** @source Linux: fs/proc/array.c: do_task_stat (start_time, in hundredths of a second since the boot) */
    private long startSeconds(String process) {
        String stat = whole("proc/" + process + "/stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        String boot = field(lines("proc/stat"), "btime ");
        boolean known = fields.length > START_TIME && isDigits(fields[START_TIME]) && isDigits(boot);
        return known ? Long.parseLong(boot) + Long.parseLong(fields[START_TIME]) / TICKS : Long.MAX_VALUE;
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean isNumber(String text) {
        return isDigits(text) && text.length() <= 2;
    }

    private void consoled() {
        daemon(
                "xenconsoled",
                Set.of("xenconsoled"),
                "xenconsoled",
                "nobody serves the consoles of guests, and new guests cannot be started");
    }

    private void daemon(String code, Set<String> names, String service, String meaning) {
        for (String process : names("proc", "[0-9]*")) {
            if (names.contains(text("proc/" + process + "/comm"))) {
                return;
            }
        }
        add(
                code + "-not-running",
                ERROR,
                service,
                meaning,
                "'systemctl start " + service + "', and 'journalctl -u " + service + "' says why it ended");
    }

    private void bridges() {
        for (String name : names("sys/class/net", "*")) {
            if (Files.isDirectory(root.resolve("sys/class/net/" + name + "/bridge"))) {
                return;
            }
        }
        add(
                "no-bridge",
                "note",
                "network",
                "dom0 has no bridge: guests with network cards cannot be started",
                "make one, called xenbr0 where configurations name none; on Debian in /etc/network/interfaces");
    }

    private Optional<String[]> jxlGroup() {
        return lines("etc/group").stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length == 4 && fields[0].equals("jxl"))
                .findFirst();
    }

    private void group() {
        if (jxlGroup().isEmpty()) {
            add(
                    "group-missing",
                    "warning",
                    "group jxl",
                    "there is no such group: only root can use jxl",
                    "'systemd-sysusers' makes it, as the package's installation does; then 'systemctl restart jxld'");
        }
    }

    private void membership() {
        List<String> status = lines("proc/self/status");
        String groups = field(status, "Groups:");
        String user = userName(field(status, "Uid:").split("\\s+", 2)[0]);
        Optional<String[]> group = jxlGroup();
        boolean active = group.isPresent() && List.of(groups.split("\\s+", -1)).contains(group.get()[2]);
        boolean listed =
                group.isPresent() && List.of(group.get()[3].split(",", -1)).contains(user);
        if (active) {
            add(
                    "socket-group",
                    ERROR,
                    socket.toString(),
                    "you are in group jxl, and may not use the socket all the same: its group or that of its folder is"
                            + " another one",
                    "'systemd-tmpfiles --create' and 'systemctl restart jxld' set them right");
        } else {
            add(
                    "user-not-in-group",
                    ERROR,
                    "user " + user,
                    listed
                            ? "you were made a member of group jxl after you had logged in"
                            : "only root and members of group jxl may use jxl",
                    listed ? "log in again" : "'usermod -aG jxl " + user + "' as root, and log in again");
        }
    }

    private String userName(String uid) {
        return lines("etc/passwd").stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length > 2 && fields[2].equals(uid))
                .map(fields -> fields[0])
                .findFirst()
                .orElse(uid);
    }

    private static String field(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElse("");
    }

    private void jxld() {
        boolean there = Files.exists(socket);
        add(
                there ? "socket-stale" : "jxld-not-running",
                ERROR,
                socket.toString(),
                there
                        ? "the socket is there, and nobody listens on it: jxld has ended or is just starting"
                        : "jxld is not running",
                "'systemctl start jxld'; 'journalctl -u jxld' says why it ended. Guests run on meanwhile");
    }

    private void socketsGroup() {
        try {
            String group = Files.readAttributes(socket, PosixFileAttributes.class)
                    .group()
                    .getName();
            if (!group.equals("jxl")) {
                add(
                        "socket-group",
                        "warning",
                        socket.toString(),
                        "its group is " + group + " instead of jxl: only root can use jxl",
                        "'systemd-tmpfiles --create' and 'systemctl restart jxld' set it right");
            }
        } catch (IOException e) {
            add(
                    "socket-group",
                    "warning",
                    socket.toString(),
                    "its group cannot be seen: " + e.getMessage(),
                    "'systemctl restart jxld' makes it anew");
        }
    }

    private String text(String file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? "" : lines.getFirst().strip();
    }

    private String whole(String file) {
        try {
            return new String(Files.readAllBytes(root.resolve(file)), StandardCharsets.ISO_8859_1);
        } catch (IOException none) {
            return "";
        }
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException none) {
            return List.of();
        }
    }

    private List<String> names(String folder, String pattern) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(folder), pattern)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (IOException none) {
            return List.of();
        }
        return names;
    }
}
