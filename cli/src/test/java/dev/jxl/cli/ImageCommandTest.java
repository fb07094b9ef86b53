package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.cli.SimulatedJxld.Result;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images are read by jxl alone: no jxld runs in this test. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ImageCommandTest {
    @TempDir
    private Path folder;

    private Path nowhere;

    @BeforeEach
    void noDaemon() {
        nowhere = folder.resolve("no.sock");
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ImageCommandTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private Path file(String name) throws IOException {
        return Files.write(folder.resolve(name), resource(name));
    }

    private Result inspect(Path file, String... options) {
        String[] args = Arrays.copyOf(new String[] {"image", "inspect", file.toString()}, 3 + options.length);
        System.arraycopy(options, 0, args, 3, options.length);
        return SimulatedJxld.run(nowhere, args);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pvh", "pv"})
    void aGoodImage_isToldInText(String name) throws IOException {
        Result result = inspect(file(name + ".save"), "--verify");
        String told = result.out().replace(folder.toString(), "/srv");
        if (Boolean.getBoolean("jxl.write-golden")) {
            Files.writeString(Path.of("src/test/resources/dev/jxl/cli/" + name + ".txt"), told);
        }
        assertThat(told).isEqualTo(new String(resource(name + ".txt"), StandardCharsets.UTF_8));
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
    }

    @Test
    void aBrokenImage_isToldWithItsErrorsAndItsOwnExitCode() throws IOException {
        byte[] whole = resource("pvh.save");
        Path cut = Files.write(folder.resolve("cut.save"), Arrays.copyOf(whole, whole.length - 3));
        Result result = inspect(cut);
        String error = "offset " + (whole.length - 3)
                + ", libxl record 2 (END, from " + (whole.length - 8)
                + "): the image ends here, in the middle of this record";
        assertThat(result.out()).endsWith("\nErrors:\n  " + error + "\n").contains(", broken\n");
        assertThat(result.err()).isEqualTo("jxl: image: " + cut + " is broken: " + error + "\n");
        assertThat(result.code()).isEqualTo(18);
        assertThat(inspect(cut, "-o", "json").code()).isEqualTo(18);
    }

    @Test
    void json_isForPrograms() throws IOException {
        Result result = inspect(file("pvh.save"), "-o", "json");
        JsonObject report = JsonReader.object(result.out());
        assertThat(report.text("format")).isEqualTo("xl");
        assertThat(report.flag("sound")).isTrue();
        assertThat(report.flag("verified")).isFalse();
        assertThat(result.code()).isZero();
    }

    @Test
    void textsOfAnImage_doNotSteerTheTerminal() throws IOException {
        String image = new String(resource("pvh.save"), StandardCharsets.ISO_8859_1);
        byte[] bad = image.replaceFirst("\"kernel\"", "\"k\\\\u001b\"").getBytes(StandardCharsets.ISO_8859_1);
        Result result = inspect(Files.write(folder.resolve("bad.save"), bad));
        assertThat(result.out() + result.err()).doesNotContain("\u001b");
    }

    @Test
    void whatIsNoImage_isTold() throws IOException {
        Result result = inspect(Files.writeString(folder.resolve("guest.cfg"), "name = 'guest'\n"));
        assertThat(result.code()).isEqualTo(18);
        assertThat(result.err()).contains("it begins neither as an xl save file nor as a libxl or libxc stream");
        assertThat(inspect(Files.createFile(folder.resolve("empty"))).code()).isEqualTo(18);
    }

    @Test
    void aFileThatIsNotThere_aFolderOrAWrongWord_areWrongUse() {
        assertThat(inspect(folder.resolve("nothing")).err()).contains("there is no file " + folder);
        assertThat(inspect(folder).err()).contains("is a folder");
        for (String[] args : List.of(
                new String[] {"image"},
                new String[] {"image", "inspect"},
                new String[] {"image", "look", "x"},
                new String[] {"image", "inspect", "x", "y"})) {
            assertThat(SimulatedJxld.run(nowhere, args).code()).isEqualTo(2);
        }
    }

    @Test
    void standardInput_isReadToo() throws Exception {
        Process jxl = new ProcessBuilder(
                        SimulatedJxld.java(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.jxl.cli.Main",
                        "image",
                        "inspect",
                        "-")
                .redirectErrorStream(true)
                .start();
        jxl.getOutputStream().write(resource("pvh.save"));
        jxl.getOutputStream().close();
        String told = new String(jxl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(told).contains("-:              xl save file, ").contains("pvh1, PVH, 64 MiB of at most 128 MiB");
        assertThat(jxl.waitFor()).isZero();
    }

    @Test
    void otherCommands_doNotLoadWhatReadsImages() throws Exception {
        Process jxl = new ProcessBuilder(
                        SimulatedJxld.java(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.jxl.cli.Main",
                        "--help")
                .redirectErrorStream(true)
                .start();
        String told = new String(jxl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(told)
                .contains("dev.jxl.cli.Commands")
                .doesNotContain("dev.jxl.config")
                .doesNotContain("com.fasterxml.jackson.databind");
    }
}
