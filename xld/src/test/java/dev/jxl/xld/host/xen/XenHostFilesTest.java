package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.HostFiles.KernelKind;
import dev.jxl.xld.host.HostFiles.PathKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class XenHostFilesTest {
    private static final DomainId DOMAIN = new DomainId(7);
    private static final DomainUuid UUID = DomainUuid.parse("6B29FC40-CA47-1067-B31D-00DD010662DA");

    private final KernelLane lane = new KernelLane();

    @TempDir
    Path dir;

    @AfterEach
    void close() {
        lane.close();
    }

    private static Stream<String> names(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(f -> f.getFileName().toString()).toList().stream();
        }
    }

    @Test
    void userdata_standsWhereXlLooks_readableByItsOwnerOnly() throws IOException {
        XenHostFiles files = new XenHostFiles(lane, dir);
        files.writeUserdata(DOMAIN, UUID, "{\"a\": 1}");
        files.writeUserdata(DOMAIN, UUID, "{\"a\": 2}");
        Path expected = dir.resolve("userdata-d.7.6b29fc40-ca47-1067-b31d-00dd010662da.libxl-json");
        assertThat(Files.getPosixFilePermissions(expected)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(names(dir)).as("no lock and no half-written file stays").hasSize(1);
        assertThat(files.findUserdata(DOMAIN, UUID)).contains("{\"a\": 2}");
        assertThat(Files.readString(expected))
                .as("libxl reads it as a C string")
                .isEqualTo("{\"a\": 2}\0");
    }

    @Test
    void removal_takesAllOfOneDomain_andNothingOfAnother() throws IOException {
        XenHostFiles files = new XenHostFiles(lane, dir);
        files.writeUserdata(DOMAIN, UUID, "{}");
        Files.writeString(dir.resolve("userdata-d.7." + UUID + ".xl"), "");
        for (String state : List.of("qemu-save.7", "qemu-resume.7", "qemu-reset.7")) {
            Files.writeString(dir.resolve(state), "");
        }
        Files.writeString(dir.resolve("qemu-save.77"), "");
        files.writeUserdata(new DomainId(77), UUID, "{}");
        files.removeUserdata(DOMAIN, UUID);
        files.removeUserdata(DOMAIN, UUID);
        assertThat(names(dir)).containsExactlyInAnyOrder("qemu-save.77", "userdata-d.77." + UUID + ".libxl-json");
        assertThat(files.findUserdata(DOMAIN, UUID)).isEmpty();
    }

    @Test
    void lock_isWaitedForUntilItsHolderRemovesIt() throws Exception {
        Path file = dir.resolve("lock");
        Thread second;
        try (UserdataLock first = UserdataLock.take(file)) {
            assertThat(first).isNotNull();
            second = Thread.ofPlatform().start(() -> {
                try (UserdataLock lock = UserdataLock.take(file)) {
                    assertThat(lock).isNotNull();
                    Files.writeString(dir.resolve("second"), "had it");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(second.join(java.time.Duration.ofMillis(200))).isFalse();
        }
        second.join();
        assertThat(dir.resolve("second")).exists();
        assertThat(file).doesNotExist();
    }

    @Test
    void pathsAndKernels_areToldApart() throws IOException {
        XenHostFiles files = new XenHostFiles(lane, dir);
        Path file = Files.writeString(dir.resolve("f"), "text");
        assertThat(files.inspect(file)).isEqualTo(PathKind.FILE);
        assertThat(files.inspect(dir)).isEqualTo(PathKind.OTHER);
        assertThat(files.inspect(dir.resolve("none"))).isEqualTo(PathKind.MISSING);
        assertThat(files.inspectKernel(dir.resolve("none"))).isEqualTo(KernelKind.MISSING);
        assertThat(files.inspectKernel(dir)).isEqualTo(KernelKind.UNREADABLE);
        assertThat(files.inspectKernel(file)).isEqualTo(KernelKind.NOT_A_KERNEL);
    }
}
