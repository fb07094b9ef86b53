package dev.jxl.xld.host.xen.dm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.ToolstackException.DeviceModelFailed;
import dev.jxl.xld.host.DeviceModel.Ended;
import dev.jxl.xld.host.DeviceModel.Launch;
import dev.jxl.xld.host.xen.qmp.FakeQemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Device models as real processes of this machine: a script stands for QEMU. */
@Timeout(120)
class XenDeviceModelTest {
    private static final DomainId DOMAIN = new DomainId(7);
    private static final DomainUuid OWNER = DomainUuid.parse("5aa47ffd-6d4c-4f3c-9f0e-6a4b3f0f1d01");
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final XenDeviceModel.Lane HERE = new XenDeviceModel.Lane() {
        @Override
        public <T> T call(Supplier<T> task) {
            return task.get();
        }
    };

    @TempDir
    Path folder;

    private final MemoryXenStore store = new MemoryXenStore();
    private final List<Ended> ended = new CopyOnWriteArrayList<>();
    private XenDeviceModel models;
    private Path qemu;

    @BeforeEach
    void makeQemu() throws IOException {
        Files.createDirectories(folder.resolve("run"));
        qemu = script("qemu", "echo \"hello from $XEN_DOMAIN_ID\"; printf 'bell\\a\\n' >&2; exec -a \"$0\" sleep 600");
        models = fresh();
        models.onEnd(ended::add);
    }

    @AfterEach
    void endAll() {
        models.stop(DOMAIN, OWNER);
        models.close();
        store.close();
    }

    private Path script(String name, String body) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/bash\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private XenDeviceModel fresh() {
        return new XenDeviceModel(
                new XenDeviceModel.Places(Path.of("/proc"), folder.resolve("run"), folder.resolve("log"), folder),
                HERE,
                HERE,
                store,
                "4.20");
    }

    private Launch launch(String... arguments) {
        return new Launch(
                DOMAIN,
                OWNER,
                "guest",
                List.of(arguments),
                Map.of("XEN_DOMAIN_ID", "7"),
                Optional.empty(),
                Optional.empty());
    }

    private long started() {
        long pid = models.start(launch(qemu.toString(), "-xen-domid", "7"));
        await().atMost(SOON).until(() -> models.lastWords(DOMAIN, OWNER).contains("bell"));
        return pid;
    }

