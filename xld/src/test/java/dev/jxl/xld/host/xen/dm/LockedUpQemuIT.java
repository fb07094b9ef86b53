package dev.jxl.xld.host.xen.dm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.ToolstackException.DeviceModelFailed;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real QEMU, without Xen, in an empty root and, where the test may, as another user: what is handed to it open, it plays.
 * Needs src/test/packages.txt.
 */
@Timeout(120)
class LockedUpQemuIT {
    private static final DomainId DOMAIN = new DomainId(7);
    private static final String QEMU = "/usr/bin/qemu-system-x86_64";
    private static final String DRIVE = "ide-5632";
    private static final Map<String, String> INTO_DRIVE = Map.of("id", DRIVE, "format", "raw");
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Monitors monitors;
    private Process qemu;

    @BeforeEach
    void start() throws IOException {
        assertThat(Path.of(QEMU)).as("see xld's src/test/packages.txt").exists();
        Path root = Files.createDirectory(folder.resolve("root"));
        List<String> command = new ArrayList<>(List.of(QEMU, "-S", "-nodefaults", "-no-user-config"));
        command.addAll(List.of("-display", "none", "-machine", "pc", "-accel", "tcg", "-m", "16"));
        command.addAll(List.of("-chardev", "socket,id=m,path=" + folder + "/qmp-libxl-7,server=on,wait=off", "-mon"));
        command.addAll(List.of("chardev=m,mode=control", "-drive", "if=none,readonly=on,id=" + DRIVE, "-device"));
        command.add("ide-cd,id=" + DRIVE + ",drive=" + DRIVE + ",bus=ide.1,unit=0");
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-run-with", "chroot=" + root + ",user=nobody"));
        }
        qemu = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        monitors = new Monitors(folder);
        await().atMost(SOON).until(this::answers);
    }

    private boolean answers() throws IOException {
        if (!qemu.isAlive()) {
            return fail("QEMU has ended: " + Files.readString(folder.resolve("log")));
        }
        try {
            return monitors.ask(DOMAIN, "query-status", Map.of()) instanceof Map<?, ?>;
        } catch (DeviceModelFailed notYet) {
            return false;
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        qemu.destroyForcibly().waitFor();
    }

    private Path medium(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text + "\0".repeat(40_960 - text.length()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private Object insert(Path medium) {
        return monitors.askWithFile(DOMAIN, HandedFile.open(medium), "blockdev-change-medium", INTO_DRIVE);
    }

    /** What is in the drive, as QEMU reads it: its monitor prints to its log. */
    private void requireInDrive(char first) throws IOException {
        monitors.ask(
                DOMAIN,
                "human-monitor-command",
                Map.of("command-line", "qemu-io " + DRIVE + " \"read -P " + (int) first + " 0 1\""));
        assertThat(Files.readString(folder.resolve("log")))
                .contains("read 1/1 bytes")
                .doesNotContain("verification failed")
                .doesNotContain("rror");
        Files.writeString(folder.resolve("log"), "");
    }

    private Object ask(String command) {
        return monitors.ask(DOMAIN, command, Map.of());
    }

    private long filesOpenHere(Path file) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(fd -> {
                        try {
                            return Files.readSymbolicLink(fd).equals(file);
                        } catch (IOException gone) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    void handedFile_isPlayed_andTheNextOne_andNothingIsKept() throws IOException {
        Path one = medium("1.iso", "1 is in");
        Path two = medium("2.iso", "2 is in");
        insert(one);
        requireInDrive('1');
        insert(two);
        requireInDrive('2');
        assertThat(filesOpenHere(one) + filesOpenHere(two)).isZero();

        monitors.ask(DOMAIN, "eject", Map.of("id", DRIVE));
        assertThat(ask("query-fdsets")).isEqualTo(List.of());
        assertThat(ask("query-block").toString()).doesNotContain("inserted");
    }

    @Test
    void handedBlockDevice_isPlayed() throws Exception {
        Path file = medium("3.img", "3 is in");
        String loop = run("losetup", "-f", "--show", "-r", file.toString());
        try {
            insert(Path.of(loop));
            requireInDrive('3');
        } finally {
            run("losetup", "-d", loop);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), said).isZero();
        return said.strip();
    }

    @Test
    void state_isWrittenToAHandedFile_andAllGoesOnAfterwards() throws IOException {
        insert(medium("1.iso", "1 is in"));
        Path state = Files.writeString(folder.resolve("state"), "of an earlier one".repeat(100_000));
        Object _ = ask("stop");
        Object _ =
                monitors.askWithFile(DOMAIN, HandedFile.make(state), "xen-save-devices-state", Map.of("live", false));
        try (InputStream saved = Files.newInputStream(state)) {
            assertThat(saved.readNBytes(4)).asString(StandardCharsets.US_ASCII).isEqualTo("QEVM");
        }
        assertThat(Files.readString(state, StandardCharsets.ISO_8859_1)).doesNotContain("of an earlier one");
        Object _ = ask("cont");
        requireInDrive('1');
    }

    @Test
    void whatQemuRefuses_isToldAndKeepsNoFile() throws IOException {
        Path one = medium("1.iso", "1 is in");
        assertThatThrownBy(() -> monitors.askWithFile(
                        DOMAIN, HandedFile.open(one), "blockdev-change-medium", Map.of("id", "ide-0", "format", "raw")))
                .isInstanceOf(DeviceModelFailed.class)
                .hasMessageContaining("for 'blockdev-change-medium'")
                .hasMessageContaining("ide-0");
        assertThat(ask("query-fdsets")).isEqualTo(List.of());
        assertThat(filesOpenHere(one)).isZero();
    }

    @Test
    void missingFile_isToldAndNothingIsAsked() {
        Path none = folder.resolve("none.iso");
        assertThatThrownBy(() -> insert(none))
                .isInstanceOf(FileFailed.class)
                .hasMessageContaining("'" + none + "' cannot be opened")
                .hasMessageContaining("ENOENT");
    }
}
