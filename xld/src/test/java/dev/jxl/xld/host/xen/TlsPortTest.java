package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.xld.api.DomainAction.Migrate.Peer;
import dev.jxl.xld.api.ToolstackException.HostUnsupported;
import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.MigrationLink;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two jxld of this machine meet, with certificates made by the commands of docs/migration.md. */
@Timeout(60)
class TlsPortTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    static Path certificates;

    @TempDir
    Path runtime;

    private final LinkedBlockingQueue<String> callers = new LinkedBlockingQueue<>();
    private TlsPort there;
    private int port;

    @BeforeAll
    static void makeCertificates() throws Exception {
        authority("ours");
        host("ours", "a", "DNS:a.example");
        host("ours", "b", "DNS:localhost,IP:127.0.0.1");
        authority("theirs");
        host("theirs", "stranger", "DNS:localhost,DNS:a.example");
    }

    private static void authority(String name) throws Exception {
        Path folder = Files.createDirectory(certificates.resolve(name));
        openssl(
                folder,
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=" + name
                        + " -keyout ca.key -out ca.pem");
    }

    private static void host(String authority, String name, String names) throws Exception {
        Path folder = Files.createDirectory(certificates.resolve(name));
        Path ca = certificates.resolve(authority);
        openssl(
                folder,
                "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name
                        + " -addext subjectAltName=" + names + " -keyout key.pem -out host.csr");
        openssl(
                folder,
                "x509 -req -in host.csr -CA " + ca.resolve("ca.pem") + " -CAkey " + ca.resolve("ca.key")
                        + " -CAcreateserial -days 825 -copy_extensions copy -out cert.pem");
        Files.copy(ca.resolve("ca.pem"), folder.resolve("ca.pem"));
    }

    private static void openssl(Path folder, String arguments) throws Exception {
        Process process = new ProcessBuilder(("openssl " + arguments).split(" ", -1))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(arguments + "\n" + said).isZero();
    }

    @BeforeEach
    void listen() {
        there = new TlsPort(certificates.resolve("b"), runtime);
        port = there.listen(Optional.of("127.0.0.1"), 0, (caller, link) -> {
            try (link) {
                byte[] said = link.receive(5, SOON, () -> {});
                callers.add(caller + " " + new String(said, StandardCharsets.UTF_8));
                link.send("an answer".getBytes(StandardCharsets.UTF_8), () -> {});
            } catch (MigrationFailed e) {
                callers.add(caller + " went away");
            }
        });
    }

    @AfterEach
    void stop() {
        there.close();
    }

    private MigrationLink call(String identity, String host) {
        return new TlsPort(certificates.resolve(identity), runtime).call(new Peer(host, port, false, 0));
    }

    @Test
    void twoHostsOfOneAuthority_knowEachOtherAndHearLastWords() throws Exception {
        requireAnswered();
    }

    private void requireAnswered() throws Exception {
        try (MigrationLink link = call("a", "localhost")) {
            link.send("hello".getBytes(StandardCharsets.UTF_8), () -> {});
            assertThat(link.receive(9, SOON, () -> {})).asString().isEqualTo("an answer");
            assertThatThrownBy(() -> link.receive(1, SOON, () -> {}))
                    .isInstanceOf(MigrationFailed.class)
                    .hasMessageContaining("the other side has gone");
        }
        assertThat(callers.poll(20, TimeUnit.SECONDS)).isEqualTo("a.example hello");
        requireNoPipes();
    }

    /** As the process of a guest's stream does. */
    @Test
    void pipes_areOpenedByTheirNamesByOthersUntilTheLinkEnds() throws Exception {
        there.close();
        TlsPort patient = new TlsPort(certificates.resolve("b"), runtime);
        port = patient.listen(Optional.of("127.0.0.1"), 0, (caller, link) -> {
            try (link) {
                byte[] said = link.receive(5, SOON, () -> {});
                callers.add(caller + " " + new String(said, StandardCharsets.UTF_8));
                link.send("an answer".getBytes(StandardCharsets.UTF_8), () -> {});
                byte[] _ = link.receive(1, SOON, () -> {});
            }
        });
        try (PipeLink link = (PipeLink) call("a", "127.0.0.1")) {
            try (OutputStream child = Files.newOutputStream(Path.of(link.to()))) {
                child.write("howdy".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(callers.poll(20, TimeUnit.SECONDS)).isEqualTo("a.example howdy");
            Process child = new ProcessBuilder("head", "-c", "3", link.from()).start();
            assertThat(child.getInputStream().readAllBytes()).asString().isEqualTo("an ");
            link.send(new byte[1], () -> {});
            awaitNo(Path.of(link.from()));
        }
        patient.close();
    }

    /** Opening it would take for ever then. */
    private static void awaitNo(Path pipe) {
        await().atMost(SOON).until(() -> Files.notExists(pipe));
    }

    private void requireNoPipes() {
        await().atMost(SOON).untilAsserted(() -> assertThat(left()).isZero());
    }

    private long left() throws Exception {
        try (Stream<Path> all = Files.list(runtime)) {
            return all.count();
        }
    }

    @Test
    void hostOfAnotherAuthority_isNeitherHeardNorBelieved() throws Exception {
        // In TLS 1.3 a caller hears of it with the first answer.
        assertThatThrownBy(() -> {
                    try (MigrationLink link = call("stranger", "localhost")) {
                        byte[] _ = link.receive(1, SOON, () -> {});
                    }
                })
                .isInstanceOf(MigrationFailed.class)
                .hasMessageContaining("does not prove who it is");
        Path half = Files.createDirectory(certificates.resolve("half"));
        for (String file : new String[] {"key.pem", "cert.pem"}) {
            Files.copy(certificates.resolve("stranger").resolve(file), half.resolve(file));
        }
        Files.copy(certificates.resolve("b/ca.pem"), half.resolve("ca.pem"));
        assertThatThrownBy(() -> {
                    try (MigrationLink link = call("half", "localhost")) {
                        byte[] _ = link.receive(1, SOON, () -> {});
                    }
                })
                .isInstanceOf(MigrationFailed.class)
                .hasMessageContaining("certificate");
        assertThat(callers).isEmpty();
    }

    @Test
    void hostWithAnotherName_isNotBelieved() {
        there.close();
        TlsPort asA = new TlsPort(certificates.resolve("a"), runtime);
        port = asA.listen(Optional.of("127.0.0.1"), 0, (caller, link) -> link.close());
        assertThatThrownBy(() -> call("b", "localhost"))
                .isInstanceOf(MigrationFailed.class)
                .hasMessageContaining("does not prove who it is")
                .hasMessageContaining("localhost");
        asA.close();
    }

    @Test
    void callerWhomPeersDoesNotName_isRefused() throws Exception {
        Path peers = certificates.resolve("b/peers");
        Files.writeString(peers, "# our hosts\nc.example\n");
        try {
            assertThatThrownBy(() -> {
                        try (MigrationLink link = call("a", "localhost")) {
                            byte[] _ = link.receive(1, SOON, () -> {});
                        }
                    })
                    .isInstanceOf(MigrationFailed.class);
            assertThat(callers).isEmpty();
            Files.writeString(peers, "a.example # at last\n");
            requireAnswered();
        } finally {
            Files.delete(peers);
        }
    }

    @Test
    void whoSpeaksNoTls_endsOnlyItsOwnCall() throws Exception {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
            plain.setSoTimeout(20_000);
            plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            byte[] answer = plain.getInputStream().readAllBytes();
            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP");
        }
        requireAnswered();
    }

    @Test
    void missingOrOpenFiles_areNamed() throws Exception {
        assertThatThrownBy(() -> call("nobody", "localhost"))
                .isInstanceOf(HostUnsupported.class)
                .hasMessageContaining("nobody/key.pem does not exist");
        Path open = Files.createDirectory(certificates.resolve("open"));
        Files.writeString(open.resolve("key.pem"), "x");
        Files.setPosixFilePermissions(open.resolve("key.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> call("open", "localhost"))
                .isInstanceOf(HostUnsupported.class)
                .hasMessageContaining("everybody can read it");
        there.close();
        assertThatThrownBy(() -> call("a", "localhost"))
                .isInstanceOf(MigrationFailed.class)
                .hasMessageContaining("cannot be reached");
    }

    @Test
    void limit_isKept() throws Exception {
        there.close();
        byte[] much = new byte[1 << 20];
        TlsPort sink = new TlsPort(certificates.resolve("b"), runtime);
        port = sink.listen(Optional.of("127.0.0.1"), 0, (caller, link) -> {
            try (link) {
                byte[] _ = link.receive(much.length, SOON, () -> {});
                link.send(new byte[1], () -> {});
            }
        });
        long begun = System.nanoTime();
        try (MigrationLink link =
                new TlsPort(certificates.resolve("a"), runtime).call(new Peer("localhost", port, false, 2L << 20))) {
            link.send(much, () -> {});
            byte[] _ = link.receive(1, SOON, () -> {});
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(400));
        sink.close();
    }
}
