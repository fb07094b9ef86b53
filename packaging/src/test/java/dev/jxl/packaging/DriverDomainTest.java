package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The backends of jxl's driver domain, on guests, grants and disks of the tests' own; in C, as they are. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DriverDomainTest {
    @Test
    void crashAtEveryStep_andHostileClients_areSurvived(@TempDir Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process make = new ProcessBuilder("make", "-s", "-C", "driver-domain", "BUILD=" + folder, "test")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status = make.waitFor();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(status)
                .as("make test in packaging/driver-domain said: %s", said)
                .isZero();
        assertThat(said).endsWith("all passed\n");
    }
}