    /** An ended process is there until its parent, this JVM, has taken notice. */
    private static void awaitReaped(long pid) {
        await().atMost(SOON)
                .until(() -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    @Test
    void started_runsAndIsSeen() {
        long pid = started();

        assertThat(models.look(DOMAIN, OWNER).running()).isTrue();
        assertThat(models.look(DOMAIN, OWNER).pid()).isEqualTo(pid);
        assertThat(models.lastWords(DOMAIN, OWNER)).isEqualTo("hello from 7\nbell?");
        assertThat(models.look(new DomainId(8), OWNER).running()).isFalse();
    }

    @Test
    void killed_isToldWithinASecondWithItsLastWords() {
        long pid = started();
        kill(pid);

        await().atMost(Duration.ofSeconds(1)).until(() -> !ended.isEmpty());
        assertThat(ended).containsExactly(new Ended(DOMAIN, OWNER, "hello from 7\nbell?"));
        assertThat(models.look(DOMAIN, OWNER).running()).isFalse();
    }

    @Test
    void stopped_isGoneAndNotToldAsAnEnd() throws IOException {
        long pid = started();
        Files.writeString(folder.resolve("run/qmp-libxl-7"), "");
        assertThat(models.stop(DOMAIN, OWNER)).isTrue();

        awaitReaped(pid);
        assertThat(models.look(DOMAIN, OWNER).running()).isFalse();
        assertThat(folder.resolve("run")).isEmptyDirectory();
        assertThat(models.stop(DOMAIN, OWNER)).isTrue();
        assertThat(ended).isEmpty();
    }

    @Test
    void deafToRequests_isEndedByForce() throws IOException {
        Path deaf = script("deaf", "trap '' TERM; echo ready; exec 3<> <(:); while :; do read -t 600 -u 3; done");
        long pid = models.start(launch(deaf.toString(), "-xen-domid", "7"));
        await().atMost(SOON).until(() -> models.lastWords(DOMAIN, OWNER).contains("ready"));
        assertThat(models.stop(DOMAIN, OWNER)).isFalse();

        awaitReaped(pid);
    }

    @Test
    void nextJxld_findsItByItsMarkAndNoticesItsEnd() {
        long pid = started();
        models.close();
        models = fresh();
        models.onEnd(ended::add);

        assertThat(models.look(DOMAIN, OWNER).pid()).isEqualTo(pid);
        assertThat(models.look(DOMAIN, DomainUuid.parse("5aa47ffd-6d4c-4f3c-9f0e-6a4b3f0f1d02"))
                        .running())
                .isFalse();
        kill(pid);
        await().atMost(SOON).until(() -> !ended.isEmpty());
    }

    @Test
    void oneOfXl_isFoundByXenstoreWhenItsArgumentsAgree() throws IOException {
        Process ofXl = new ProcessBuilder("bash", "-c", "exec -a qemu sleep 600", "-xen-domid", "7").start();
        // exec drops the shell's arguments, so a shell that stays stands for QEMU here
        Process really =
                new ProcessBuilder("bash", "-c", "exec 3<> <(:); read -t 600 -u 3", "x", "-xen-domid", "7").start();
        store.write("/local/domain/7/image/device-model-pid", Long.toString(ofXl.pid()));
        await().atMost(SOON).until(() -> ofXl.info().command().orElse("").endsWith("sleep"));
        assertThat(models.look(DOMAIN, OWNER).running())
                .as("not a QEMU of domain 7")
                .isFalse();

        store.write("/local/domain/7/image/device-model-pid", Long.toString(really.pid()));
        assertThat(models.look(DOMAIN, OWNER).pid()).isEqualTo(really.pid());
        models.stop(DOMAIN, OWNER);
        awaitReaped(really.pid());
        assertThat(ofXl.isAlive()).isTrue();
        ofXl.destroyForcibly();
    }

    @Test
    void missingProgram_isToldAndNothingRuns() {
        assertThatThrownBy(() -> models.start(launch("/nonexistent/qemu")))
                .isInstanceOf(DeviceModelFailed.class)
                .hasMessageContaining("domain 7 ('guest')")
                .hasMessageContaining("'/nonexistent/qemu' is not there");
        assertThat(models.look(DOMAIN, OWNER).running()).isFalse();
    }

    @Test
    void logsOfEarlierOnes_areKept() {
        started();
        models.stop(DOMAIN, OWNER);
        started();
        assertThat(folder.resolve("log/qemu-dm-guest.log.1")).content().contains("hello");
    }

    @Test
    void askedWhereNobodyListens_saysSo() {
        assertThatThrownBy(() -> models.ask(DOMAIN, "query-status", Map.of()))
                .isInstanceOf(DeviceModelFailed.class)
                .hasMessageContaining("asking the device model of domain 7 for 'query-status' failed");
    }

    @Test
    void askedSeveralThings_greetsOnce() throws IOException {
        try (FakeQemu qemu = new FakeQemu(
                folder.resolve("run/qmp-libxl-7"),
                FakeQemu.GREETING,
                line -> "{\"return\": \"%s\", \"id\": \"ID\"}\r\n".formatted(line.contains("vnc") ? "vnc" : "ttys"))) {
            assertThat(models.askAll(DOMAIN, List.of("query-chardev", "query-vnc")))
                    .containsExactly("ttys", "vnc");
            assertThat(qemu.heard).hasSize(3);
            assertThat(qemu.heard.getFirst()).contains("qmp_capabilities");
        }
    }

    @Test
    void refusedOneOfSeveral_namesIt() throws IOException {
        try (FakeQemu _ = new FakeQemu(
                folder.resolve("run/qmp-libxl-7"),
                FakeQemu.GREETING,
                line -> line.contains("query-vnc")
                        ? "{\"error\": {\"desc\": \"no screen\"}, \"id\": \"ID\"}\r\n"
                        : "{\"return\": [], \"id\": \"ID\"}\r\n")) {
            assertThatThrownBy(() -> models.askAll(DOMAIN, List.of("query-chardev", "query-vnc")))
                    .isInstanceOf(DeviceModelFailed.class)
                    .hasMessageContaining("for 'query-vnc'")
                    .hasMessageContaining("no screen");
        }
    }

    @Test
    void help_isAskedOnceForAnOption() throws IOException {
        Path helping = script("helping", "echo run >>" + folder + "/runs; echo '-run-with [chroot=dir]'");
        assertThat(models.understands(helping.toString(), "-run-with")).isTrue();
        assertThat(models.understands(helping.toString(), "-other")).isFalse();
        assertThat(folder.resolve("runs")).content().isEqualTo("run\n");
    }
}
