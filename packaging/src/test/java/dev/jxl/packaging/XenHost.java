package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The embedded Xen host with jxl's package installed: commands in its dom0, and what they answered. */
final class XenHost {
    /** Long enough for anything that an emulated host does in one command. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Path SCRIPT = Path.of("xenhost/xenhost").toAbsolutePath();
    private static final Path CACHES = Path.of("target/aot").toAbsolutePath();

    /** Which of the hosts this process tests on, from 1; each process has its own. */
    private static final int NUMBER =
            Integer.parseInt(System.getProperty("jxl.e2e.host", "host-1").substring("host-".length()));

    /** How far the port of the host with an IOMMU is above the first host's. */
    private static final int PORTS_TO_IOMMU = 8;

    /** How far the port of the first host's peer is above it. */
    private static final int PORTS_TO_PEER = 10;

    /** How far the port that {@link #forward} gives is above the host's own. */
    private static final int PORTS_TO_FORWARDED = 20;

    private static XenHost installed;

    private final Map<String, String> environment;

    private XenHost(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * What a command left.
     *
     * @param command as it was typed
     * @param status its exit status
     * @param out its standard output
     * @param err its standard error
     */
    record Answer(String command, int status, String out, String err) {
        /** The same answer, after a check that the command succeeded. */
        Answer succeeded() {
            assertThat(status).as("exit status of %s", this).isZero();
            return this;
        }

        /** The standard output without its last line end. */
        String text() {
            return out.stripTrailing();
        }

        List<String> lines() {
            return out.lines().toList();
        }

        @Override
        public String toString() {
            return "`" + command + "` (exit status " + status + ")\n" + out + err;
        }
    }

    /** The host, started if it was not up, with the package that the build has left installed; once for all test classes. */
    static synchronized XenHost withJxl() {
        if (installed == null) {
            XenHost host = new XenHost(NUMBER == 1 ? Map.of() : beside("-" + NUMBER, NUMBER - 1));
            host.start("");
            installed = host;
        }
        return installed;
    }

    /** One more host, small, with an IOMMU and a spare network card at 00:10.0; whoever asks for it brings it down. */
    static XenHost withIommu() {
        Map<String, String> environment = new HashMap<>(beside("-vtd", PORTS_TO_IOMMU));
        environment.put("JXL_XENHOST_MEM", "3072");
        environment.put("JXL_XENHOST_DOM0_MEM", "1536");
        XenHost host = new XenHost(environment);
        host.start("vtd");
        return host;
    }

    private void start(String flavour) {
        if (call("status").status() != 0) {
            (flavour.isEmpty() ? call("up") : call("boot", flavour)).succeeded();
        }
        put(thePackage(), "/root/jxl.deb");
        putCaches();
        for (String tool : List.of("console-ask", "traces", "nbd-attach")) {
            put(Path.of("xenhost/dom0", tool), "/usr/local/bin/" + tool);
        }
        must("DEBIAN_FRONTEND=noninteractive apt-get install -y --reinstall /root/jxl.deb");
    }

    /** The caches of classes, so that the installation does not make them, which takes minutes in emulation. */
    private void putCaches() {
        Answer made = execute(
                SCRIPT.resolveSibling("aot-caches").toString(), thePackage().toString(), CACHES.toString());
        if (made.status() != 0) {
            System.err.println("no caches of classes made on this machine, so the installation makes them: " + made);
            return;
        }
        must("mkdir -p /var/cache/jxl");
        try (Stream<Path> files = Files.list(CACHES)) {
            files.filter(file -> file.toString().endsWith(".aot")).forEach(file -> put(file, "/var/cache/jxl/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One more host with the package; whoever asks for it brings it down.
     *
     * @param flavour xenhost's; empty: as the first one
     */
    static XenHost peer(String flavour) {
        XenHost host = new XenHost(beside("-peer", PORTS_TO_PEER));
        host.start(flavour);
        return host;
    }

    /** Has a port of dom0 reached by one of this machine's loopback interface, which the hosts know as 10.0.2.2; gives that one. */
    int forward(int dom0Port) {
        return forward("n0", "", dom0Port);
    }

    /**
     * Has a port reached by one of this machine's loopback interface; gives that one.
     *
     * @param network one of QEMU's, by its name there
     * @param address of whoever has the port, on that network; empty: the first that QEMU gives out
     */
    int forward(String network, String address, int port) {
        int machinePort = port() + PORTS_TO_FORWARDED;
        String rule = network + " tcp:127.0.0.1:" + machinePort + "-" + address + ":" + port;
        assertThat(call("monitor", "hostfwd_add " + rule).succeeded().out()).doesNotContain("ould not");
        return machinePort;
    }

    /** Its ssh port on this machine. */
    int port() {
        String own = System.getenv().getOrDefault("JXL_XENHOST_PORT", "2322");
        return Integer.parseInt(environment.getOrDefault("JXL_XENHOST_PORT", own));
    }

    /** Stops it. */
    void down() {
        call("down").succeeded();
    }

    /** The first host is the one that {@code ./dev xen} speaks to; the others stand beside it. */
    private static Map<String, String> beside(String suffix, int ports) {
        String name = System.getenv().getOrDefault("JXL_XENHOST_NAME", "jxl");
        int port = Integer.parseInt(System.getenv().getOrDefault("JXL_XENHOST_PORT", "2322"));
        return Map.of("JXL_XENHOST_NAME", name + suffix, "JXL_XENHOST_PORT", String.valueOf(port + ports));
    }

    private static Path thePackage() {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().matches("jxl_.*\\.deb"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no target/jxl_*.deb: ./dev build makes it"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a shell command in dom0 as root. */
    Answer run(String command) {
        Answer answer = call("ssh", command);
        return new Answer(command, answer.status(), answer.out(), answer.err());
    }

    /** Runs a shell command in dom0 that has to succeed. */
    Answer must(String command) {
        return run(command).succeeded();
    }

    /** Copies a file of this machine into dom0. */
    void put(Path file, String destination) {
        call("put", file.toString(), destination).succeeded();
    }

    /** Writes a text file in dom0. */
    void write(String text, String destination) {
        try {
            Path file = Files.createTempFile("jxl-e2e", ".txt");
            Files.writeString(file, text);
            put(file, destination);
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Builds one of the programs in {@code driver-domain} into an empty folder of this machine; gives the folder. */
    static Path make(Path folder, String target) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process make = new ProcessBuilder("make", "-s", "-C", "driver-domain", "BUILD=" + folder, target)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status = make.waitFor();
        assertThat(status)
                .as("make %s said: %s", target, Files.readString(output))
                .isZero();
        return folder;
    }

    /**
     * Builds what {@code driver-domain/load/scene} needs and puts it into dom0's {@code /root/dd}.
     *
     * @param folder an empty one of this machine
     */
    void putScene(Path folder) throws IOException, InterruptedException {
        make(folder, "load");
        must("mkdir -p /root/dd/devd");
        put(folder.resolve("dd-load"), "/root/dd/dd-load");
        for (String file : List.of("load/scene", "load/load-init", "devd/image", "devd/init")) {
            put(Path.of("driver-domain").resolve(file), "/root/dd/" + file.replace("load/", ""));
        }
    }

    /** Waits for the guest's GUEST-READY line and gives it. */
    String waitForGuest(String name) {
        return must("guest-wait " + name + " 240").text();
    }

    /** Waits until jxld answers, as it does some seconds after a start. */
    void awaitDaemon() {
        must("for i in $(seq 400); do curl -sf --unix-socket /run/jxld/jxld.sock http://localhost/v1/domains >/dev/null"
                + " && exit 0; sleep 0.3; done; exit 1");
    }

    /** Kills jxld as nothing can be cleaned up after, and waits until systemd has started it again and it answers. */
    void killDaemon() {
        must("kill -9 $(systemctl show -p MainPID --value jxld)");
        awaitDaemon();
    }

    /** Everything that a guest can leave behind, as dom0's script {@code traces} finds it. */
    List<String> traces() {
        return must("traces").lines();
    }

    private Answer call(String... arguments) {
        return execute(Stream.concat(Stream.of(SCRIPT.toString()), Stream.of(arguments))
                .toArray(String[]::new));
    }

    private Answer execute(String... command) {
        try {
            Path out = Files.createTempFile("jxl-e2e", ".out");
            Path err = Files.createTempFile("jxl-e2e", ".err");
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            Process process = builder.redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            Answer answer = new Answer(
                    String.join(" ", command),
                    ended ? process.exitValue() : -1,
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8)
                            + (ended ? "" : "\n(no end after " + PATIENCE.toSeconds() + " s)"));
            Files.delete(out);
            Files.delete(err);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + String.join(" ", command), e);
        }
    }
}
