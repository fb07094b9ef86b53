package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jxl.cli.PlayedJxld.Client;
import dev.jxl.cli.SimulatedJxld.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** jxl's front and the server that runs its commands: they end and say what they do in a JVM of their own, or are run there. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ServerTest extends AgainstSimulatedJxld {
    private static final int OWN = ServedJxl.OWN;

    @TempDir
    static Path place;

    private static ServedJxl served;
    private static String files;

    @BeforeAll
    static void serve() throws Exception {
        served = new ServedJxl(place);
        files = Server.files();
    }

    @AfterAll
    static void end() {
        served.close();
    }

    /** By the front, against the simulated jxld. */
    private static Result run(Path from, String... arguments) throws IOException {
        return ServedJxl.ended(start(from, arguments));
    }

    private static Process start(Path from, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(served.front().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(from.toFile());
        builder.environment()
                .putAll(Map.of(
                        "JXL_CLI_SOCKET", served.socket().toString(),
                        "JXL_SOCKET", jxld.socket().toString()));
        return builder.start();
    }

    @Test
    void servedCommands_sayAndEndAsThoseWithAJvmOfTheirOwn() throws IOException {
        List<List<String>> commands = List.of(
                List.of("list"),
                List.of("list", "-o", "json"),
                List.of("list", "nobody"),
                List.of("info"),
                List.of("lis", "-x"),
                List.of("destroy", "nobody"),
                List.of("destroy"),
                List.of("nonsense"),
                List.of("create"),
                List.of("create", "-o", "xml", "nofile"),
                List.of("create", "nofile"),
                List.of("create", config.toString(), "memory=\"x\""),
                List.of("create", "--plan", config.toString(), "memroy=1"),
                List.of("console", "--help"),
                List.of("help", "exit-codes"),
                List.of("--help"),
                List.of("-V"),
                List.of());
        for (List<String> command : commands) {
            String[] arguments = command.toArray(String[]::new);
            Result there = run(folder, arguments);
            Result here = jxld.run(arguments);
            assertThat(masked(there)).as(command.toString()).isEqualTo(masked(here));
        }
    }

    /** Without what changes from moment to moment: how long dom0 has run. */
    private static Result masked(Result result) {
        return new Result(result.code(), result.out().replaceAll("[0-9.]+", "N"), result.err());
    }

    @Test
    void fileNamedFromTheCallersFolder_isReadThereAlsoByTwoAtOnce() throws IOException {
        List<Process> running = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            Path own = Files.createDirectories(place.resolve(name));
            Files.writeString(
                    own.resolve("guest.cfg"),
                    Files.readString(config)
                            .replace("\"web\"", "\"" + name + "\"")
                            .replaceAll("kernel.*", "kernel=\"k\""));
            Files.copy(folder.resolve("kernel"), own.resolve("k"));
            running.add(start(own, "create", "guest.cfg"));
        }
        for (Process process : running) {
            Result result = ServedJxl.ended(process);
            assertThat(result.code()).as(result.err()).isZero();
        }
        assertThat(run(place, "list").out()).contains("one").contains("two");
        assertThat(run(place.resolve("one"), "create", "../two/guest.cfg").err())
                .contains("two");
        assertThat(run(place, "destroy", "one").code()).isZero();
    }

    @Test
    void whatNeedsItsCaller_isRunInAProcessOfTheCallers() throws Exception {
        Path pipe = place.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path long_ = Files.writeString(place.resolve("long.cfg"), "#".repeat((1 << 20) + 1));
        String file = config.toString();
        List<List<String>> commands = List.of(
                List.of("console", "web"),
                List.of("vncviewer", "web"),
                List.of("top"),
                List.of("doctor"),
                List.of("migrate", "web", "there"),
                List.of("migrate-receive"),
                List.of("image", "inspect", file),
                List.of("uptime", "-s"),
                List.of("create", "-c", file),
                List.of("create", "-V", file),
                List.of("create", "-A", file),
                List.of("create", "-"),
                List.of("create", "-f", "-"),
                List.of("create", "/dev/stdin"),
                List.of("create", "../../../../../../../dev/fd/63"),
                List.of("create", pipe.toString()),
                List.of("create", long_.toString()),
                List.of("config", "-"),
                List.of("define", "-"),
                List.of("config-update", "web", "-"),
                List.of("cpupool-create", "-n", "-"),
                List.of("--socket=relative", "list"));
        for (List<String> command : commands) {
            Result result = run(folder, command.toArray(String[]::new));
            assertThat(result.code()).as(command + ": " + result).isEqualTo(OWN);
            assertThat(result.out()).isEqualTo("own process: " + String.join(" ", command) + "\n");
        }
    }

    @Test
    void requestOfAnotherBuildOrAnotherViewOfFiles_isDeclined() throws IOException {
        assertThat(served.answer(ServedJxl.request("dev", files, "/", "help"))).startsWith("Ao");
        assertThat(served.answer(ServedJxl.request("older", files, "/", "help")))
                .isEqualTo("D");
        assertThat(served.answer(ServedJxl.request("dev", files.replaceFirst("[0-9]+", "1"), "/", "help")))
                .isEqualTo("D");
        String elsewhere = files.replaceFirst("[0-9]+$", "1");
        assertThat(elsewhere).isNotEqualTo(files);
        assertThat(served.answer(ServedJxl.request("dev", elsewhere, "/", "help")))
                .as("a caller in a chroot that has the host's /run")
                .isEqualTo("D");
    }

    @Test
    void requestThatIsNone_isNotAccepted() throws IOException {
        List<ByteBuffer> requests = List.of(
                ServedJxl.head("JXLF", 2, 1, (byte) 0),
                ServedJxl.head("GET ", 1, 1, (byte) 0),
                ServedJxl.head("JXLF", 1, 1 << 30, (byte) 0),
                ServedJxl.head("JXLF", 1, -1, (byte) 0),
                ServedJxl.head("JXLF", 1, 0),
                ServedJxl.head("JXLF", 1, 2, (byte) 0xff, (byte) 0),
                ServedJxl.request("dev", files, "relative", "help"),
                ServedJxl.head("JXLF", 1, 18, "dev\0m\0/\0000\00099\0help".getBytes(StandardCharsets.UTF_8)),
                ServedJxl.head("JXLF", 1, 12, "dev\0m\0/\0000\0-1".getBytes(StandardCharsets.UTF_8)));
        for (ByteBuffer request : requests) {
            assertThat(served.answer(request)).doesNotContain("A");
        }
        assertThat(run(folder, "list").code()).isZero();
    }

    @Test
    void halfARequest_isGivenUpAndHoldsUpNobody() throws IOException {
        ByteBuffer whole = ServedJxl.request("dev", files, "/", "help");
        try (SocketChannel half = served.connect()) {
            half.write(whole.limit(20));
            assertThat(run(folder, "list").code()).isZero();
            // It is closed by the server, without an answer: this waits for it.
            assertThat(half.read(ByteBuffer.allocate(1))).isNegative();
        }
    }

    @Test
    void tooManyAtOnce_areRunInProcessesOfTheirOwn() throws IOException {
        List<SocketChannel> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < 32; i++) {
                waiting.add(served.connect());
            }
            assertThat(run(folder, "list").code()).isEqualTo(OWN);
        } finally {
            for (SocketChannel one : waiting) {
                one.close();
            }
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> run(folder, "list").code() == 0);
    }

    @Test
    void otherUser_isNotServedEvenWhereTheSocketIsOpen() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can be somebody else");
        Files.setPosixFilePermissions(served.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
        for (Path parent : List.of(place, place.resolve("bin"), place.resolve("lib"), place.resolve("lib/jxl"))) {
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        ProcessBuilder nobody = new ProcessBuilder(
                        "setpriv",
                        "--reuid=65534",
                        "--clear-groups",
                        served.front().toString(),
                        "help")
                .directory(place.toFile());
        nobody.environment().put("JXL_CLI_SOCKET", served.socket().toString());
        assertThat(ServedJxl.ended(nobody.start()).code()).isEqualTo(OWN);
        assertThat(served.run(place, "help").code()).isZero();
    }

    @Test
    void connectionToJxld_endsWithTheCommand() throws Exception {
        try (PlayedJxld played = new PlayedJxld(place.resolve("played"))) {
            Process front = served.start(place, "--socket=" + played.socket(), "list");
            try (Client client = played.accept()) {
                client.request();
                client.answer("200 OK", "[]");
                assertThat(ServedJxl.ended(front).code()).isZero();
                assertThat(client.ended()).isTrue();
            }
        }
    }

    @Test
    void serverThatDiesUnderACommand_isAnErrorAndTheCommandIsNotRunAgain(@TempDir Path own) throws Exception {
        Files.copy(config, own.resolve("web.cfg"));
        try (ServedJxl dying = new ServedJxl(own);
                PlayedJxld played = new PlayedJxld(own.resolve("played"))) {
            Process front = dying.start(own, "--socket=" + played.socket(), "create", "web.cfg");
            try (Client client = played.accept()) {
                client.request();
                dying.server().destroyForcibly();
                Result result = ServedJxl.ended(front);
                assertThat(result.code()).isEqualTo(ExitCodes.DAEMON_UNREACHABLE);
                assertThat(result.out()).isEmpty();
                assertThat(result.err()).contains("was lost").contains("'jxl operations' shows it");
            }
            assertThat(dying.run(own, "list").code()).isEqualTo(OWN);
        }
    }

    @Test
    void commandWithoutEnoughMemory_saysSoAndTheServerEndsToBeStartedAgain(@TempDir Path own) throws Exception {
        try (ServedJxl ending = new ServedJxl(own);
                PlayedJxld played = new PlayedJxld(own.resolve("played"))) {
            Process front = ending.start(own, "--socket=" + played.socket(), "list");
            try (Client client = played.accept()) {
                client.request();
                client.channel()
                        .write(StandardCharsets.US_ASCII.encode("HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\n"));
                Result result = ServedJxl.ended(front);
                assertThat(result.err()).contains("OutOfMemoryError").contains("'jxl operations' shows it");
                assertThat(result.code()).isEqualTo(ExitCodes.INTERNAL);
            }
            assertThat(ending.server().waitFor()).isEqualTo(ExitCodes.INTERNAL);
        }
    }

    @Test
    void frontByItself_meetsEveryKindOfServer(@TempDir Path own) throws Exception {
        Process make = new ProcessBuilder("make", "-s", "-C", "front", "BUILD=" + own, "test")
                .redirectErrorStream(true)
                .start();
        Result result = ServedJxl.ended(make);
        assertThat(result.out()).endsWith("all passed\n");
        assertThat(result.code()).isZero();
    }
}
