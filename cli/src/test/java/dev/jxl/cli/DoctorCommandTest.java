package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.cli.SimulatedJxld.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** jxl doctor without jxld, with a simulated one, and against answers that this test gives. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DoctorCommandTest {
    private static final String LEFTOVER = """
        {"code":"loop-without-domain","severity":"warning","object":"/dev/loop3","meaning":"its domain\\u001b[2J is gone",\
        "advice":"'jxl doctor --fix' takes it away","fixable":true%s}\
        """;
    private static final String UNKNOWN = "{\"code\":\"not-found\",\"detail\":\"no such route\"}";
    private static final String ZOMBIE = """
        {"code":"domain-dying","severity":"error","object":"domain 7","meaning":"process 5 maps its pages",\
        "advice":"end it","fixable":false}\
        """;

    @TempDir
    private Path folder;

    @Test
    void withoutJxld_whatCanBeSeenIsToldAndThatThereIsMore() {
        Result result = SimulatedJxld.run(folder.resolve("no.sock"), "doctor");
        assertThat(result.code()).isEqualTo(19);
        assertThat(result.out())
                .contains("jxld-not-running  " + folder.resolve("no.sock"))
                .contains("The rest can be seen only when jxld answers.");
        JsonObject json = JsonReader.object(SimulatedJxld.run(folder.resolve("no.sock"), "doctor", "-o", "json")
                .out());
        assertThat(json.flag("complete")).isFalse();
        assertThat(json.flag("healthy")).isFalse();
        assertThat(json.objects("findings")).extracting(f -> f.text("code")).contains("jxld-not-running");
    }

    @Test
    void healthyHost_isSaidAndAFixDoesNothing() throws IOException {
        try (SimulatedJxld jxld = new SimulatedJxld(folder)) {
            for (String[] args : new String[][] {{"doctor"}, {"doctor", "--fix"}}) {
                Result result = jxld.run(args);
                assertThat(result.err()).isEmpty();
                assertThat(result.out()).isEqualTo("Nothing is wrong with the host.\n");
                assertThat(result.code()).isZero();
            }
            assertThat(jxld.run("doctor", "-o", "json").out())
                    .isEqualTo("{\"healthy\":true,\"complete\":true,\"findings\":[],\"mended\":[]}\n");
            assertThat(jxld.run("doctor", "now").code()).isEqualTo(2);
        }
    }

    @Test
    void findings_areGroupedByHowBadTheyAre() throws Exception {
        Result result = against(
                Map.of("GET /v1/host/doctor", "{\"findings\":[" + ZOMBIE + "," + LEFTOVER.formatted("") + "]}"));
        assertThat(result.code()).isEqualTo(19);
        assertThat(result.out()).isEqualTo("""
            Errors:
              domain-dying  domain 7
                process 5 maps its pages.
                To do: end it.

            Warnings:
              loop-without-domain  /dev/loop3
                its domain?[2J is gone.
                To do: 'jxl doctor --fix' takes it away.

            2 things are wrong; 'jxl doctor --fix' mends 1.
            """);
    }

    @Test
    void fix_tellsWhatItDidAndWhatIsLeft() throws Exception {
        String answer = "{\"findings\":[],\"lastRepair\":{\"operation\":\"op-1\",\"findings\":["
                + LEFTOVER.formatted(",\"done\":\"it was freed\"") + "]}}";
        Result result = against(
                Map.of(
                        "GET /v1/host/doctor",
                        answer,
                        "POST /v1/host/doctor/actions/fix?wait=300",
                        "{\"id\":\"op-1\",\"status\":\"succeeded\"}"),
                "--fix");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("""
            Mended:
              loop-without-domain  /dev/loop3: it was freed

            Nothing is wrong with the host.
            """);
        assertThat(result.code()).isZero();
    }

    @Test
    void jxldThatDoesNotKnowIt_isToBeRestarted() throws Exception {
        Result result = against(Map.of());
        assertThat(result.code()).isEqualTo(19);
        assertThat(result.out()).contains("jxld-outdated  jxld").contains("systemctl restart jxld");
    }

    private Result against(Map<String, String> answers, String... options) throws Exception {
        Path socket = folder.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofVirtual().start(() -> serve(server, answers));
            String[] args = new String[1 + options.length];
            args[0] = "doctor";
            System.arraycopy(options, 0, args, 1, options.length);
            return SimulatedJxld.run(socket, args);
        }
    }

    /** One connection, until its end. */
    private static void serve(ServerSocketChannel server, Map<String, String> answers) {
        try (SocketChannel channel = server.accept()) {
            InputStream in = Channels.newInputStream(channel);
            OutputStream out = Channels.newOutputStream(channel);
            for (String request = request(in); !request.isEmpty(); request = request(in)) {
                String line = request.substring(0, request.indexOf(" HTTP"));
                String body =
                        line.equals("GET /v1/host") ? "{\"simulated\":true}" : answers.getOrDefault(line, UNKNOWN);
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                String status = body.equals(UNKNOWN) ? "404 Not Found" : "200 OK";
                out.write(("HTTP/1.1 " + status + "\r\nContent-Length: " + bytes.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
                out.write(bytes);
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static String request(InputStream in) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (!text.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            text.write(next);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
