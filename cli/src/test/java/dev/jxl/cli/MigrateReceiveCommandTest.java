package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.cli.PlayedJxld.Client;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sender that is this test, a jxld that it plays by hand, and between them jxl as a process of its own. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MigrateReceiveCommandTest {
    private static final String OPERATION =
            "{\"id\":\"op-7\",\"kind\":\"migrate-receive\",\"domainName\":\"web\",\"domid\":9,\"status\":\"%s\"%s}";

    @TempDir
    Path folder;

    private PlayedJxld jxld;

    @BeforeEach
    void listen() throws IOException {
        jxld = new PlayedJxld(folder.resolve("s"));
    }

    @AfterEach
    void close() throws IOException {
        jxld.close();
    }

    @Test
    void whatBothSay_reachesTheOtherByteForByteAndNothingElseDoes() throws Exception {
        byte[] guest = new byte[3_000_001];
        byte[] answers = new byte[200_003];
        new Random(1).nextBytes(guest);
        new Random(2).nextBytes(answers);
        Process jxl = jxld.jxl("migrate-receive", "-d", "-e", "-p");
        try (Client client = jxld.accept()) {
            String asked = client.request();
            assertThat(asked)
                    .startsWith("POST /v1/host/actions/migrate-receive?")
                    .contains("&paused HTTP");
            // While jxld accepts one request with a key it accepts no other, and this one may wait for its sender.
            assertThat(asked).doesNotContain("Idempotency-Key");
            Path from = Path.of(PlayedJxld.parameter(asked, "from"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(from.getParent())))
                    .isEqualTo("rwx------");
            InputStream guestSide = Files.newInputStream(from);
            OutputStream answerSide = open(PlayedJxld.parameter(asked, "to"));
            // The sender waits for a first word before it says anything: nothing may be held back.
            answerSide.write(answers, 0, 10);
            assertThat(jxl.getInputStream().readNBytes(10)).isEqualTo(Arrays.copyOf(answers, 10));
            CompletableFuture<byte[]> arriving = reading(guestSide);
            jxl.getOutputStream().write(guest);
            jxl.getOutputStream().close();
            assertThat(arriving.join()).isEqualTo(guest);
            client.answer("202 Accepted", OPERATION.formatted("running", ""));
            assertThat(client.request()).startsWith("GET /v1/operations/op-7?wait=");
            CompletableFuture<byte[]> answered = reading(jxl.getInputStream());
            client.answer("200 OK", OPERATION.formatted("succeeded", ""));
            // The operation's end may be known before its last word.
            answerSide.write(answers, 10, answers.length - 10);
            answerSide.close();
            assertThat(answered.join()).isEqualTo(Arrays.copyOfRange(answers, 10, answers.length));
            String err = errors(jxl);
            assertThat(jxl.waitFor()).as(err).isZero();
            assertThat(err).contains("--debug has no effect").contains("received domain 'web' with domid 9");
            assertThat(from.getParent()).doesNotExist();
        }
    }

    @Test
    void jxldThatRefuses_endsItWithItsReasonAndNothingForTheSender() throws Exception {
        Process jxl = jxld.jxl("migrate-receive");
        try (Client client = jxld.accept()) {
            String asked = client.request();
            client.answer("502 Bad Gateway", "{\"code\":\"migration-failed\",\"detail\":\"no guest was announced\"}");
            assertThat(jxl.getInputStream().readAllBytes()).isEmpty();
            assertThat(errors(jxl)).isEqualTo("jxl: no guest was announced\n");
            assertThat(jxl.waitFor()).isEqualTo(20);
            assertThat(Path.of(PlayedJxld.parameter(asked, "from")).getParent()).doesNotExist();
        }
    }

    @Test
    void operationThatFails_endsItWithItsCode() throws Exception {
        Process jxl = jxld.jxl("migrate-receive");
        try (Client client = jxld.accept()) {
            String asked = client.request();
            InputStream guestSide = Files.newInputStream(Path.of(PlayedJxld.parameter(asked, "from")));
            OutputStream answerSide = open(PlayedJxld.parameter(asked, "to"));
            client.answer("202 Accepted", OPERATION.formatted("running", ""));
            client.request();
            answerSide.write('x');
            guestSide.close();
            answerSide.close();
            client.answer(
                    "200 OK",
                    OPERATION.formatted(
                            "failed",
                            ",\"failure\":{\"code\":\"not-enough-memory\",\"step\":\"receiving 'web'\","
                                    + "\"message\":\"64 MiB are missing\"}"));
            assertThat(jxl.getInputStream().readAllBytes()).isEqualTo(new byte[] {'x'});
            assertThat(errors(jxl)).isEqualTo("jxl: receiving 'web': 64 MiB are missing\n");
            assertThat(jxl.waitFor()).isEqualTo(6);
        }
    }

    @Test
    void withoutJxld_itSaysSoAndGivesTheSenderNothing() throws Exception {
        jxld.close();
        Process jxl = jxld.jxl("migrate-receive");
        assertThat(jxl.getInputStream().readAllBytes()).isEmpty();
        assertThat(errors(jxl)).contains("jxld is not running");
        assertThat(jxl.waitFor()).isEqualTo(14);
    }

    @Test
    void senderThatHearsNoMore_isNoticedByJxld() throws Exception {
        Process jxl = jxld.jxl("migrate-receive");
        try (Client client = jxld.accept()) {
            String asked = client.request();
            try (InputStream guestSide = Files.newInputStream(Path.of(PlayedJxld.parameter(asked, "from")));
                    OutputStream answerSide = open(PlayedJxld.parameter(asked, "to"))) {
                jxl.getInputStream().close();
                assertThatThrownBy(() -> writeForever(answerSide)).isInstanceOf(IOException.class);
                jxl.getOutputStream().close();
                assertThat(guestSide.read()).isNegative();
            }
            client.answer("502 Bad Gateway", "{\"code\":\"migration-failed\",\"detail\":\"the sender has gone\"}");
            assertThat(errors(jxl)).isEqualTo("jxl: the sender has gone\n");
            assertThat(jxl.waitFor()).isEqualTo(20);
        }
    }

    @Test
    void killedJxl_closesBothPipes() throws Exception {
        Process jxl = jxld.jxl("migrate-receive");
        try (Client client = jxld.accept()) {
            String asked = client.request();
            Path from = Path.of(PlayedJxld.parameter(asked, "from"));
            Path to = Path.of(PlayedJxld.parameter(asked, "to"));
            try (InputStream guestSide = Files.newInputStream(from);
                    OutputStream answerSide = open(to.toString())) {
                jxl.destroyForcibly().waitFor();
                assertThat(guestSide.read()).isNegative();
                assertThatThrownBy(() -> writeForever(answerSide)).isInstanceOf(IOException.class);
            }
            Files.delete(from);
            Files.delete(to);
            Files.delete(from.getParent());
        }
    }

    @Test
    void interruptBeforeAGuestIsKnown_closesThePipesAndAsksForNothing() throws Exception {
        Process jxl = jxld.jxl("migrate-receive");
        try (Client client = jxld.accept()) {
            String asked = client.request();
            Path from = Path.of(PlayedJxld.parameter(asked, "from"));
            try (InputStream guestSide = Files.newInputStream(from);
                    OutputStream _ = open(PlayedJxld.parameter(asked, "to"))) {
                PlayedJxld.interrupt(jxl);
                assertThat(guestSide.read()).isNegative();
                assertThat(client.ended()).isTrue();
            }
            assertThat(errors(jxl)).isEqualTo("jxl: interrupted before it began\n");
            assertThat(jxl.waitFor()).isEqualTo(130);
            assertThat(from.getParent()).doesNotExist();
        }
    }

    @Test
    void interruptAfterwards_cancelsTheOperation() throws Exception {
        Process jxl = jxld.jxl("migrate-receive");
        try (Client client = jxld.accept()) {
            String asked = client.request();
            Path from = Path.of(PlayedJxld.parameter(asked, "from"));
            try (InputStream guestSide = Files.newInputStream(from);
                    OutputStream _ = open(PlayedJxld.parameter(asked, "to"))) {
                client.answer("202 Accepted", OPERATION.formatted("running", ""));
                client.request();
                PlayedJxld.interrupt(jxl);
                try (Client cancelling = jxld.accept()) {
                    assertThat(cancelling.request()).startsWith("POST /v1/operations/op-7/actions/cancel?wait=");
                    cancelling.answer("200 OK", OPERATION.formatted("cancelled", ""));
                }
                assertThat(guestSide.read()).isNegative();
            }
            assertThat(errors(jxl)).contains("migrate-receive of domain 'web': cancelled");
            assertThat(jxl.waitFor()).isEqualTo(130);
            assertThat(from.getParent()).doesNotExist();
        }
    }

    private static OutputStream open(String pipe) throws IOException {
        return Files.newOutputStream(Path.of(pipe), StandardOpenOption.WRITE);
    }

    private static CompletableFuture<byte[]> reading(InputStream in) {
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                all.complete(in.readAllBytes());
            } catch (IOException e) {
                all.completeExceptionally(e);
            }
        });
        return all;
    }

    /** Until the pipe breaks; the test's own limit of time ends what never does. */
    private static void writeForever(OutputStream out) throws IOException {
        while (true) {
            out.write(new byte[4096]);
        }
    }

    private static String errors(Process jxl) throws IOException {
        return new String(jxl.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
