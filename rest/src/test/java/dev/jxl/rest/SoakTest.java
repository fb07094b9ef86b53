package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.rest.HttpClientOverSocket.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand simulated domains under random requests, in a jxld of its own with the flags of the packaged one: its memory,
 * threads and files stay as they are. {@code -Djxl.soak.seconds=600} lasts longer.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class SoakTest {
    private static final int DOMAINS = Integer.getInteger("jxl.soak.domains", 1000);
    private static final int CLIENTS = 4;
    private static final Duration LASTS = Duration.ofSeconds(Integer.getInteger("jxl.soak.seconds", 12));
    private static final long SEED = Long.getLong("jxl.soak.seed", 20_261_126);

    @TempDir(factory = InMemory.class)
    Path folder;

    private Process jxld;
    private HttpClientOverSocket http;
    private final ConcurrentLinkedQueue<String> odd = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger requests = new AtomicInteger();

    /** What must not grow. */
    private record Size(long residentKib, long threads, long files) {}

    @BeforeEach
    void start() throws IOException {
        Path socket = folder.resolve("jxld.sock");
        jxld = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx192m",
                        "-XX:MinHeapFreeRatio=10",
                        "-XX:MaxHeapFreeRatio=25",
                        "-Xss512k",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.jxl.xld.Main",
                        "--host=sim",
                        "--socket=" + socket,
                        "--state=" + folder.resolve("state"))
                .redirectErrorStream(true)
                .start();
        http = new HttpClientOverSocket(socket);
        BufferedReader log = new BufferedReader(new InputStreamReader(jxld.getInputStream(), StandardCharsets.UTF_8));
        String line = log.readLine();
        while (line != null && !line.contains("jxld serves on")) {
            line = log.readLine();
        }
        Thread.ofPlatform().daemon().start(() -> log.lines().forEach(said -> {}));
    }

    @AfterEach
    void stop() {
        jxld.destroy();
        jxld.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static String name(int number) {
        return "guest" + number;
    }

    private void create(int number) {
        String type = number % 2 == 0 ? "pvh" : "pv";
        expect(http.post("/v1/domains?wait=60", "text/x-xl-cfg", """
                        name = "%s"
                        type = "%s"
                        kernel = "/sim/vmlinuz"
                        memory = 8
                        disk = ["format=raw,vdev=xvda,access=rw,target=/sim/%s.img"]
                        vif = ["bridge=xenbr0"]
                        """.formatted(name(number), type, name(number))), 201);
    }

    private void expect(Answer answer, int... statuses) {
        requests.incrementAndGet();
        for (int status : statuses) {
            if (answer.status() == status) {
                return;
            }
        }
        odd.add(answer.status() + " " + answer.body());
    }

    private void act(int number, String action) {
        expect(
                http.post("/v1/domains/" + name(number) + "/actions/" + action + "?wait=60", "application/json", ""),
                200);
    }

    /** Each client has domains of its own, so that none of its requests may be refused. */
    private void deed(Random random, int client) {
        int number = random.nextInt(DOMAINS / CLIENTS) * CLIENTS + client;
        switch (random.nextInt(5)) {
            case 0 -> {
                expect(http.send("DELETE", "/v1/domains/" + name(number) + "?wait=60", "", ""), 200);
                create(number);
            }
            case 1 -> {
                act(number, "pause");
                act(number, "unpause");
            }
            case 2 -> act(number, "reboot");
            case 3 -> expect(http.get("/v1/domains/" + name(number)), 200);
            default -> expect(http.get("/v1/domains/" + name(number) + "/config"), 200);
        }
    }

    private void together(IntConsumer client) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            threads.add(Thread.ofPlatform().start(() -> client.accept(number)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void forAWhile(Duration time, long seed) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        together(client -> {
            Random random = new Random(seed + client);
            while (System.nanoTime() < end && odd.size() < 10) {
                deed(random, client);
            }
        });
    }

    private Size size() throws IOException {
        Path proc = Path.of("/proc", String.valueOf(jxld.pid()));
        List<String> status = Files.readAllLines(proc.resolve("status"));
        try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
            return new Size(number(status, "VmRSS:"), number(status, "Threads:"), files.count());
        }
    }

    private static long number(List<String> status, String key) {
        return status.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void thousandDomainsUnderRandomRequests_nothingGrows() throws Exception {
        together(client -> {
            for (int i = client; i < DOMAINS; i += CLIENTS) {
                create(i);
            }
        });
        assertThat(odd).isEmpty();
        forAWhile(LASTS.dividedBy(2), SEED);
        Size before = size();
        List<Long> latencies = new ArrayList<>();
        Thread reader = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                long begun = System.nanoTime();
                expect(http.get("/v1/domains"), 200);
                latencies.add(System.nanoTime() - begun);
            }
        });
        forAWhile(LASTS.dividedBy(2), SEED + CLIENTS);
        over.set(true);
        reader.join();
        Size after = size();

        assertThat(odd).isEmpty();
        List<Long> sorted = latencies.stream().sorted().toList();
        System.out.printf(
                "soak: %d domains, %d requests in %d s; GET /v1/domains: p50 %d ms, p99 %d ms of %d; before %s, after %s%n",
                DOMAINS,
                requests.get(),
                LASTS.toSeconds(),
                TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() / 2)),
                TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() * 99 / 100)),
                sorted.size(),
                before,
                after);
        assertThat(after.threads()).as("threads").isLessThanOrEqualTo(before.threads() + 8);
        assertThat(after.files()).as("open files").isLessThanOrEqualTo(before.files() + 8);
        assertThat(after.residentKib()).as("resident KiB").isLessThanOrEqualTo(before.residentKib() + 40 * 1024);
        assertThat(http.get("/v1/domains").json()).hasSize(DOMAINS + 1);
    }
}
