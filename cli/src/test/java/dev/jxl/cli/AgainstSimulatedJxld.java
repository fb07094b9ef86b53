package dev.jxl.cli;

import dev.jxl.cli.SimulatedJxld.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of jxl against a real jxld on its simulated host, one for a class of tests; each test leaves it without guests. */
abstract class AgainstSimulatedJxld {
    @TempDir
    static Path folder;

    static SimulatedJxld jxld;

    /** Of the guest {@code web}. */
    Path config;

    @BeforeAll
    static void start() throws IOException {
        jxld = new SimulatedJxld(folder);
    }

    @AfterAll
    static void stop() {
        jxld.close();
    }

    @BeforeEach
    void writeConfig() throws IOException {
        Path kernel = Files.write(
                folder.resolve("kernel"), new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0});
        config = Files.writeString(folder.resolve("web.cfg"), """
            name = "web"
            type = "pvh"
            kernel = "%s"
            memory = 64
            vcpus = 1
            """.formatted(kernel));
    }

    @AfterEach
    void removeDomains() {
        for (JsonObject domain :
                JsonReader.objects(jxld.run("list", "-o", "json").out())) {
            if (domain.number("domid") != 0) {
                jxld.run("destroy", domain.text("domid"));
            }
        }
    }

    final Result create(String... more) {
        String[] args = new String[more.length + 2];
        args[0] = "create";
        args[1] = config.toString();
        System.arraycopy(more, 0, args, 2, more.length);
        return jxld.run(args);
    }
}
