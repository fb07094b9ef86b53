package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.host.HotplugScripts.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class XenHotplugScriptsTest {
    @TempDir
    Path folder;

    private final KernelLane lane = new KernelLane();
    private final XenHotplugScripts scripts = new XenHotplugScripts(lane, Duration.ofSeconds(5));

    @AfterEach
    void close() {
        lane.close();
    }

    private Path script(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("script"), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    @Test
    void script_hasItsArgumentsEnvironmentAndNoInput() throws IOException {
        Path file = script("cat; echo \"$@\" $XENBUS_PATH; echo oops >&2");
        Result result = scripts.run(file, List.of("add", "more"), Map.of("XENBUS_PATH", "backend/vbd/1/51712"));
        assertThat(result.status()).hasValue(0);
        assertThat(result.said()).isEqualTo("add more backend/vbd/1/51712\noops");
    }

    @Test
    void failure_hasItsStatusAndTheLastOfItsWords() throws IOException {
        Result result = scripts.run(
                script("i=0; while [ $i -lt 2000 ]; do echo noise; i=$((i+1)); done; echo the reason; exit 3"),
                List.of(),
                Map.of());
        assertThat(result.status()).hasValue(3);
        assertThat(result.said()).endsWith("the reason").hasSizeLessThanOrEqualTo(2000);
    }

    @Test
    void scriptThatNeverEnds_isKilledWithItsChildren() throws IOException {
        Path pid = folder.resolve("pid");
        Result result =
                scripts.run(script("sleep 1000 & echo $! >" + pid + "; echo still here; wait"), List.of(), Map.of());
        assertThat(result.status()).isEmpty();
        assertThat(result.said()).contains("still here", "no end after 5 s");
        long child = Long.parseLong(Files.readString(pid).strip());
        ProcessHandle.of(child)
                .ifPresent(process -> assertThat(process.onExit()
                                .orTimeout(20, TimeUnit.SECONDS)
                                .join()
                                .isAlive())
                        .isFalse());
    }

    @Test
    void childThatStaysBehind_isNotWaitedFor() throws IOException {
        Path pid = folder.resolve("pid");
        Result result = scripts.run(script("sleep 1000 & echo $! >" + pid + "; echo done"), List.of(), Map.of());
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
        assertThat(result.status()).hasValue(0);
        assertThat(result.said()).isEqualTo("done");
    }

    @Test
    void missingScript_isSaid() {
        Result result = scripts.run(folder.resolve("nothing"), List.of(), Map.of());
        assertThat(result.succeeded()).isFalse();
        assertThat(result.said()).contains("nothing");
    }
}
