package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One TCP connection from this machine into a guest, by QEMU's own network: {@code dd-load} sends over it both ways what both ends know
 * beforehand, and counts what has come.
 */
final class OutsideConnection implements AutoCloseable {
    private static final int PORT = 7000;
    private static final int KIB_PER_SECOND = 48;

    /** What has to come each way to say that it goes on: more than waits anywhere between the ends. */
    private static final long ENOUGH = 512 * 1024;

    /** An end that has doubled its pauses during an outage tries again after as long. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Pattern COUNT = Pattern.compile("([a-z]+)=([0-9]+)");

    private final XenHost host;
    private final String guest;
    private final Path said;
    private final Process process;

    /**
     * Connects.
     *
     * @param guest has {@code /bin/dd-load} and a shell on its console
     * @param address the guest's on the network {@code n1} of QEMU
     * @param folder where {@code dd-load} is on this machine
     */
    OutsideConnection(XenHost host, String guest, String address, Path folder) throws IOException {
        this.host = host;
        this.guest = guest;
        host.must("console-ask jxl " + guest + " 'dd-load serve " + PORT + " " + KIB_PER_SECOND
                + " & sleep 2; grep -q :1B58 /proc/net/tcp && echo it list\"\"ens' 'it listens' 120");
        said = folder.resolve("outside");
        process = new ProcessBuilder(
                        folder.resolve("dd-load").toString(),
                        "talk",
                        "127.0.0.1",
                        String.valueOf(host.forward("n1", address, PORT)),
                        String.valueOf(KIB_PER_SECOND))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
    }

    /** Waits until enough has come each way since this call. */
    void requireGoesOn() {
        long outside = outside().getOrDefault("came", 0L);
        long inside = inside().getOrDefault("came", 0L);
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(3)).untilAsserted(() -> {
            assertThat(process.isAlive()).as("connection: %s", this).isTrue();
            assertThat(outside().getOrDefault("came", 0L)).as("%s", this).isGreaterThan(outside + ENOUGH);
            assertThat(inside().getOrDefault("came", 0L)).as("%s", this).isGreaterThan(inside + ENOUGH);
        });
        requireWell(outside());
        requireWell(inside());
    }

    /** Ends it: all that one end has sent has come to the other, by one connection. */
    void end() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(PATIENCE)).as("%s", this).isTrue();
        String ends = "SERVED .* END ";
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(3))
                .untilAsserted(() -> assertThat(seen(ends)).hasSize(1));
        Map<String, Long> outside = outside();
        Map<String, Long> inside = inside();
        requireWell(outside);
        requireWell(inside);
        assertThat(inside.get("came")).as("%s", this).isEqualTo(outside.get("sent"));
        assertThat(outside.get("came")).as("%s", this).isEqualTo(inside.get("sent"));
    }

    private void requireWell(Map<String, Long> counts) {
        assertThat(counts).as("%s", this).containsEntry("errors", 0L).containsEntry("wrong", 0L);
    }

    private Map<String, Long> outside() {
        try {
            // The last line may be half written.
            String text = Files.readString(said);
            return counts(text.substring(0, text.lastIndexOf('\n') + 1).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Long> inside() {
        return counts(seen("SERVED "));
    }

    /** The lines on the guest's console that begin so. */
    private List<String> seen(String beginning) {
        return host.run("grep -ao '" + beginning + ".* net-pause=[0-9]*[.][0-9]' /var/log/xen/console/guest-" + guest
                        + ".log")
                .lines();
    }

    private static Map<String, Long> counts(List<String> lines) {
        Map<String, Long> counts = new HashMap<>();
        if (!lines.isEmpty()) {
            Matcher count = COUNT.matcher(lines.getLast());
            while (count.find()) {
                counts.put(count.group(1), Long.valueOf(count.group(2)));
            }
        }
        return counts;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        try {
            List<String> inside = seen("SERVED ");
            return "outside: "
                    + Files.readString(said).lines().reduce("", (before, line) -> line) + "; inside: "
                    + (inside.isEmpty() ? "" : inside.getLast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
