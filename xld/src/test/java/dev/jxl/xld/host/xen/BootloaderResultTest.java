package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xld.api.ToolstackException.BuildFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bootloader that a guest's disk has taken over names what it likes. */
class BootloaderResultTest {
    @TempDir
    Path folder;

    @BeforeEach
    void files() throws IOException {
        Files.writeString(folder.resolve("k"), "kernel");
        Files.writeString(folder.resolve("r"), "ramdisk");
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc/shadow"));
        Files.createDirectory(folder.resolve("d"));
    }

    private BootloaderResult parse(String text) {
        return BootloaderResult.parse(
                text.replace("DIR", folder.toString()).getBytes(StandardCharsets.UTF_8), 65536, folder, "pygrub");
    }

    @Test
    void kernelRamdiskAndArguments_areTaken() {
        BootloaderResult found = parse("kernel DIR/k\0ramdisk DIR/r\0args root=/dev/xvda1 quiet\0");
        assertThat(found.kernel()).isEqualTo(folder.resolve("k"));
        assertThat(found.ramdisk()).contains(folder.resolve("r"));
        assertThat(found.arguments()).contains("root=/dev/xvda1 quiet");
        assertThat(parse("kernel DIR/k").arguments()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "kernel",
                "kernel ",
                "kernel /etc/shadow",
                "kernel DIR/link",
                "kernel DIR/d",
                "kernel DIR/../k",
                "kernel DIR/none",
                "kernel DIR/k\0ramdisk /etc/shadow",
                "kernel DIR/k\0args a\nb",
                "ramdisk DIR/r"
            })
    void anythingElse_isRefused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(BuildFailed.class).hasMessageContaining("'pygrub'");
    }

    @Test
    void folderOrFileThatIsSomewhereElseToo_isRefused() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-elsewhere"));
        Path secret = Files.writeString(elsewhere.resolve("k"), "secret");
        Files.createLink(folder.resolve("hard"), secret);
        assertThatThrownBy(() -> parse("kernel DIR/hard")).hasMessageContaining("not a plain one");

        Files.delete(secret);
        Files.writeString(secret, "secret");
        Path moved = Files.createSymbolicLink(elsewhere.resolve("files"), folder);
        byte[] named = ("kernel " + moved.resolve("k")).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> BootloaderResult.parse(named, 65536, moved, "pygrub"))
                .hasMessageContaining("not a plain one");
    }

    @Test
    void tooMuch_isRefused() {
        assertThatThrownBy(() -> parse("kernel DIR/k\0args " + "x".repeat(70_000)))
                .hasMessageContaining("65536");
        assertThatThrownBy(() -> parse("kernel DIR/k\0args " + "x".repeat(5000)))
                .hasMessageContaining("too long");
    }
}
