package dev.jxl.xld.host.xen.dm;

import dev.jxl.xld.host.DeviceModel.Launch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts QEMU. For platform threads. */
final class QemuStart {
    private static final System.Logger LOG = System.getLogger(QemuStart.class.getName());
    private static final int HELP_SECONDS = 30;
    private static final int MOST_HELP_BYTES = 1 << 20;

    /**
     * Of xl's limits all but that of a file's size: its 256 KiB end QEMU 10 with SIGXFSZ as soon as it starts. What it can write to is its log, the
     * file of its state, and its disks.
     *
     * @source tools/libs/light/libxl_linux.c: libxl__local_dm_preexec_restrict
     */
    private static final List<String> LOCKED_UP = List.of(
            "/usr/bin/unshare",
            "--mount",
            "--ipc",
            "/usr/bin/prlimit",
            "--fsize=67108864",
            "--core=0",
            "--msgqueue=0",
            "--locks=0",
            "--memlock=0");

    private final QemuLog log;
    private final Map<Program, String> helps = new HashMap<>();

    private record Program(String path, FileTime time, long size) {}

    QemuStart(QemuLog log) {
        this.log = log;
    }

    /** Starts it; gives its process id. */
    long start(Launch launch) throws IOException {
        String program = launch.command().getFirst();
        if (!Files.isExecutable(Path.of(program))) {
            throw new IOException("'" + program + "' is not there or cannot be run");
        }
        List<String> command = new ArrayList<>();
        // A session of its own: what ends jxld's terminal does not end guests.
        command.add("/usr/bin/setsid");
        if (launch.restriction().isPresent()) {
            command.addAll(LOCKED_UP);
        }
        command.addAll(launch.command());
        Path file = log.fresh(launch.name());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectInput(launch.input().orElse(Path.of("/dev/null")).toFile())
                .redirectOutput(file.toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        environment.putAll(launch.environment());
        environment.put(Marked.VARIABLE, Marked.mark(launch.domain(), launch.owner()));
        if (launch.restriction().isPresent()) {
            Files.createDirectory(Path.of(launch.restriction().get().root()));
        }
        long pid = builder.start().pid();
        makeUsualVictim(pid);
        return pid;
    }

    /** jxld itself is spared when memory runs out; its guests' device models are treated as xl's are. */
    private static void makeUsualVictim(long pid) {
        try {
            Files.writeString(Path.of("/proc/" + pid + "/oom_score_adj"), "0");
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the memory killer's mark of process " + pid + " stays as it is", e);
        }
    }

    /** Whether a QEMU's help tells of an option. */
    synchronized boolean understands(String qemu, String option) {
        try {
            Path file = Path.of(qemu);
            Program program = new Program(qemu, Files.getLastModifiedTime(file), Files.size(file));
            String help = helps.get(program);
            if (help == null) {
                help = help(qemu);
                helps.put(program, help);
            }
            return help.lines().anyMatch(line -> line.strip().startsWith(option));
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String help(String qemu) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(qemu, "--help")
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readNBytes(MOST_HELP_BYTES), StandardCharsets.UTF_8);
        if (!process.waitFor(HELP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return text;
    }
}
